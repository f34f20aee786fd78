// Collects the items of a list that is being read, so that each list ends up in an array of exactly its size: an array
// that grew by `push` keeps room for sixteen more, which over ten thousand rules is most of the memory.
import type { Expression } from './syntax.ts';
import type { Value } from './values.ts';

export const noNodes: readonly Expression[] = [];

export class NodeStack {
  readonly #nodes: Expression[] = [];
  #height = 0;

  mark(): number {
    return this.#height;
  }

  push(node: Expression): void {
    this.#nodes[this.#height] = node;
    this.#height += 1;
  }

  /** Everything pushed since the mark, taken off the stack. */
  take(mark: number): readonly Expression[] {
    if (this.#height === mark) return noNodes;
    const taken = this.#nodes.slice(mark, this.#height);
    this.#height = mark;
    return taken;
  }

  /** The same for literals alone: their values. The nodes themselves are forgotten. */
  takeLiterals(mark: number): readonly Value[] {
    const values = new Array<Value>(this.#height - mark);
    for (let index = mark; index < this.#height; index++) {
      const node = this.#nodes[index];
      values[index - mark] = node?.kind === 'literal' ? node.value : null;
    }
    this.#height = mark;
    return values;
  }
}
