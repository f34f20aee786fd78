// Bytes to text over many polls: a character that arrives in two polls is held until it is whole, so no poll ever
// shows half of it. What is not UTF-8 becomes U+FFFD, once, as `TextDecoder` does.

import { TextDecoder } from 'node:util';

export class TextDrain {
  readonly #decoder: TextDecoder = new TextDecoder('utf-8');

  /** The text of `bytes` and of what was held back before; may hold back up to three bytes for the next call. */
  push(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What was held back, now that nothing follows: an unfinished character becomes U+FFFD. */
  end(): string {
    return this.#decoder.decode();
  }
}
