// A runtime on the real sandbox with a scripted reviewer, in a directory of its own, and everything it did on record.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApprovalRequest,
  createShellRuntime,
  type ExecEvent,
  type ReviewDecision,
  type ShellRuntime,
  type ShellRuntimeOptions,
} from '../../src/index.ts';

export interface Rig {
  readonly runtime: ShellRuntime;
  /** Where commands start. */
  readonly workspace: string;
  /** A directory of the same user that no sandboxed command may write. */
  readonly outside: string;
  /** Where the rules live. */
  readonly home: string;
  readonly asked: ApprovalRequest[];
  /** Everything but output, in order. */
  readonly events: ExecEvent[];
}

const rules = `
prefix_rule(pattern=["mkdir"], decision="allow", justification="directories are cheap")
prefix_rule(pattern=["tee"], decision="prompt", justification="copies what it reads")
prefix_rule(pattern=["ln"], decision="forbidden", justification="no links")
`;

/** Answers in order; when they run out, every question is denied. Without answers nobody can be asked. */
export async function approvalRig(
  root: string,
  options: Partial<ShellRuntimeOptions>,
  answers: readonly ReviewDecision[] | undefined,
): Promise<Rig> {
  const [workspace, outside, home] = ['workspace', 'outside', 'home'].map((name) => join(root, name));
  if (workspace === undefined || outside === undefined || home === undefined)
    throw new Error('no directories');
  for (const path of [workspace, outside, join(home, 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(home, 'rules', 'house.rules'), rules);
  const asked: ApprovalRequest[] = [];
  const left = [...(answers ?? [])];
  const reviewer = {
    review: async (request: ApprovalRequest): Promise<ReviewDecision> => {
      asked.push(request);
      return await Promise.resolve(left.shift() ?? { kind: 'denied', message: 'not in the script' });
    },
  };
  const runtime = await createShellRuntime({
    workspace,
    // Both are directories of this user below /var/tmp; the shared ones would hide them behind private ones.
    excludeSlashTmp: true,
    excludeTmpdir: true,
    rules: { home, system: join(root, 'no-system') },
    // Only places that nobody but root can write: a rule allows a program by name only where it is found in one.
    baseEnv: { PATH: '/usr/bin:/bin', HOME: join(root, 'nobody') },
    ...(answers === undefined ? {} : { reviewer }),
    ...options,
  });
  const events: ExecEvent[] = [];
  runtime.onEvent((event) => {
    if (event.type !== 'output.chunk') events.push(event);
  });
  return { runtime, workspace, outside, home, asked, events };
}

/** A directory outside /tmp, gone after `use`. */
export async function withDirectory<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = realpathSync(mkdtempSync('/var/tmp/cordon-approvals-'));
  try {
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
