// Variables every command of a headless run gets: those of a session, and which conversation it belongs to.
import { forcedEnvironment } from '../runtime/index.ts';

export function modelEnvironment(threadId: string): Readonly<Record<string, string>> {
  return { ...forcedEnvironment, CORDON_THREAD_ID: threadId };
}
