// Collects the items of lists that are being read, one inside the other, so that each list ends up in an array of
// exactly its size: an array that grew by `push` keeps room for sixteen more, which over ten thousand rules is most of
// the memory.

export class Scratch<T> {
  readonly #items: T[] = [];
  #height = 0;

  /** Where the list that begins now begins. */
  mark(): number {
    return this.#height;
  }

  push(item: T): void {
    this.#items[this.#height] = item;
    this.#height += 1;
  }

  /** Everything pushed since the mark, taken off. */
  take(mark: number): readonly T[] {
    const taken = this.#items.slice(mark, this.#height);
    this.#height = mark;
    return taken;
  }
}
