// The records of commits for `cordon changes` and `cordon undo`, with the rules and the judge of every commit.
import { userInfo } from 'node:os';
import { realpathSync } from 'node:fs';
import { changeJournal, judgedLayers, type LayTools, recordLimits } from '../../airlock/index.ts';
import { loadConfig } from '../../config/load-config.ts';
import { absolutePath, type AbsolutePath, cacheHome, userHome } from '../../domain/index.ts';
import type { ChangeHistory } from '../../runtime/index.ts';
import { changeRecords } from '../../runtime/change-records.ts';
import { ensureLauncher } from '../../sandbox/index.ts';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import { homeOf } from '../person-settings.ts';
import { findHeldSettings } from '../sandbox/find-held-settings.ts';

export interface OpenHistory {
  readonly history: ChangeHistory;
  /** Where relative paths start. */
  readonly base: AbsolutePath;
  /** Resolves when what nobody had to wait for is done. */
  close(): Promise<void>;
}

export async function openHistory(edge: Edge): Promise<OpenHistory> {
  const { env } = edge;
  const home = homeOf(edge);
  const uid = process.getuid?.() ?? 0;
  const base = absolutePath(edge.cwd === undefined ? '/' : realpathSync(edge.cwd)) ?? ('/' as AbsolutePath);
  const { config } = await loadConfig({ home });
  const { changes: rules } = await findHeldSettings(base, edge, { loginHome: () => userInfo().homedir });
  const pending: Promise<void>[] = [];
  const journal = changeJournal({
    uid,
    limits: { ...recordLimits, ...config.changes.limits },
    now: Date.now,
    later: (removal) => void pending.push(removal),
  });
  const tools = (command: string): LayTools =>
    judgedLayers({
      rules,
      home,
      userHome: absolutePath(userHome(env, () => userInfo().homedir) ?? ''),
      path: env['PATH'],
      uid,
      command,
      now: Date.now,
      journal,
    });
  const history = changeRecords({
    home,
    uid,
    workspace: base,
    tools,
    launcher: async () => await ensureLauncher({ cacheDirectory: cacheHome(env, () => userInfo().homedir) }),
  });
  if (edge.platform !== 'linux')
    throw new CliError(
      exitStatus.failed,
      'Cannot take anything back: nothing is kept on this system',
      'What commands replace is kept where they write to layers, on Linux.',
    );
  return {
    history,
    base,
    close: async () => {
      await Promise.all(pending);
    },
  };
}
