// `cordon setup`: lets this host's AppArmor know the launcher. Shows all it would do, asks, and only then uses sudo.
import { createInterface } from 'node:readline/promises';
import { userInfo } from 'node:os';
import { cacheHome } from '../domain/index.ts';
import { probeHost } from '../sandbox/probe-host.ts';
import { ensureLauncher } from '../sandbox/ensure-launcher.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { planSetup, readHostState, type SetupPlan } from './setup/plan-setup.ts';
import { type SystemCommand, systemTools } from './setup/system-tools.ts';
import { visible } from './terminal/visible-text.ts';

export const setupVerb: Verb = {
  usage: 'cordon setup [--print | --yes] [--remove]',
  help: `Ubuntu and its like let only programs that AppArmor knows make user namespaces, and without them the sandbox
cannot be whole. This gives the launcher, where it lies now, an AppArmor profile that permits just that, and loads it.
Everything is shown before it is done, and asked about; root's part is done with sudo.

Options:
  --remove   take the profile away again
  --print    show what would be done, and do nothing
  --yes      do not ask

Exit status: 0 done, or nothing to do; 1 failed, or not confirmed; 2 for a wrong command line.`,
  run: async (args, edge) => {
    const options = readOnlyOptions(args, {
      remove: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    });
    const wish = options.remove ? 'remove' : 'install';
    const plan = await makePlan(wish, edge);
    if (plan.kind === 'nothing-to-do') {
      edge.stdout.write(`Nothing to do: ${plan.because}.\n`);
      return exitStatus.done;
    }
    edge.stdout.write(describe(plan));
    if (options.print) return exitStatus.done;
    if (!options.yes && !(await isConfirmed(edge))) return exitStatus.failed;
    for (const command of plan.commands) {
      const done = systemTools.run(command);
      if (!done.ok) throw new CliError(exitStatus.failed, `Stopped at ${visible(done.error)}`);
    }
    return wish === 'remove' ? exitStatus.done : await tellWhatHolds(edge);
  },
};

async function makePlan(wish: 'install' | 'remove', edge: Edge): Promise<SetupPlan> {
  const launcher = await ensureLauncher({ cacheDirectory: cacheHome(edge.env, () => userInfo().homedir) });
  if (!launcher.ok) throw new CliError(exitStatus.failed, launcher.error.what, launcher.error.hint);
  const plan = planSetup(wish, launcher.value, readHostState(edge.platform), systemTools);
  if (!plan.ok) throw new CliError(exitStatus.failed, plan.error);
  return plan.value;
}

function describe({ commands }: Extract<SetupPlan, { readonly kind: 'commands' }>): string {
  return `This would run:\n\n${commands.map(shown).join('')}\n`;
}

function shown({ argv, input }: SystemCommand): string {
  const line = `  ${argv.map(visible).join(' ')}\n`;
  if (input === undefined) return line;
  const text = input
    .trimEnd()
    .split('\n')
    .map((each) => `      ${visible(each)}\n`);
  return `${line}    with the text\n${text.join('')}`;
}

async function isConfirmed({ stdin, stdout, interrupted }: Edge): Promise<boolean> {
  if (!stdin.isTTY)
    throw new CliError(exitStatus.failed, 'Nobody can be asked here', 'Say --yes, or --print to see it only');
  const lines = createInterface({ input: stdin, output: stdout });
  try {
    const answer = await lines.question('Do it? [y/N] ', { signal: interrupted });
    return /^y(?:es)?$/iu.test(answer.trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}

/** What the kernel says afterwards is what counts. */
async function tellWhatHolds(edge: Edge): Promise<number> {
  const cacheDirectory = cacheHome(edge.env, () => userInfo().homedir);
  const { findings } = await probeHost({
    platform: edge.platform,
    env: edge.env,
    launcher: { cacheDirectory },
  });
  const namespaces = findings.find(({ subject }) => subject === 'namespaces');
  if (namespaces?.state === 'good') {
    edge.stdout.write(`Done: user namespaces are ${namespaces.found}.\n`);
    return exitStatus.done;
  }
  throw new CliError(
    exitStatus.failed,
    `The profile is loaded, and namespaces are still missing: ${namespaces?.found ?? 'not known'}`,
    namespaces?.cure,
  );
}
