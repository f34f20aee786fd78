// Names that bash, dash and zsh all run by themselves: in a script no file answers to them, so `PATH` cannot either.
const names: ReadonlySet<string> = new Set([
  ':',
  '[',
  'alias',
  'bg',
  'cd',
  'command',
  'echo',
  'exit',
  'export',
  'false',
  'fg',
  'getopts',
  'hash',
  'jobs',
  'kill',
  'printf',
  'pwd',
  'read',
  'readonly',
  'return',
  'set',
  'shift',
  'test',
  'times',
  'true',
  'type',
  'ulimit',
  'umask',
  'unalias',
  'unset',
  'wait',
]);

export function isShellBuiltin(name: string): boolean {
  return names.has(name);
}
