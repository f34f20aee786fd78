// A runtime that runs nothing: it answers from a table and remembers what it was asked.
import type {
  AttemptOutcome,
  CallId,
  CapturedOutput,
  CapturedStream,
  Enforcement,
  ExecEvent,
  ExecResult,
  Refusal,
} from '../../domain/index.ts';
import type { ExecInput, ShellRuntime } from '../../runtime/index.ts';

export const enforcement: Enforcement = {
  level: 'partial',
  layers: ['landlock', 'seccomp'],
  landlockAbi: 7,
  missing: [{ restriction: 'processes', because: 'no namespaces here' }],
};

export function captured(text: string): CapturedStream {
  const head = Buffer.from(text);
  return { head, tail: new Uint8Array(), omittedBytes: 0, totalBytes: head.length };
}

export function output(text: string): CapturedOutput {
  return { stdout: captured(text), stderr: captured(''), aggregated: captured(text), spillFile: undefined };
}

export function ran(outcome: AttemptOutcome, durationMs = 6.4): ExecResult {
  const attempt = {
    ordinal: 1,
    selection: { kind: 'sandboxed', sandbox: 'landlock' },
    profile: { kind: 'read-only', network: 'none', denyRead: [] },
    grant: undefined,
  } as const;
  return {
    kind: 'ran',
    callId: 'fake' as CallId,
    outcome,
    attempts: [{ attempt, enforcement, outcome, denial: undefined, durationMs }],
  };
}

export function blocked(text: string, exitCode: number, target: string): ExecResult {
  const base = ran({ kind: 'exited', exitCode, output: output(text) });
  if (base.kind !== 'ran') throw new Error('unreachable');
  const denial = { restriction: 'file-write', confidence: 'certain', target, excerpt: text } as const;
  return { ...base, kind: 'blocked-by-sandbox', denial };
}

export function notRun(refusal: Refusal): ExecResult {
  return { kind: 'not-run', callId: 'fake' as CallId, refusal };
}

export type Script = (input: ExecInput, signal: AbortSignal | undefined) => ExecResult | Promise<ExecResult>;

export interface FakeRuntime extends Pick<ShellRuntime, 'exec' | 'onEvent' | 'files'> {
  readonly inputs: readonly ExecInput[];
  emit(event: ExecEvent): void;
}

export function fakeRuntime(script: Script): FakeRuntime {
  const inputs: ExecInput[] = [];
  const listeners = new Set<(event: ExecEvent) => void>();
  return {
    inputs,
    files: {
      change: async () => await Promise.reject(new Error('No file is written here')),
      evaluate: () => ({ kind: 'would-write', reason: 'nothing is written here' }),
      read: () => ({ kind: 'missing' }),
    },
    async exec(input, signal) {
      inputs.push(input);
      return await script(input, signal);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
