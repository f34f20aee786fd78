// Gives the character that stopped a word its name: what a person would call the construct that starts there.
import { type Obstacle, obstacle } from './obstacle.ts';

/** `at` is an unquoted character that no provable word may hold. */
export function nameObstacle(script: string, at: number): Obstacle {
  const next = script[at + 1];
  switch (script[at]) {
    case '$':
      return nameDollar(script, at);
    case '`':
      return obstacle('substitution', at, at + 1);
    case '*':
    case '?':
    case '[':
    case '^':
    case '#':
      return obstacle('glob', at, at + 1);
    case '~':
      return obstacle('tilde', at, at + 1);
    case '{':
    case '}':
      return obstacle('brace-expansion', at, at + 1);
    case '<':
      if (next === '(') return obstacle('substitution', at, at + 2);
      if (next !== '<') return obstacle('redirection', at, at + 1);
      return script[at + 2] === '<' ? obstacle('redirection', at, at + 3) : obstacle('heredoc', at, at + 2);
    case '>':
      if (next === '(') return obstacle('substitution', at, at + 2);
      return obstacle('redirection', at, next === '>' ? at + 2 : at + 1);
    case '&':
      return next === '>' ? obstacle('redirection', at, at + 2) : obstacle('background', at, at + 1);
    case '(':
      return nameParenthesis(script, at);
    default:
      return obstacle('syntax-error', at, at + 1);
  }
}

/** `at` is a `$`, unquoted or inside double quotes. */
export function nameDollar(script: string, at: number): Obstacle {
  const next = script[at + 1];
  if (next === "'") return obstacle('ansi-c-quoting', at, at + 2);
  if (next === '(' && script[at + 2] !== '(') return obstacle('substitution', at, at + 2);
  return obstacle('expansion', at, at + 1);
}

function nameParenthesis(script: string, at: number): Obstacle {
  const before = at === 0 ? '' : script.charAt(at - 1);
  if ('!@+?*'.includes(before) && before !== '') return obstacle('glob', at - 1, at + 1);
  if (/[\w.-]/.test(before)) return obstacle('function', at, at + 1);
  if (script[at + 1] === '(') return obstacle('control-flow', at, at + 2);
  return obstacle('subshell', at, at + 1);
}
