// Variables at run time: one array a call, linked to the call the function was made in.
import type { FunctionNode } from './syntax.ts';
import type { Signature } from './signature.ts';
import type { TypeRule } from './type-rules.ts';
import { StarlarkFunction, type Value } from './values.ts';

export class Frame {
  /** Undefined until assigned. */
  readonly slots: (Value | undefined)[];
  readonly parent: Frame | undefined;
  /** What `return` gave, while the call unwinds. */
  result: Value = null;

  constructor(slots: (Value | undefined)[], parent: Frame | undefined) {
    this.slots = slots;
    this.parent = parent;
  }
}

/** A `def` or lambda together with the variables around it. */
export class UserFunction extends StarlarkFunction {
  readonly name: string;
  readonly node: FunctionNode;
  readonly signature: Signature;
  /** As many as parameters. */
  readonly fallbacks: readonly (Value | undefined)[];
  readonly types: readonly (TypeRule | undefined)[];
  readonly returns: TypeRule | undefined;
  readonly frame: Frame;

  constructor(made: {
    readonly node: FunctionNode;
    readonly signature: Signature;
    readonly fallbacks: readonly (Value | undefined)[];
    readonly types: readonly (TypeRule | undefined)[];
    readonly returns: TypeRule | undefined;
    readonly frame: Frame;
  }) {
    super();
    this.name = made.node.name;
    this.node = made.node;
    this.fallbacks = made.fallbacks;
    this.types = made.types;
    this.returns = made.returns;
    this.frame = made.frame;
    this.signature = made.signature;
  }
}
