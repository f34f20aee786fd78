// What is piped in: `git diff | cordon exec "review this"`. A file or a pipe that ends is read whole; a pipe that nobody
// writes to, as CI systems leave it, is not waited for.
import { fstatSync } from 'node:fs';
import type { Edge } from '../edge.ts';
import { readStdin } from '../read-stdin.ts';

export type PipedInput =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** For `afterMs` nothing came. What had come before is not handed out: half an input misleads. */
  | { readonly kind: 'silent'; readonly afterMs: number };

export interface PipePatience {
  /** Milliseconds until the first byte. */
  readonly firstMs: number;
  /** Milliseconds between two pieces, once something came. */
  readonly nextMs: number;
}

/** For an input that stands beside a prompt: the run makes sense without it. */
export const sidePatience: PipePatience = { firstMs: 1_000, nextMs: 60_000 };

const maxInputBytes: number = 10 * 1024 * 1024;

/** Whether descriptor `fd` is a pipe, a socket or a file. Whatever else it is, nobody put an input there. */
export function bringsInput(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isFIFO() || found.isSocket() || found.isFile();
  } catch {
    return false;
  }
}

/** Without a patience it waits for the end. Rejects when reading fails; ends early when the edge is interrupted. */
export async function readPipedInput(
  edge: Pick<Edge, 'stdin' | 'interrupted'>,
  patience?: PipePatience,
): Promise<PipedInput> {
  const chunks: Buffer[] = [];
  const silence = watchSilence(edge, patience);
  let bytes = 0;
  try {
    for await (const chunk of readStdin({ stdin: edge.stdin, interrupted: silence.signal })) {
      silence.heard();
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxInputBytes) return { kind: 'too-large' };
    }
  } finally {
    silence.stop();
  }
  const { afterMs } = silence;
  return afterMs === undefined
    ? { kind: 'bytes', bytes: Buffer.concat(chunks) }
    : { kind: 'silent', afterMs };
}

interface Silence {
  /** Fires when it was silent for too long, or when the caller is interrupted. */
  readonly signal: AbortSignal;
  /** How long it was silent, once that was too long. */
  readonly afterMs: number | undefined;
  heard(): void;
  stop(): void;
}

function watchSilence(edge: Pick<Edge, 'interrupted'>, patience: PipePatience | undefined): Silence {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let afterMs: number | undefined;
  const wait = (ms: number | undefined): void => {
    clearTimeout(timer);
    if (ms === undefined) return;
    timer = setTimeout(() => {
      afterMs = ms;
      controller.abort();
    }, ms);
  };
  wait(patience?.firstMs);
  return {
    signal: AbortSignal.any([controller.signal, edge.interrupted]),
    get afterMs() {
      return afterMs;
    },
    heard: () => wait(patience?.nextMs),
    stop: () => clearTimeout(timer),
  };
}
