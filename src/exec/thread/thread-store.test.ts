import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RuntimeError } from '../../domain/index.ts';
import { lostAnswer, restoreHistory } from './restore-history.ts';
import { type ThreadRecord } from './thread-record.ts';
import { threadStore } from './thread-store.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cordon-threads-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const user = { type: 'message', role: 'user', content: [] };
const call = { type: 'function_call', call_id: 'c1', name: 'exec_command', arguments: '{}' };
const answer = { type: 'function_call_output', call_id: 'c1', output: 'done' };
const conversation: readonly ThreadRecord[] = [
  { kind: 'input', items: [user] },
  { kind: 'response', items: [call] },
  { kind: 'answer', item: answer },
];

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof RuntimeError
    ? `${error.code}: ${error.message.replaceAll(home, 'HOME')}`
    : String(error);
}

describe('threadStore', () => {
  it('gives back what was appended, from a file and a directory for the user alone', async () => {
    const store = threadStore(home, 10);
    const file = await store.create('t1', '/ws');
    for (const record of conversation) await file.append(record);
    await file.close();
    const opened = await store.open('t1');
    await opened.file.close();
    expect([opened.records.slice(1), opened.tornBytes]).toEqual([conversation, 0]);
    expect(opened.records[0]).toMatchObject({ kind: 'thread', id: 't1', workspace: '/ws' });
    const modes = [join(home, 'sessions'), join(home, 'sessions/t1.jsonl')].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600]);
  });

  it('is readable after an end at any byte, and goes on from there', async () => {
    const store = threadStore(home, 10);
    const file = await store.create('t1', '/ws');
    for (const record of conversation) await file.append(record);
    await file.close();
    const path = join(home, 'sessions/t1.jsonl');
    const whole = readFileSync(path);
    for (let size = whole.indexOf('\n') + 1; size < whole.length; size += 1) {
      writeFileSync(path, whole.subarray(0, size));
      const opened = await store.open('t1');
      const lines = whole.subarray(0, size).toString().split('\n').length - 1;
      expect([opened.records.length, statSync(path).size]).toEqual([lines, size - opened.tornBytes]);
      await opened.file.append({ kind: 'input', items: [] });
      await opened.file.close();
      expect((await store.read('t1')).length).toBe(lines + 1);
    }
  });

  it('forgets the oldest beyond its limit, and nothing that is no thread', async () => {
    const store = threadStore(home, 2);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await (await store.create(id, '/ws')).close();
      utimesSync(join(home, `sessions/${id}.jsonl`), index, index);
    }
    writeFileSync(join(home, 'sessions/notes.txt'), '');
    expect((await store.list()).map(({ id }) => id)).toEqual(['c', 'b']);
    expect(readdirSync(join(home, 'sessions')).toSorted()).toEqual(['b.jsonl', 'c.jsonl', 'notes.txt']);
  });

  it('refuses two runs of one thread at once', async () => {
    const store = threadStore(home, 10);
    await (await store.create('t1', '/ws')).close();
    const [one, other] = [await store.open('t1'), await store.open('t1')];
    await one.file.append({ kind: 'input', items: [] });
    expect(await codeOf(other.file.append({ kind: 'input', items: [] }))).toBe(
      'E_THREAD: Cannot write to the thread HOME/sessions/t1.jsonl: another run changed it meanwhile',
    );
    await one.file.close();
    await other.file.close();
  });

  it('lists nothing where there is no home', async () => {
    expect(await threadStore(join(home, 'nowhere'), 1).list()).toEqual([]);
  });

  const refused: readonly { says: string; id: string; make?: () => void; want: string }[] = [
    { says: 'an id nobody gave', id: 'nobody', want: 'There is no thread nobody' },
    {
      says: 'an id that is a path',
      id: '../config',
      want: 'Cannot use "../config": it is no id of a thread',
    },
    { says: 'an empty id', id: '', want: 'Cannot use "": it is no id of a thread' },
    {
      says: 'a link in its place',
      id: 'link',
      make: () => symlinkSync('/etc/passwd', join(home, 'sessions/link.jsonl')),
      want: 'Cannot open the thread HOME/sessions/link.jsonl: ELOOP',
    },
    {
      says: 'a directory in its place',
      id: 'dir',
      make: () => mkdirSync(join(home, 'sessions/dir.jsonl')),
      want: 'Cannot open the thread HOME/sessions/dir.jsonl: EISDIR',
    },
    {
      says: 'garbage in the middle',
      id: 'bad',
      make: () => writeFileSync(join(home, 'sessions/bad.jsonl'), '{"kind":"input","items":[]}\n\0\n'),
      want: 'Cannot read the thread HOME/sessions/bad.jsonl: line 2: it is not JSON',
    },
    {
      says: 'a record of a later version',
      id: 'new',
      make: () => writeFileSync(join(home, 'sessions/new.jsonl'), '{"kind":"dream"}\n'),
      want: 'Cannot read the thread HOME/sessions/new.jsonl: line 1: it is of no kind this version knows',
    },
    {
      says: 'a file of another size than any conversation',
      id: 'huge',
      make: () => {
        appendFileSync(join(home, 'sessions/huge.jsonl'), '');
        truncateSync(join(home, 'sessions/huge.jsonl'), 300 * 1024 * 1024);
      },
      want: 'Cannot read the thread HOME/sessions/huge.jsonl: it is larger than 268435456 bytes',
    },
  ];
  it.each(refused)('refuses $says', async ({ id, make, want }) => {
    mkdirSync(join(home, 'sessions'));
    make?.();
    expect(await codeOf(threadStore(home, 10).open(id))).toBe(`E_THREAD: ${want}`);
  });
});

describe('restoreHistory', () => {
  it('answers the calls of a run that ended before they were, and leaves the others alone', () => {
    const second = { ...call, call_id: 'c2' };
    const records: readonly ThreadRecord[] = [
      { kind: 'response', items: [call, second] },
      { kind: 'answer', item: answer },
      { kind: 'input', items: [user] },
    ];
    const lost = { type: 'function_call_output', call_id: 'c2', output: lostAnswer };
    expect(restoreHistory(records)).toEqual({ items: [call, second, answer, lost, user], supplied: [lost] });
  });
});
