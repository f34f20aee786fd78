// What was held back of a one-shot command's work, put before whoever can be asked. It lies in the store already: a kept one
// goes from there to its place, as `cordon held keep` would bring it, and everything else stays where it is.
import { randomUUID } from 'node:crypto';
import {
  type HeldEntry,
  type HeldStore,
  heldStore,
  keepHeld,
  openHeldPlace,
  placeOf,
  protectedPart,
  unifiedDiff,
} from '../airlock/index.ts';
import {
  type ApprovalPolicy,
  type CallId,
  type ChangeReview,
  type ExecResult,
  type HeldChange,
  type ReviewedChange,
  type SettledChanges,
  showBytePath,
} from '../domain/index.ts';
import { askAboutChange } from '../orchestrator/index.ts';
import { appendRule, saveTarget } from '../policy/index.ts';
import { shownCommand } from './command-writes.ts';
import type { ReviewHeld } from './run-in-layers.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { ExecInput, ShellRuntimeOptions } from './shell-runtime.ts';
import type { WatchedPlaces, WriteWatch } from './watch-writes.ts';

export interface ReviewParts {
  readonly core: RuntimeCore;
  readonly options: ShellRuntimeOptions;
  readonly places: WatchedPlaces;
  readonly beside: WriteWatch['beside'];
}

export interface HeldReviews {
  /** `start` with the input under a name that the questions carry. */
  run(
    input: ExecInput,
    signal: AbortSignal | undefined,
    start: (named: ExecInput, review: ReviewHeld) => Promise<ExecResult>,
  ): Promise<ExecResult>;
}

/** How many are asked about after one command; a person who is asked more often says yes to anything. */
const mostAsked = 20;
const mostLines = 400;

/** Remembers what was kept for the session, as long as the runtime lives. */
export function heldReviews(parts: ReviewParts): HeldReviews {
  const remembered = new Set<string>();
  const closing = new AbortController();
  parts.core.onClose(async () => {
    closing.abort();
    await Promise.resolve();
  });
  return {
    run: async (input, signal, start) => {
      const callId = (input.callId ?? `call-${randomUUID()}`) as CallId;
      const call = { callId, command: shownCommand(input), signal, closing: closing.signal };
      return await start({ ...input, callId }, async (settled) => {
        if (settled.kind !== 'committed' || settled.held.length === 0) return settled;
        try {
          return await reviewAll(settled, call, { ...parts, remembered });
        } catch {
          // It is put aside, as without anybody to ask.
          return settled;
        }
      });
    },
  };
}

interface Call {
  readonly callId: CallId;
  readonly command: string;
  readonly signal: AbortSignal | undefined;
  readonly closing: AbortSignal;
}

type Session = ReviewParts & { readonly remembered: Set<string> };
type Committed = Extract<SettledChanges, { readonly kind: 'committed' }>;

async function reviewAll(settled: Committed, call: Call, session: Session): Promise<SettledChanges> {
  const { options, places } = session;
  const asks = options.reviewer?.reviewChange !== undefined && mayAsk(options.approvalPolicy ?? 'on-request');
  if (!asks && session.remembered.size === 0) return settled;
  const { profile, cordonHome: home, uid } = places;
  const roots = profile.kind === 'workspace-write' ? profile.writable : [];
  const place = openHeldPlace({ home, uid, roots });
  if (!place.ok) return settled;
  const store = heldStore(place.value, Date.now);
  const held: HeldChange[] = [];
  let kept = 0;
  for (const [index, change] of settled.held.entries()) {
    const entry = change.id === undefined ? undefined : store.find(change.id);
    const isAskable = asks && index < mostAsked && !isProtected(change);
    const reviewed =
      entry === undefined ? undefined : await review({ change, entry, store, isAskable }, call, session);
    if (reviewed === undefined) {
      held.push(change);
      continue;
    }
    void session.core.events.emit({ type: 'changes.reviewed', callId: call.callId, reviewed });
    const { path, parts } = change;
    if (reviewed.answer === 'drop') held.push({ path, parts, lost: 'A reviewer dropped it.' });
    else if (reviewed.answer === 'put-aside' || reviewed.warning?.startsWith(notKept) === true)
      held.push(change);
    else kept += 1;
  }
  return { ...settled, held, count: settled.count + kept };
}

function mayAsk(policy: ApprovalPolicy): boolean {
  return typeof policy === 'object' ? policy.sandbox : policy !== 'never' && policy !== 'allowlist';
}

