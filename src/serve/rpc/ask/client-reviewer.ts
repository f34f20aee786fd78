// Questions of the runtime, put to the client whose command it is. Nobody there, an error, or what cannot be read is no
// yes: it is thrown, and a reviewer that fails has said no.
import type { Reviewer } from '../../../domain/index.ts';
import type { z } from 'zod';
import type { ClientCapabilities } from '../protocol/initialize.ts';
import type { Peer } from '../peer.ts';
import { answers } from '../schemas/answers.ts';
import {
  type Asking,
  commandDecision,
  commandQuestion,
  execCommandDecision,
  execCommandQuestion,
} from './command-question.ts';
import { fileAnswer, fileQuestion, writingDecision, writingQuestion } from './file-question.ts';

export interface AskedClient {
  readonly threadId: string;
  /** Undefined while nobody is connected. */
  readonly peer: Peer | undefined;
  readonly approvals: NonNullable<ClientCapabilities['approvals']>;
  nameOf(callId: string): string | null;
}

export function clientReviewer(client: AskedClient): Reviewer {
  const asking = (callId: string): Asking => ({
    threadId: client.threadId,
    processId: client.nameOf(callId),
    now: Date.now(),
  });
  return {
    review: async (request, signal) => {
      const peer = reachable(client);
      const about = asking(request.callId);
      if (request.changes !== undefined) {
        const method = 'item/fileChange/requestApproval';
        const answer = await peer.ask(method, writingQuestion(request, about), signal);
        return writingDecision(readAnswer(answers[method], answer).decision);
      }
      if (client.approvals === 'execCommandApproval') {
        const answer = await peer.ask('execCommandApproval', execCommandQuestion(request, about), signal);
        return execCommandDecision(readAnswer(answers.execCommandApproval, answer), request);
      }
      const method = 'item/commandExecution/requestApproval';
      const answer = await peer.ask(method, commandQuestion(request, about), signal);
      return commandDecision(readAnswer(answers[method], answer), request);
    },
    reviewChange: async (review, signal) => {
      const peer = reachable(client);
      const method = 'item/fileChange/requestApproval';
      const answer = await peer.ask(method, fileQuestion(review, asking(review.callId)), signal);
      return { kind: fileAnswer(readAnswer(answers[method], answer).decision) };
    },
  };
}

function reachable({ peer, approvals }: AskedClient): Peer {
  if (peer === undefined) throw new Error('the client of this command is gone, so nobody can be asked');
  if (approvals === 'none')
    throw new Error(
      'the client of this command answers no questions; an allow rule would let it run without one',
    );
  return peer;
}

function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new Error('the answer of the client is none of those that count');
}
