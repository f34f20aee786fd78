// `cordon doctor`: what this host can enforce, as a table for people or JSON for machines. A weak
// host is a finding; one where nothing can run in a sandbox is a failure.
import { userInfo } from 'node:os';
import { cacheHome } from '../domain/index.ts';
import type { Edge, Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { renderHost } from './doctor/doctor-table.ts';
import { judgePath } from './doctor/judge-path.ts';
import { probeHost } from '../sandbox/probe-host.ts';

export const doctorVerb: Verb = {
  usage: 'cordon doctor [--json] [--judge PATH]',
  help: `Asks this host what it can enforce, and says what each thing gives and how to get what is missing.
The last line tells what a command under \`workspace-write\` would really be held back from: it is measured by
running a harmless program in the sandbox.

Options:
  --json         one JSON object instead of the table
  --judge PATH   nothing of the host: who obeys this path by itself, what of new content is kept there and what is
                 held back, and what would become of what stands there now, had a command written it

Exit status: 0, 1 when no command can run in a sandbox here.`,
  run: async (args, edge) => {
    const { json, judge } = readOnlyOptions(args, {
      json: { type: 'boolean', default: false },
      judge: { type: 'string' },
    });
    if (judge !== undefined) {
      await judgePath(judge, edge, json ? 'json' : 'text');
      return exitStatus.done;
    }
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
