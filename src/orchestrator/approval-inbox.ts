// A reviewer for interfaces that answer later and from elsewhere: a web page, a JSON-RPC client, an editor. Questions
// wait here under their ids; an answer that comes late, twice, or for an id that never was changes nothing.
import type { ApprovalId, ApprovalRequest, ReviewDecision, Reviewer } from '../domain/index.ts';

export interface ApprovalInbox {
  /** Hand this to the runtime. */
  readonly reviewer: Reviewer;
  /** Questions without an answer, oldest first. */
  pending(): readonly ApprovalRequest[];
  /** True when this answer settled its question; false when the id is unknown, answered or withdrawn. */
  answer(id: ApprovalId, decision: ReviewDecision): boolean;
  /** The other side is gone: every open question ends as a failed reviewer, which is a denial. */
  disconnect(reason: string): void;
}

interface Waiting {
  readonly request: ApprovalRequest;
  resolve(decision: ReviewDecision): void;
  reject(error: Error): void;
}

/** An empty inbox; hand its `reviewer` to one runtime or to several. */
export function createApprovalInbox(): ApprovalInbox {
  const waiting = new Map<ApprovalId, Waiting>();

  function take(id: ApprovalId): Waiting | undefined {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  }

  return {
    reviewer: {
      review: async (request, signal) =>
        await new Promise<ReviewDecision>((resolve, reject) => {
          waiting.set(request.id, { request, resolve, reject });
          const withdraw = (): void => take(request.id)?.reject(new Error('the question was withdrawn'));
          if (signal.aborted) withdraw();
          else signal.addEventListener('abort', withdraw, { once: true });
        }),
    },
    pending: () => [...waiting.values()].map(({ request }) => request),
    answer: (id, decision) => {
      const found = take(id);
      found?.resolve(decision);
      return found !== undefined;
    },
    disconnect: (reason) => {
      for (const id of [...waiting.keys()]) take(id)?.reject(new Error(reason));
    },
  };
}
