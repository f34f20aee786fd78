// Which operator binds how tightly, loosest first. Comparisons do not associate; everything else leans left.
import type { BinaryOperator } from './syntax.ts';
import type { TokenKind } from './tokens.ts';

export const precedenceOf = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  bits: 5,
} as const;

export type InfixOperator =
  | { readonly kind: 'logical'; readonly operator: 'or' | 'and'; readonly precedence: number }
  | {
      readonly kind: 'comparison' | 'arithmetic';
      readonly operator: BinaryOperator;
      readonly precedence: number;
    };

const comparisons = ['==', '!=', '<', '>', '<=', '>=', 'in'] as const;

/** From the loosest to the tightest; those of one row bind alike. */
const arithmetic = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%']] as const;

export const infixOperators: ReadonlyMap<TokenKind, InfixOperator> = new Map<TokenKind, InfixOperator>([
  ['or', { kind: 'logical', operator: 'or', precedence: precedenceOf.or }],
  ['and', { kind: 'logical', operator: 'and', precedence: precedenceOf.and }],
  // Where an operator is expected, `not` can only begin `not in`.
  ['not', { kind: 'comparison', operator: 'not in', precedence: precedenceOf.comparison }],
  ...comparisons.map(comparison),
  ...arithmetic.flatMap((row, index) =>
    row.map((operator) => arithmeticAt(operator, precedenceOf.bits + index)),
  ),
]);

function comparison(operator: (typeof comparisons)[number]): readonly [TokenKind, InfixOperator] {
  return [operator, { kind: 'comparison', operator, precedence: precedenceOf.comparison }];
}

function arithmeticAt(
  operator: (typeof arithmetic)[number][number],
  precedence: number,
): readonly [TokenKind, InfixOperator] {
  return [operator, { kind: 'arithmetic', operator, precedence }];
}
