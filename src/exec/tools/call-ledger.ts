// Remembers what each call of one response was answered: a call that stands in it twice runs once, and so does one that a
// server says again after a reconnect. A later response is a later wish, whatever its calls are named: many servers
// number them anew each time.
import { createHash } from 'node:crypto';
import type { ModelCall, ToolAnswer } from './model-call.ts';

export class CallLedger {
  readonly #answers = new Map<string, Promise<ToolAnswer>>();

  /** The answer of the same call: same id, same tool, same arguments. */
  recall(call: ModelCall): Promise<ToolAnswer> | undefined {
    return this.#answers.get(keyOf(call));
  }

  /** Asked again, it is a new question. */
  release(call: ModelCall): void {
    this.#answers.delete(keyOf(call));
  }

  /** The next response has arrived, whole and at the first try. */
  forget(): void {
    this.#answers.clear();
  }

  /** A call that fails for a broken promise of ours is answered with that failure again. */
  record(call: ModelCall, answer: Promise<ToolAnswer>): void {
    answer.catch(() => undefined);
    this.#answers.set(keyOf(call), answer);
  }
}

// The arguments are part of the key because some servers number their calls anew in every response: another command
// under a used id is another command.
function keyOf(call: ModelCall): string {
  return createHash('sha256')
    .update(JSON.stringify([call.callId, call.name, call.arguments]))
    .digest('base64');
}
