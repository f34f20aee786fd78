// Rules, matches and places as people read them.
import type { RuleMatch, RuleSource } from '../../domain/index.ts';
import { showCommand, showPattern, showText } from '../../policy/language/show-words.ts';
import { noLimits } from '../../policy/rules/rule.ts';
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

export function showRule({ program, rest }: Rule): string {
  return showPattern([program, ...rest]);
}

/** What narrows the rule, in the words of the rule file; a dash for nothing. */
export function showLimits({ canonical, limits }: Rule): string {
  if (!canonical && limits === noLimits) return '-';
  const { exact, unless, anywhere, env, cwd, skipOptions } = limits;
  return [
    canonical ? 'canonical' : '',
    exact ? 'exact' : '',
    ...unless.map((pattern) => `unless ${showPattern(pattern)}`),
    ...anywhere.map((token) => `anywhere ${showPattern([token])}`),
    ...env.map(({ name, value }) => `env ${value === undefined ? name : `${name}=${value}`}`),
    ...cwd.map((directory) => `in ${directory}`),
    skipOptions === 'by-decision' ? '' : `skip_options ${skipOptions}`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

export function showMatch(match: RuleMatch): { readonly what: string; readonly why: string } {
  switch (match.kind) {
    case 'rule':
      return {
        what: match.decision,
        why: `${showCommand(match.matchedPrefix)}  (${showSource(match.source)})`,
      };
    case 'possible-rule':
      return { what: 'prompt', why: `a rule it might meet  (${showSource(match.source)})` };
    case 'heuristic':
      return { what: match.class, why: match.because };
  }
}
