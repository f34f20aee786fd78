// Rules, matches and places as people read them.
import type { RuleMatch, RuleSource } from '../../domain/index.ts';
import { showCommand, showPattern, showText } from '../../policy/language/show-words.ts';
import { noLimits, wholePattern, type ArgumentTest } from '../../policy/rules/rule.ts';
import type { Rule } from '../../policy/index.ts';

export function showSource(source: RuleSource): string {
  switch (source.kind) {
    case 'file':
      return `${showText(source.file)}:${source.line}`;
    case 'managed':
      return `${showText(source.file)} prefix_rules[${source.index}]`;
    case 'session':
      return 'this session';
  }
}

export function showRule(rule: Rule): string {
  return showPattern(wholePattern(rule));
}

/** What narrows the rule, in the words of the rule file; a dash for nothing. */
export function showLimits({ canonical, limits, id }: Rule): string {
  if (!canonical && limits === noLimits && id === undefined) return '-';
  const { exact, unless, anywhere, env, cwd, skipOptions } = limits;
  const { args, noArgs, onlyArgs, minArgs, maxArgs, paths, pathsOutside, expiresAt } = limits;
  return [
    id === undefined ? '' : `id ${id}`,
    canonical ? 'canonical' : '',
    exact ? 'exact' : '',
    ...unless.map((pattern) => `unless ${showPattern(pattern)}`),
    ...anywhere.map((token) => `anywhere ${showPattern([token])}`),
    ...env.map(({ name, value }) => `env ${value === undefined ? name : `${name}=${value}`}`),
    ...args.map((choice) => `with ${showTests(choice)}`),
    ...noArgs.map((test) => `without ${showTests([test])}`),
    onlyArgs.length === 0 ? '' : `only ${showTests(onlyArgs)}`,
    minArgs === undefined ? '' : `at least ${minArgs} words`,
    maxArgs === undefined ? '' : `at most ${maxArgs} words`,
    ...paths.map((directory) => `paths in ${showText(directory)}`),
    ...pathsOutside.map((directory) => `paths outside ${showText(directory)}`),
    ...cwd.map((directory) => `in ${showText(directory)}`),
    expiresAt === undefined ? '' : `until ${new Date(expiresAt).toISOString()}`,
    skipOptions === 'by-decision' ? '' : `skip_options ${skipOptions}`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

/** One test as it is, several as a choice. */
function showTests(tests: readonly ArgumentTest[]): string {
  const words = tests.map(showTest);
  const [only] = words;
  return showPattern([only !== undefined && words.length === 1 ? only : words]);
}

function showTest(test: ArgumentTest): string {
  if (test.kind === 'word') return test.word;
  return test.value === undefined ? test.name : `${test.name}=${test.value}`;
}

/** The words of the rule that were met; a default rule has none. */
export function showMet({ isDefault, matchedPrefix }: Extract<RuleMatch, { readonly kind: 'rule' }>): string {
  return isDefault === true ? 'default_rule' : showCommand(matchedPrefix);
}

export function showMatch(match: RuleMatch): { readonly what: string; readonly why: string } {
  switch (match.kind) {
    case 'rule':
      return {
        what: match.decision,
        why: `${showMet(match)}  (${showSource(match.source)})`,
      };
    case 'possible-rule':
      return { what: 'prompt', why: `a rule it might meet  (${showSource(match.source)})` };
    case 'heuristic':
      return { what: match.class, why: match.because };
  }
}
