// What changes the system, as commands that can be shown before they run. Each is a program of the system by its whole
// path: a PATH may lead to anybody's.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { err, ok, type Result } from '../../domain/index.ts';

export interface SystemCommand {
  readonly argv: readonly [string, ...string[]];
  /** For the program to read. */
  readonly input?: string;
}

export interface SystemTools {
  /** The first of these that is there and can be run. */
  find(paths: readonly string[]): string | undefined;
  /** With this terminal: `sudo` asks for a password there. The error is why it did not do its work. */
  run(command: SystemCommand): Result<undefined, string>;
  readonly isRoot: boolean;
}

export const systemTools: SystemTools = {
  find: (paths) =>
    paths.find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  run({ argv: [program, ...args], input }) {
    const { status, signal, error } = spawnSync(program, args, {
      input: input ?? '',
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
    });
    if (status === 0) return ok(undefined);
    const how =
      error?.message ?? (signal === null ? `exit status ${String(status)}` : `it was ended by ${signal}`);
    return err(`${program}: ${how}`);
  },
  isRoot: process.getuid?.() === 0,
};

/** The commands as root runs them; an ordinary user's go through sudo. The error is a sentence. */
export function asRoot(
  commands: readonly SystemCommand[],
  tools: SystemTools,
): Result<readonly SystemCommand[], string> {
  if (tools.isRoot) return ok(commands);
  const sudo = tools.find(['/usr/bin/sudo', '/bin/sudo']);
  if (sudo === undefined) return err('this needs root, and there is no sudo; run `cordon setup` as root');
  return ok(commands.map(({ argv, ...rest }) => ({ argv: [sudo, '--', ...argv], ...rest })));
}
