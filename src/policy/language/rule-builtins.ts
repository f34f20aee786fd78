// The three words of the rule language as builtins of a module: each call adds to a draft of the file's rules.
import { absolutePath, type Argv, type Decision, type RuleSource } from '../../domain/index.ts';
import {
  StarlarkHostError,
  type BuiltinCall,
  type StarlarkBuiltin,
  type StarlarkError,
  type StarlarkParameter,
} from '../starlark/index.ts';
import { baseName } from '../rules/host-path.ts';
import type { NetworkProtocol, NetworkRule, Rule } from '../rules/rule.ts';
import { Mistake, Work, workLimit } from './mistake.ts';
import { readNetworkHost } from './network-host.ts';
import { readArgument } from './read-arguments.ts';
import { readExamples } from './read-example.ts';
import { readPattern } from './read-pattern.ts';
import { readLimits, readRawOptions } from './rule-options.ts';

/** Examples of one call, to be checked when the whole file has been read. */
export interface ExampleGroup {
  readonly rules: readonly Rule[];
  readonly match: readonly Argv[];
  readonly notMatch: readonly Argv[];
  readonly line: number;
  fail(message: string): StarlarkError;
}

/** What a file has said so far. */
export class RuleDraft {
  readonly rules: Rule[] = [];
  readonly hosts: Map<string, readonly string[]> = new Map();
  readonly network: NetworkRule[] = [];
  readonly examples: ExampleGroup[] = [];
  readonly mistakes: StarlarkError[] = [];
  readonly work: Work = new Work(workLimit);
  /** A host table that could not be read: examples would be judged by the wrong table. */
  hostsAreWhole = true;
}

const decisions: Readonly<Record<string, Decision>> = {
  allow: 'allow',
  prompt: 'prompt',
  forbidden: 'forbidden',
};

/** `ask` is not in the language; `deny` is the older word of network rules alone. */
const networkDecisions: Readonly<Record<string, Decision>> = { ...decisions, deny: 'forbidden' };

const protocols: Readonly<Record<string, NetworkProtocol>> = {
  http: 'http',
  https: 'https',
  https_connect: 'https',
  'http-connect': 'https',
  socks5_tcp: 'socks5_tcp',
  socks5_udp: 'socks5_udp',
};

/** After this many the rest are consequences. */
const mistakeLimit = 100;

export function ruleBuiltins(draft: RuleDraft, file: string): Readonly<Record<string, StarlarkBuiltin>> {
  const builtin = (
    name: string,
    parameters: readonly StarlarkParameter[],
    apply: (call: BuiltinCall, source: RuleSource) => void,
  ): StarlarkBuiltin => ({
    name,
    parameters,
    call(call) {
      try {
        apply(call, { kind: 'file', file, line: call.at.line });
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        if (name === 'host_executable') draft.hostsAreWhole = false;
        draft.mistakes.push(call.error(error.message));
        if (draft.mistakes.length >= mistakeLimit) {
          throw new StarlarkHostError('Stop here: this file has too many mistakes');
        }
      }
      return null;
    },
  });
  return {
    prefix_rule: builtin('prefix_rule', prefixRuleParameters, (call, source) =>
      addPrefixRule(draft, call, source),
    ),
    host_executable: builtin('host_executable', required('name', 'paths'), (call) =>
      addHostExecutable(draft, call),
    ),
    network_rule: builtin(
      'network_rule',
      [...required('host', 'protocol', 'decision'), ...optional('justification')],
      (call, source) => addNetworkRule(draft, call, source),
    ),
  };
}

function required(...names: readonly string[]): readonly StarlarkParameter[] {
  return names.map((name) => ({ name, required: true }));
}

function optional(...names: readonly string[]): readonly StarlarkParameter[] {
  return names.map((name) => ({ name, required: false }));
}

const prefixRuleParameters: readonly StarlarkParameter[] = [
  ...required('pattern'),
  ...optional('decision', 'match', 'not_match', 'justification', 'canonical_matching'),
  ...optional('unless', 'anywhere', 'exact', 'env', 'cwd', 'skip_options'),
];

