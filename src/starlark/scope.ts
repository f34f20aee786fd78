// Resolves names to slots while the tree is being built: a scope collects the names used in it, and when it ends,
// those it defines get their slot and the others move one scope out. No second walk over the tree is needed.
import type { NameNode } from './syntax.ts';

/** The slots of one function's (or the module's) frame; comprehensions borrow from the function they stand in. */
interface FrameLayout {
  slotCount: number;
}

export class Scope {
  readonly kind: 'module' | 'function' | 'comprehension';
  readonly parent: Scope | undefined;
  readonly #frame: FrameLayout;
  readonly #slots: Map<string, number> = new Map();
  #uses: NameNode[] = [];

  private constructor(kind: Scope['kind'], parent: Scope | undefined, frame: FrameLayout) {
    this.kind = kind;
    this.parent = parent;
    this.#frame = frame;
  }

  static module(): Scope {
    return new Scope('module', undefined, { slotCount: 0 });
  }

  openFunction(): Scope {
    return new Scope('function', this, { slotCount: 0 });
  }

  /** Takes over the uses since `mark`: a comprehension's element is read before its `for` shows what it is. */
  openComprehension(mark: number): Scope {
    const scope = new Scope('comprehension', this, this.#frame);
    scope.#uses = this.#uses.splice(mark);
    return scope;
  }

  get slotCount(): number {
    return this.#frame.slotCount;
  }

  get mark(): number {
    return this.#uses.length;
  }

  get names(): Iterable<string> {
    return this.#slots.keys();
  }

  use(node: NameNode): void {
    this.#uses.push(node);
  }

  /** Makes a name this scope's own, from its beginning to its end. */
  define(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.#frame.slotCount;
    this.#frame.slotCount += 1;
    this.#slots.set(name, slot);
    return slot;
  }

  /** Settles the names this scope defines and hands the rest outwards. */
  close(): void {
    const { parent } = this;
    const rest = parent === undefined ? [] : parent.#uses;
    const hops = this.kind === 'function' ? 1 : 0;
    for (const node of this.#uses) {
      const slot = this.#slots.get(node.name);
      if (slot !== undefined) node.slot = slot;
      else {
        node.hops += hops;
        rest.push(node);
      }
    }
    this.#uses = parent === undefined ? rest : [];
  }

  /** The names that no scope defined. Only of a closed module. */
  get unresolved(): readonly NameNode[] {
    return this.#uses;
  }
}
