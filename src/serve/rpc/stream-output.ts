// Tells a client what a command writes, at the client's own pace: what it has no room for stays in the record.
import type { OutputRecord, Piece } from './output-record.ts';
import type { Peer } from './peer.ts';

export interface OutputStreamer {
  /** Everything is written now: settles when it was all told, or the client is gone. */
  finish(): Promise<void>;
}

/** At a time, between two looks at the queue. */
const portion = 64 * 1024;

export function streamOutput(record: OutputRecord, peer: Peer, say: (piece: Piece) => void): OutputStreamer {
  let told = 0;
  let settle: (() => void) | undefined;
  const forget = [record.onNews(go), peer.onRoom(go)];

  function go(): void {
    while (peer.hasRoom) {
      const pieces = record.after(told, portion);
      for (const piece of pieces) {
        say(piece);
        told = piece.seq;
      }
      if (pieces.length === 0) break;
    }
    if (settle === undefined) return;
    if (!peer.gone.aborted && record.after(told, 1).length > 0) return;
    for (const stop of forget) stop();
    settle();
  }

  return {
    finish: async () =>
      await new Promise<void>((resolve) => {
        settle = resolve;
        go();
      }),
  };
}
