// `env NAME=VALUE ... COMMAND`, and nothing else of env: the one shape in which a plain command carries assignments.
import type { Argv, NonEmpty } from '../../domain/index.ts';
import type { Rule } from './rule.ts';

export interface CarriedAssignments {
  readonly assignments: NonEmpty<{ readonly name: string; readonly value: string }>;
  readonly inner: Argv;
}

const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;

/** Undefined when the command is not `env`, carries nothing, or uses an option of env. */
export function readCarriedAssignments(argv: Argv): CarriedAssignments | undefined {
  const [program] = argv;
  if (program !== 'env' && program !== '/usr/bin/env' && program !== '/bin/env') return undefined;
  const assignments: { name: string; value: string }[] = [];
  let at = 1;
  for (; at < argv.length; at += 1) {
    const found = assignment.exec(argv[at] ?? '');
    if (found === null) break;
    assignments.push({ name: found[1] ?? '', value: found[2] ?? '' });
  }
  const [first, ...others] = assignments;
  const [innerProgram, ...args] = argv.slice(at);
  if (first === undefined || innerProgram === undefined || innerProgram.startsWith('-')) return undefined;
  return { assignments: [first, ...others], inner: [innerProgram, ...args] };
}

/** Whether the rule lets a command carry every one of them. */
export function mayCarry(rule: Rule, carried: CarriedAssignments): boolean {
  return carried.assignments.every(({ name, value }) =>
    rule.limits.env.some((may) => may.name === name && (may.value === undefined || may.value === value)),
  );
}
