// Runs a rule file in the interpreter and collects every mistake in it: a call that makes no rule is noted with its
// place, and the file goes on.
import type { PolicyError } from '../../domain/index.ts';
import {
  repr,
  runStarlark,
  StarlarkHostError,
  StarlarkList,
  suggestName,
  typeName,
  type BuiltinCall,
  type StarlarkBuiltin,
  type StarlarkError,
  type Value,
} from '../../starlark/index.ts';
import { checkExamples, exampleCheck } from './check-examples.ts';
import { Mistake, TooMuchWork, UnknownWord, type Work } from './mistake.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import { asExpected } from './expectation.ts';
import { ruleBuiltins } from './rule-builtins.ts';
import { showCommand, showText } from './show-words.ts';
import { Policy } from '../rules/policy.ts';
import { RuleDraft, type ExampleGroup } from './rule-draft.ts';
import type { RuleValue } from './rule-value.ts';
import type { RuleFile, RunOptions } from './rule-file.ts';

/** After this many the rest are consequences. */
const mistakeLimit = 100;

export function interpretRuleFile(file: string, text: string, options: RunOptions): RuleFile {
  const run = new Interpretation(file, new RuleDraft(options.place));
  const outcome = runStarlark(text, { file, globals: run.globals() });
  // Half a file has half a host table: its examples would be judged by the wrong one.
  if (outcome.ok && run.hostsAreWhole) run.checkExamples(options);
  // A verdict of half a file says nothing about the whole.
  if (outcome.ok && run.mistakes.length === 0) run.checkExpectations(options);
  const errors = outcome.ok ? run.mistakes : [...run.mistakes, outcome.error];
  const sorted = errors.toSorted(byPlace);
  const { rules, hosts, network, changes, defaults } = run.draft;
  return { file, rules, hosts, network, changes, defaults, errors: sorted.map(toPolicyError) };
}

function byPlace(a: StarlarkError, b: StarlarkError): number {
  return a.line === b.line ? a.column - b.column : a.line - b.line;
}

function toPolicyError({ file, line, column, message, excerpt }: StarlarkError): PolicyError {
  return { file, line, column, message, excerpt };
}

class Interpretation {
  readonly draft: RuleDraft;
  readonly mistakes: StarlarkError[] = [];
  hostsAreWhole = true;
  readonly #file: string;
  readonly #expectationCalls: BuiltinCall[] = [];
  readonly #callOf = new Map<ExampleGroup, BuiltinCall>();

  constructor(file: string, draft: RuleDraft) {
    this.#file = file;
    this.draft = draft;
  }

  globals(): Readonly<Record<string, StarlarkBuiltin>> {
    const entries = Object.entries(ruleBuiltins).map(([name, builtin]): [string, StarlarkBuiltin] => [
      name,
      { name, parameters: parametersOf(builtin), call: (call) => this.#add(name, builtin, call) },
    ]);
    return Object.fromEntries(entries);
  }

  checkExamples(options: RunOptions): void {
    const check = exampleCheck(this.draft, this.#file, options);
    for (const group of this.draft.examples) {
      const call = this.#callOf.get(group);
      try {
        for (const message of checkExamples(group, check)) this.#note(call, message);
      } catch (error) {
        if (!(error instanceof TooMuchWork)) throw error;
        this.#note(call, error.message);
        return;
      }
    }
  }

  checkExpectations({ verdictOf, hostsBefore, place, onExample }: RunOptions): void {
    const { rules, hosts, network, defaults, expectations } = this.draft;
    if (verdictOf === undefined || expectations.length === 0) return;
    const policy = new Policy({ rules, network, defaults, hosts: new Map([...hostsBefore, ...hosts]) });
    for (const [index, { command, verdict: expected, directory, line }] of expectations.entries()) {
      const verdict = verdictOf(policy, command, directory ?? place?.base);
      const passed = asExpected(verdict) === expected;
      onExample?.({ file: this.#file, line, kind: 'expect', command, expected, verdict, passed });
      if (passed) continue;
      const shown = typeof command === 'string' ? showText(command) : showCommand(command);
      this.#note(
        this.#expectationCalls[index],
        `The rules say ${verdict} to \`${shown}\`, and the test expects ${expected}`,
      );
    }
  }

  #add(name: string, builtin: RuleBuiltin, call: BuiltinCall): null {
    const before = this.draft.examples.length;
    try {
      const args = new Map<string, RuleValue>();
      for (const [parameter, value] of call.args) args.set(parameter, toRuleValue(value, this.draft.work));
      builtin.add(this.draft, { args, line: call.at.line }, this.#file);
    } catch (error) {
      if (error instanceof TooMuchWork) throw new StarlarkHostError(error.message);
      if (!(error instanceof Mistake)) throw error;
      if (name === 'host_executable') this.hostsAreWhole = false;
      this.#note(call, error instanceof UnknownWord ? error.suggesting(suggestName) : error.message);
      if (this.mistakes.length >= mistakeLimit) {
        throw new StarlarkHostError('Stop here: this file has too many mistakes');
      }
    }
    if (this.draft.expectations.length > this.#expectationCalls.length) this.#expectationCalls.push(call);
    const group = this.draft.examples[before];
    if (group !== undefined) this.#callOf.set(group, call);
    return null;
  }

  #note(call: BuiltinCall | undefined, message: string): void {
    if (call !== undefined) this.mistakes.push(call.error(message));
  }
}

function parametersOf({ required, optional, named }: RuleBuiltin): StarlarkBuiltin['parameters'] {
  return [
    ...required.map((name) => ({ name, required: true })),
    ...optional.map((name) => ({ name, required: false })),
    ...named.map((name) => ({ name, required: false, keywordOnly: true })),
  ];
}

/** Lists are copied: the file may change them after the call. */
function toRuleValue(value: Value, work: Work, depth = 0): RuleValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // Nothing nests deeper than an example or a set of alternatives; a list that contains itself would never end.
  if (value instanceof StarlarkList && depth < 3) {
    work.charge(value.items.length);
    return value.items.map((item) => toRuleValue(item, work, depth + 1));
  }
  return { type: typeName(value), shown: depth === 0 ? repr(value) : typeName(value) };
}
