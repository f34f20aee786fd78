// What was allowed for the rest of the session. These are rules like any other: a stricter rule beats them, and a
// script is allowed only when every one of its commands is.
import {
  err,
  ok,
  type Argv,
  type PolicyAmendment,
  type Result,
  type RuleSource,
} from '../../domain/index.ts';
import { noLimits, type Rule } from '../rules/rule.ts';
import { whyNotSaved } from '../save/open-ended.ts';

export interface RememberedPrefix {
  /** What {@link SessionRules.revoke} takes. The same prefix has the same key. */
  readonly key: string;
  readonly prefix: Argv;
  /** Present when nothing may follow the words. */
  readonly exact?: true;
  /** Milliseconds since the epoch. */
  readonly rememberedAt: number;
}

export class SessionRules {
  readonly #remembered = new Map<string, RememberedPrefix>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The error says why it must not be remembered. */
  remember(amendment: PolicyAmendment): Result<RememberedPrefix, string> {
    const because = whyNotSaved(amendment);
    if (because !== undefined) return err(because);
    const { allowPrefix: prefix, exact } = amendment;
    const key = `${JSON.stringify(prefix)}${exact === true ? ' exact' : ''}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return ok(known);
    const remembered = {
      key,
      prefix,
      ...(exact === true ? { exact } : {}),
      rememberedAt: this.#now(),
    };
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
    return this.list().map(({ prefix, exact, rememberedAt }) =>
      allowRule(
        { allowPrefix: prefix, ...(exact === true ? { exact } : {}) },
        { kind: 'session', rememberedAt },
      ),
    );
  }
}

const exactly = { ...noLimits, exact: true };

export function allowRule({ allowPrefix, exact }: PolicyAmendment, source: RuleSource): Rule {
  const [program, ...rest] = allowPrefix;
  return {
    program,
    rest,
    decision: 'allow',
    justification: undefined,
    canonical: false,
    limits: exact === true ? exactly : noLimits,
    source,
  };
}
