// `env NAME=VALUE ... COMMAND`, and nothing else of env: the one shape in which a plain command carries assignments.
import type { Argv, Assignment, NonEmpty } from '../../domain/index.ts';
import { isHarmlessVariable } from './harmless-variables.ts';
import type { Rule } from './rule.ts';

export interface CarriedAssignments {
  readonly assignments: NonEmpty<Assignment>;
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

/** Whether the rule lets a command carry every one of them: because it lists them, or because they are harmless. */
export function mayCarry(rule: Rule, assignments: readonly Assignment[]): boolean {
  return assignments.every(({ name, value }) => {
    const listed = rule.limits.env.filter((may) => may.name === name);
    if (listed.length === 0) return isHarmlessVariable(name, value);
    return listed.some((may) => may.value === undefined || may.value === value);
  });
}
