// The records of one traced run, bounded here too: the launcher counts, and a launcher that does not is no reason to run
// out of memory.
import type { TraceRecord } from '../domain/index.ts';

const mostRecords = 60_000;
const mostBytes = 32 * 1024 * 1024;

export class TraceLog {
  readonly #records: TraceRecord[] = [];
  #bytes = 0;
  #lost = 0;

  add(record: TraceRecord): void {
    const bytes = sizeOf(record);
    if (this.#records.length >= mostRecords || this.#bytes + bytes > mostBytes) {
      this.#lost += record.kind === 'lost' ? record.count : 1;
      return;
    }
    this.#bytes += bytes;
    this.#records.push(record);
  }

  get records(): readonly TraceRecord[] {
    return this.#lost === 0 ? this.#records : [...this.#records, { kind: 'lost', count: this.#lost }];
  }
}

function sizeOf(record: TraceRecord): number {
  if (record.kind === 'wrote') return record.file.path.length + (record.file.from?.length ?? 0);
  if (record.kind !== 'began') return 16;
  return record.program.length + record.cwd.length + record.argv.reduce((sum, word) => sum + word.length, 0);
}
