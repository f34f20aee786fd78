// What was allowed for the rest of the session. These are rules like any other: a stricter rule beats them, and a
// script is allowed only when every one of its commands is.
import { err, ok, type Argv, type Result, type RuleSource } from '../../domain/index.ts';
import { noLimits, type Rule } from '../rules/rule.ts';
import { whyTooBroad } from '../save/banned-prefixes.ts';

export interface RememberedPrefix {
  /** What {@link SessionRules.revoke} takes. The same prefix has the same key. */
  readonly key: string;
  readonly prefix: Argv;
  /** Milliseconds since the epoch. */
  readonly rememberedAt: number;
}

export class SessionRules {
  readonly #remembered = new Map<string, RememberedPrefix>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The error says why the prefix is too broad to remember. */
  remember(prefix: Argv): Result<RememberedPrefix, string> {
    const because = whyTooBroad(prefix);
    if (because !== undefined) return err(because);
    const key = JSON.stringify(prefix);
    const known = this.#remembered.get(key);
    if (known !== undefined) return ok(known);
    const remembered = { key, prefix, rememberedAt: this.#now() };
    this.#remembered.set(key, remembered);
    return ok(remembered);
  }

  /** False when nothing is remembered under the key. */
  revoke(key: string): boolean {
    return this.#remembered.delete(key);
  }

  list(): readonly RememberedPrefix[] {
    return [...this.#remembered.values()];
  }

  rules(): readonly Rule[] {
    return this.list().map(({ prefix, rememberedAt }) =>
      allowRule(prefix, { kind: 'session', rememberedAt }),
    );
  }
}

export function allowRule([program, ...rest]: Argv, source: RuleSource): Rule {
  return {
    program,
    rest,
    decision: 'allow',
    justification: undefined,
    canonical: false,
    limits: noLimits,
    source,
  };
}