function addPrefixRule(draft: RuleDraft, call: BuiltinCall, source: RuleSource): void {
  const { args } = call;
  const pattern = readArgument(args, 'pattern', 'list') ?? [];
  const decisionWord = readArgument(args, 'decision', 'str') ?? 'allow';
  const match = readArgument(args, 'match', 'list');
  const notMatch = readArgument(args, 'not_match', 'list');
  const justification = readArgument(args, 'justification', 'str');
  const canonical = readArgument(args, 'canonical_matching', 'bool') ?? false;
  const raw = readRawOptions(args);

  const decision = readDecision(decisionWord, decisions);
  checkJustification(justification);
  const { programs, rest } = readPattern(pattern, draft.work);
  const limits = readLimits(raw, programs, draft.work);
  const matching = match === undefined ? [] : readExamples(match, draft.work);
  const notMatching = notMatch === undefined ? [] : readExamples(notMatch, draft.work);

  const rules = programs.map((program): Rule => ({
    program,
    rest,
    decision,
    justification,
    canonical,
    limits,
    source,
  }));
  for (const rule of rules) draft.rules.push(rule);
  if (matching.length === 0 && notMatching.length === 0) return;
  draft.examples.push({
    rules,
    match: matching,
    notMatch: notMatching,
    line: call.at.line,
    fail: (message) => call.error(message),
  });
}

function readDecision(word: string, known: Readonly<Record<string, Decision>>): Decision {
  const decision = Object.hasOwn(known, word) ? known[word] : undefined;
  if (decision !== undefined) return decision;
  const words = Object.keys(known).map((each) => JSON.stringify(each));
  throw new Mistake(`Invalid decision ${JSON.stringify(word)}: use one of ${words.join(', ')}`);
}

function checkJustification(text: string | undefined): void {
  if (text?.trim() === '') throw new Mistake('Invalid rule: a justification cannot be empty');
}

function addHostExecutable(draft: RuleDraft, { args }: BuiltinCall): void {
  const name = readArgument(args, 'name', 'str') ?? '';
  const elements = readArgument(args, 'paths', 'list') ?? [];
  if (name === '') throw new Mistake('Invalid rule: the name of host_executable cannot be empty');
  if (name.includes('/') || name === '.' || name === '..') {
    throw new Mistake(
      `Invalid rule: the name of host_executable must be a bare name, got ${JSON.stringify(name)}`,
    );
  }
  draft.work.charge(elements.length);
  const paths = elements.map((element) => {
    if (typeof element !== 'string')
      throw new Mistake('Invalid rule: the paths of host_executable must be strings');
    const path = absolutePath(element);
    if (path === undefined) {
      throw new Mistake(
        `Invalid rule: the paths of host_executable must be absolute, got ${JSON.stringify(element)}`,
      );
    }
    if (baseName(path) !== name) {
      throw new Mistake(
        `Invalid rule: the host_executable path \`${path}\` must have the base name \`${name}\``,
      );
    }
    return path;
  });
  // The last definition replaces the earlier ones, across files too.
  draft.hosts.set(name, [...new Set(paths)]);
}

function addNetworkRule(draft: RuleDraft, { args }: BuiltinCall, source: RuleSource): void {
  const host = readArgument(args, 'host', 'str') ?? '';
  const protocolWord = readArgument(args, 'protocol', 'str') ?? '';
  const decisionWord = readArgument(args, 'decision', 'str') ?? '';
  const justification = readArgument(args, 'justification', 'str');
  const protocol = Object.hasOwn(protocols, protocolWord) ? protocols[protocolWord] : undefined;
  if (protocol === undefined) {
    throw new Mistake(
      `Invalid rule: the protocol of network_rule must be one of http, https, socks5_tcp, socks5_udp, got ${JSON.stringify(protocolWord)}`,
    );
  }
  const decision = readDecision(decisionWord, networkDecisions);
  checkJustification(justification);
  draft.network.push({ host: readNetworkHost(host), protocol, decision, justification, source });
}
