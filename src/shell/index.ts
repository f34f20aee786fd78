// The shell room: text to words. Pure functions of their arguments; nothing here runs or reads anything.
export { canonicalCommand } from './canonical-command.ts';
export { parseCommand } from './parse-command.ts';
export { parseScript } from './parse-script.ts';
export { planArgv } from './plan-argv.ts';
export { quoteArgv } from './quote-argv.ts';
export { scrubShellEnvironment } from './scrub-environment.ts';
export { runsInsideShell } from './shell-builtins.ts';
