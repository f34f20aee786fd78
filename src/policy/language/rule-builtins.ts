// The three words of the rule language. Each reads one call and adds to the draft of its file, or throws a Mistake.
import { absolutePath, type Decision, type RuleSource } from '../../domain/index.ts';
import { baseName } from '../rules/host-path.ts';
import type { NetworkProtocol, Rule } from '../rules/rule.ts';
import { Mistake } from './mistake.ts';
import { readNetworkHost } from './network-host.ts';
import { readArgument } from './read-arguments.ts';
import { readExamples } from './read-example.ts';
import { readPattern } from './read-pattern.ts';
import type { RuleDraft } from './rule-draft.ts';
import { readLimits, readRawOptions } from './rule-options.ts';
import type { RuleCall } from './rule-value.ts';

export interface RuleBuiltin {
  /** In the order in which they may be given by position. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Optional, and only by name: a file written for the plain dialect cannot mean one of them by accident. */
  readonly named: readonly string[];
  add(draft: RuleDraft, call: RuleCall, file: string): void;
}

export const ruleBuiltins: Readonly<Record<'prefix_rule' | 'host_executable' | 'network_rule', RuleBuiltin>> =
  {
    prefix_rule: {
      required: ['pattern'],
      optional: ['decision', 'match', 'not_match', 'justification', 'canonical_matching'],
      named: ['unless', 'anywhere', 'exact', 'env', 'cwd', 'skip_options'],
      add: addPrefixRule,
    },
    host_executable: { required: ['name', 'paths'], optional: [], named: [], add: addHostExecutable },
    network_rule: {
      required: ['host', 'protocol', 'decision'],
      optional: ['justification'],
      named: [],
      add: addNetworkRule,
    },
  };

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

function addPrefixRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
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
  const limits = readLimits(raw, programs, draft);
  const matching = match === undefined ? [] : readExamples(match, draft.work);
  const notMatching = notMatch === undefined ? [] : readExamples(notMatch, draft.work);

  const source: RuleSource = { kind: 'file', file, line };
  const rules: Rule[] = [];
  for (const program of programs) {
    rules.push({ program, rest, decision, justification, canonical, limits, source });
  }
  for (const rule of rules) draft.rules.push(rule);
  if (matching.length === 0 && notMatching.length === 0) return;
  draft.examples.push({ rules, match: matching, notMatch: notMatching, line });
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

function addHostExecutable(draft: RuleDraft, { args }: RuleCall): void {
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
    // Without a home the program lives nowhere, and an allow rule for it meets nothing.
    const { home } = draft.place;
    const expanded = element.startsWith('~/') ? `${home ?? '/nonexistent'}${element.slice(1)}` : element;
    const path = absolutePath(expanded);
    if (path === undefined) {
      throw new Mistake(
        `Invalid rule: the paths of host_executable must be absolute, got ${JSON.stringify(element)}`,
      );
    }
    if (baseName(path) !== name) {
      throw new Mistake(
        `Invalid rule: the host_executable path ${JSON.stringify(path)} must have the base name ${JSON.stringify(name)}`,
      );
    }
    return path;
  });
  // The last definition replaces the earlier ones, across files too.
  draft.hosts.set(name, [...new Set(paths)]);
}

function addNetworkRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
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
  const source: RuleSource = { kind: 'file', file, line };
  draft.network.push({ host: readNetworkHost(host), protocol, decision, justification, source });
}
