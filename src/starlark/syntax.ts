// The tree. Every node knows its span, so that an error can point at it. Names carry the place the resolver found for
// them; everything else is never changed after parsing.
import type { Value } from './values.ts';

interface Node {
  /** UTF-16 offsets into the source. */
  readonly start: number;
  readonly end: number;
}

export interface NameNode extends Node {
  readonly kind: 'name';
  readonly name: string;
  /** How many functions out, and which slot there; a slot of -1 is the builtin. Written once, by the resolver. */
  hops: number;
  slot: number;
  builtin: Value | undefined;
}

export interface CallNode extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly positional: readonly Expression[];
  readonly names: readonly string[];
  /** As many as `names`. */
  readonly named: readonly Expression[];
  readonly rest: Expression | undefined;
  readonly namedRest: Expression | undefined;
}

export interface ComprehensionNode extends Node {
  readonly kind: 'comprehension';
  /** The key, of a dict comprehension. */
  readonly key: Expression | undefined;
  readonly element: Expression;
  readonly clauses: readonly Clause[];
  /** Steps charged for each element. */
  readonly weight: number;
}

export type Clause =
  | { readonly kind: 'for'; readonly target: Target; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly test: Expression };

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'not in';

export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Expression; readonly conversion: 'str' | 'repr' };

export interface BinaryNode extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type Expression =
  | (Node & { readonly kind: 'literal'; readonly value: Value })
  | NameNode
  | CallNode
  | (Node & { readonly kind: 'list'; readonly items: readonly Expression[] })
  /** A list of nothing but literals, which most lists in a rule file are: no nodes for the items. */
  | (Node & { readonly kind: 'literal-list'; readonly values: readonly Value[] })
  | (Node & { readonly kind: 'tuple'; readonly items: readonly Expression[] })
  | (Node & {
      readonly kind: 'dict';
      readonly keys: readonly Expression[];
      /** As many as `keys`. */
      readonly values: readonly Expression[];
    })
  | AttributeNode
  | IndexNode
  | (Node & {
      readonly kind: 'slice';
      readonly object: Expression;
      readonly from: Expression | undefined;
      readonly to: Expression | undefined;
      readonly step: Expression | undefined;
    })
  | BinaryNode
  /** Two or more operands of one chain of `and` or of `or`. */
  | (Node & {
      readonly kind: 'logical';
      readonly operator: 'and' | 'or';
      readonly operands: readonly Expression[];
    })
  | (Node & {
      readonly kind: 'unary';
      readonly operator: '+' | '-' | '~' | 'not';
      readonly operand: Expression;
    })
  | (Node & {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    })
  | ComprehensionNode
  | (Node & { readonly kind: 'lambda'; readonly function: FunctionNode })
  | (Node & { readonly kind: 'format'; readonly parts: readonly FormatPart[] });

export interface AttributeNode extends Node {
  readonly kind: 'attribute';
  readonly object: Expression;
  readonly name: string;
}

export interface IndexNode extends Node {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
}

/** Where an assignment can go. */
export type Target =
  | NameNode
  | IndexNode
  | AttributeNode
  | (Node & { readonly kind: 'targets'; readonly items: readonly Target[] });

export type ParameterMode = 'either' | 'named' | 'rest' | 'named-rest';

export interface ParameterNode extends Node {
  readonly name: string;
  readonly mode: ParameterMode;
  readonly fallback: Expression | undefined;
  readonly annotation: Expression | undefined;
}

export interface FunctionNode extends Node {
  /** `lambda` for one without a name. */
  readonly name: string;
  /** The first slots of a call's frame, in this order. */
  readonly parameters: readonly ParameterNode[];
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
  readonly slotCount: number;
  /** How deep evaluating the body nests, for the budget that keeps the host's own stack whole. */
  readonly height: number;
}

/** `weight` is how many steps running the statement itself costs: about the number of nodes in it. */
export type Statement = Node & { readonly weight: number } & StatementBody;

export type StatementBody =
  | { readonly kind: 'expression'; readonly value: Expression }
  | {
      readonly kind: 'assign';
      readonly target: Target;
      readonly annotation: Expression | undefined;
      readonly value: Expression;
    }
  | {
      readonly kind: 'augmented';
      readonly target: Exclude<Target, { readonly kind: 'targets' }>;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'def'; readonly target: NameNode; readonly function: FunctionNode }
  | { readonly kind: 'return'; readonly value: Expression | undefined }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'pass' };

export interface ModuleNode {
  readonly body: readonly Statement[];
  readonly slotCount: number;
  readonly height: number;
}
