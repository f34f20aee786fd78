// Puts every held part of a judged change set into the store, and says what could not be put there.
import {
  type HeldChange,
  type JudgedChange,
  showBytePath,
  type BytePath,
  type TreeReader,
} from '../../domain/index.ts';
import { heldLimits, type HeldStore } from './held-store.ts';

export interface PutAsideOptions {
  /** Undefined with the reason why there is none. */
  readonly store: HeldStore | { readonly missing: string };
  readonly before: TreeReader;
  readonly after: TreeReader;
  /** For people: the command that wrote it. */
  readonly command: string;
}

/** Never throws: what is held back stays held back whether or not it can be kept for later. */
export function putAside(judged: readonly JudgedChange[], options: PutAsideOptions): HeldChange[] {
  return judged.flatMap(({ change, verdict }): HeldChange[] => {
    if (verdict.kind === 'keep') return [];
    const at = `${Buffer.from(change.root, 'utf8').toString('latin1')}/${change.path}` as BytePath;
    const named = { path: showBytePath(at), parts: verdict.held };
    const { store } = options;
    if ('missing' in store) return [{ ...named, lost: store.missing }];
    const bytesIn = (reader: TreeReader, state: JudgedChange['change']['after']): Uint8Array | undefined => {
      const outcome = state.kind === 'file' ? reader.read(at, heldLimits.fileBytes) : undefined;
      return outcome?.kind === 'bytes' ? outcome.bytes : undefined;
    };
    const before = bytesIn(options.before, change.before);
    const after = bytesIn(options.after, change.after);
    if (change.after.kind === 'file' && after === undefined)
      return [{ ...named, lost: 'It is too large, or cannot be read.' }];
    try {
      const left = verdict.kind === 'rewrite' ? verdict.bytes : before;
      return [
        {
          id: store.add({ change, parts: verdict.held, command: options.command, before, after, left }),
          ...named,
        },
      ];
    } catch (error) {
      const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return [{ ...named, lost: `It cannot be stored (${errno}).` }];
    }
  });
}
