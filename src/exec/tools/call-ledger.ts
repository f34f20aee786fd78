// Remembers what each call was answered. A server that repeats a call after a reconnect gets the recorded answer:
// `echo x >> file` must never run twice because a stream broke.
import { createHash } from 'node:crypto';
import type { ModelCall } from './model-call.ts';

export class CallLedger {
  readonly #answers = new Map<string, string>();

  /** The answer of the same call: same id, same tool, same arguments. */
  recall(call: ModelCall): string | undefined {
    return this.#answers.get(keyOf(call));
  }

  record(call: ModelCall, answer: string): void {
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
