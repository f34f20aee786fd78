// `cordon doctor`: what this host can enforce, as a table for people or JSON for machines. A weak
// host is a finding; one where nothing can run in a sandbox is a failure.
import { userInfo } from 'node:os';
import { cacheHome } from '../domain/index.ts';
import type { Edge, Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { renderHost } from './doctor-table.ts';
import { probeHost } from '../sandbox/probe-host.ts';

export const doctorVerb: Verb = {
  usage: 'cordon doctor [--json]',
  help: `Asks this host what it can enforce, and says what each thing gives and how to get what is missing.
The last line tells what a command under \`workspace-write\` would really be held back from: it is measured by
running a harmless program in the sandbox.

Options:
  --json   one JSON object instead of the table

Exit status: 0, 1 when no command can run in a sandbox here.`,
  run: async (args, edge) => {
    const { json } = readOnlyOptions(args, { json: { type: 'boolean', default: false } });
    const report = await probeHost({
      platform: edge.platform,
      env: edge.env,
      launcher: { cacheDirectory: cacheDirectory(edge) },
    });
    edge.stdout.write(
      json ? `${JSON.stringify(report)}\n` : renderHost(report, { colour: wantsColour(edge) }),
    );
    return report.workspaceWrite.kind === 'missing' ? exitStatus.failed : exitStatus.done;
  },
};

function cacheDirectory({ env }: Edge): string | undefined {
  return cacheHome(env, () => userInfo().homedir);
}

function wantsColour({ stdout, env }: Edge): boolean {
  return stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
