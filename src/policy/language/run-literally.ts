// Reads a rule file without the interpreter, when it is nothing but literal calls that are all right.
import { noLimits } from '../rules/rule.ts';
import type { CallArguments } from './call-arguments.ts';
import { checkExamples, exampleCheck, needsHosts } from './check-examples.ts';
import { Mistake, TooMuchWork } from './mistake.ts';
import { readLiteralCalls, type LiteralCall } from './read-literal-calls.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import { ruleBuiltins } from './rule-builtins.ts';
import { RuleDraft } from './rule-draft.ts';
import type { RuleFile, RunOptions } from './rule-file.ts';
import type { UsualRule } from './usual-rule.ts';

/** Undefined when the file is more than literal calls, or has a mistake: the interpreter tells where. */
export function runLiterally(file: string, text: string, options: RunOptions): RuleFile | undefined {
  const draft = new RuleDraft(options.place);
  const check = exampleCheck(draft, file, options);
  const rule = (usual: UsualRule, line: number): void => {
    const source = { kind: 'file', file, line } as const;
    const { programs, rest, decision, justification } = usual;
    for (const program of programs)
      draft.rules.push({
        program,
        rest,
        decision,
        justification,
        canonical: false,
        limits: noLimits,
        source,
      });
  };
  const call = ({ name, args, line }: LiteralCall): boolean => {
    const builtin = Object.hasOwn(ruleBuiltins, name) ? ruleBuiltins[name] : undefined;
    if (builtin === undefined || !binds(builtin, args)) return false;
    builtin.add(draft, { args, line }, file);
    const group = draft.examples.at(-1);
    if (group === undefined || needsHosts(group)) return true;
    draft.examples.pop();
    return checkExamples(group, check).length === 0;
  };
  try {
    const read = readLiteralCalls(text, { call, rule, words: options.words });
    if (read === undefined) return undefined;
    // Tests of the whole file are the interpreter's: it can tell where one fails.
    if (draft.expectations.length > 0) return undefined;
    draft.work.charge(read.judged);
    const whole = exampleCheck(draft, file, options);
    if (draft.examples.some((group) => checkExamples(group, whole).length > 0)) return undefined;
  } catch (error) {
    if (error instanceof Mistake || error instanceof TooMuchWork) return undefined;
    throw error;
  }
  return {
    file,
    rules: draft.rules,
    hosts: draft.hosts,
    network: draft.network,
    changes: draft.changes,
    defaults: draft.defaults,
    errors: [],
  };
}

function binds({ required, optional, named }: RuleBuiltin, args: CallArguments): boolean {
  for (const name of required) if (!args.has(name)) return false;
  for (const name of args.names)
    if (!required.includes(name) && !optional.includes(name) && !named.includes(name)) return false;
  return true;
}