/** Our own rules and programs: no yes on a question in between changes those. */
function isProtected({ parts }: HeldChange): boolean {
  return parts.some(({ runs }) => runs === protectedPart.runs);
}

interface OneHeld {
  readonly change: HeldChange;
  readonly entry: HeldEntry;
  readonly store: HeldStore;
  readonly isAskable: boolean;
}

const notKept = 'Not kept: ';

/** Undefined: nobody was asked. */
async function review(one: OneHeld, call: Call, session: Session): Promise<ReviewedChange | undefined> {
  const { change, entry, store, isAskable } = one;
  const { path } = change;
  // A yes to a file is none to a link in its place.
  const parts = entry.parts.map(({ part, runs }) => [part, runs]);
  const key = JSON.stringify([placeOf(entry), entry.after.kind, parts]);
  if (session.remembered.has(key) && !isProtected(change))
    return { path, answer: 'keep-for-session', source: 'session', ...(await keep(one, session)) };
  const ask = session.options.reviewer?.reviewChange?.bind(session.options.reviewer);
  if (!isAskable || ask === undefined) return undefined;
  const request = questionAbout(one, call, session);
  const cancel = AbortSignal.any([call.closing, ...(call.signal === undefined ? [] : [call.signal])]);
  const timeoutMs = session.options.reviewTimeoutMs ?? 300_000;
  const { answer, source } = await askAboutChange(ask, request, { timeoutMs, cancelled: cancel });
  const reviewed = { path, answer, source } as const;
  switch (answer) {
    case 'put-aside':
      return reviewed;
    case 'drop':
      store.drop(entry.id);
      return reviewed;
    case 'keep':
      return { ...reviewed, ...(await keep(one, session)) };
    case 'keep-for-session':
      session.remembered.add(key);
      return { ...reviewed, ...(await keep(one, session)) };
    case 'keep-and-save-rule': {
      const failure = await saveRule(request.rule, session);
      const done = await keep(one, session);
      return { ...reviewed, ...(failure === undefined ? {} : { warning: failure }), ...done };
    }
  }
}

async function keep({ entry, store }: OneHeld, { beside }: Session): Promise<{ readonly warning?: string }> {
  const kept = await beside(
    [placeOf(entry)],
    async () => await Promise.resolve(keepHeld(store, entry, { overwrite: false })),
  );
  if (!kept.ok) return { warning: `${notKept}${kept.error.reason}` };
  store.drop(entry.id);
  return {};
}

function questionAbout({ change, entry, store }: OneHeld, call: Call, session: Session): ChangeReview {
  const text = (which: 'before' | 'after'): string =>
    Buffer.from(store.content(entry.id, which) ?? []).toString('utf8');
  const link = entry.after.kind === 'symlink' ? [`+(a link to ${showBytePath(entry.after.target)})`] : [];
  const diff = [...link, ...unifiedDiff(text('before'), text('after'))];
  const rule = ruleFor(entry, session);
  return {
    id: entry.id,
    callId: call.callId,
    command: call.command,
    path: change.path,
    parts: change.parts,
    diff: diff.slice(0, mostLines),
    omittedLines: Math.max(0, diff.length - mostLines),
    ...(rule === undefined ? {} : { rule }),
    choices: [
      'keep',
      'keep-for-session',
      ...(rule === undefined ? [] : ['keep-and-save-rule' as const]),
      'drop',
      'put-aside',
    ],
  };
}

/**
 * Only for a whole path: a rule for a file of which one setting was held would let every other setting pass. Not beside a
 * rule that asks, which is stricter, and not for a name that a pattern reads otherwise.
 */
function ruleFor({ root, path, parts }: HeldEntry, { options }: Session): string | undefined {
  const whole = `${root}/${path}`;
  const isWhole = parts.every(({ part, rule }) => part === undefined && rule === undefined);
  if (!isWhole || options.rules?.home === undefined || !/^[\w /.@+,=-]+$/.test(whole)) return undefined;
  return `change_rule(paths = [${JSON.stringify(whole)}], decision = "allow")`;
}

/** A sentence when it is not saved. */
async function saveRule(rule: string | undefined, { core, options }: Session): Promise<string | undefined> {
  const target = saveTarget('user', options.rules?.home);
  if (rule === undefined || target === undefined) return 'Kept this once: there is no rule file';
  const saved = await appendRule(target, { call: rule });
  if (!saved.ok) return `Kept this once: ${saved.error.message}`;
  await core.store.reload();
  return undefined;
}
