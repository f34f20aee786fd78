// What the sandbox refuses is told, call by call, and what fails anyway is not: the launcher by itself.
import {
  chmodSync,
  chownSync,
  lchownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNonEmpty } from '../src/domain/index.ts';
import {
  compileFixture,
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  removeDirectory,
  until,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isAble = await hasFullSandbox();
const isRoot = process.getuid?.() === 0;
/** Whoever runs the tests; where that is root, an ordinary user, too. */
const users: readonly { readonly says: string; readonly uid: number | undefined }[] = [
  ...(isRoot ? [{ says: 'root', uid: undefined }] : []),
  { says: 'an ordinary user', uid: isRoot ? 65534 : undefined },
];

/**
 * The test of the reference (codex), on what a program prints of a failed call: some words, whatever they are about. The
 * libraries of most programs print the system's words.
 */
function isDenialInWords(errno: number): boolean {
  const text = getSystemErrorMap().get(-errno)?.[1] ?? '';
  return ['operation not permitted', 'permission denied', 'read-only file system'].some((words) =>
    text.includes(words),
  );
}

/** An operation of the fixture, its path, its second word; and what is told of it. */
type Row = readonly [operation: string, path: string, other?: string, told?: string];

describe.skipIf(!isAble).each(users)('what the sandbox refuses a command of $says', ({ says, uid }) => {
  const root = makeDirectory();
  const outside = makeDirectory();
  const at = (...names: readonly string[]): string => join(outside, ...names);
  const inside = (...names: readonly string[]): string => join(root, ...names);
  let fixture: string | undefined;
  let server: Server | undefined;

  beforeAll(async () => {
    fixture = compileFixture('file-operations', root);
    for (const directory of ['d', 'empty', 'full', 'shut']) {
      mkdirSync(at(directory));
      mkdirSync(inside(directory));
    }
    mkdirSync(inside('.vscode'));
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
    for (const file of [...names, 'full/x', 'd/x', 'd/y', 'd/z']) {
      writeFileSync(at(file), '');
      writeFileSync(inside(file), '');
    }
    for (const file of ['a', 'b', 'c']) writeFileSync(inside('.vscode', file), '');
    for (const place of [at('locked'), inside('locked')]) writeFileSync(place, '', { mode: 0o444 });
    symlinkSync(outside, inside('way'));
    symlinkSync(at('f1'), inside('lead'));
    symlinkSync('loop', inside('loop'));
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(at('socket'), resolve));
    if (uid !== undefined) giveAway(root, uid);
    if (uid !== undefined) giveAway(outside, uid);
    for (const place of [at('shut'), inside('shut')]) chmodSync(place, 0o555);
  });

  /** The same for an ordinary user: everything is that user's. */
  function giveAway(directory: string, user: number): void {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
      lchownSync(join(entry.parentPath, entry.name), user, user);
    chownSync(directory, user, user);
  }
  afterAll(() => {
    server?.close();
    removeDirectory(root);
    removeDirectory(outside);
  });

  const as = uid === undefined ? {} : { uid };
  const isOrdinary = uid !== undefined || !isRoot;

  async function operate(
    rows: readonly Row[],
    wish: { wrapper?: readonly string[]; require?: 'best-effort' } = {},
  ): Promise<{ end: LaunchEnd; came: readonly number[] }> {
    const words = rows.flatMap(([operation, path, other = '-']) => [operation, path, other]);
    const argv = [fixture ?? '', ...words];
    if (!isNonEmpty(argv)) throw new Error('no words');
    const { require = 'full', wrapper = [] } = wish;
    const policy = workspaceWrite(root, argv, { tellsDenials: true, privateTmp: false, require });
    const end = await launch(policy, { ...as, wrapper }).end;
    return { end, came: end.stdout.trim().split('\n').map(Number) };
  }

  const told = ({ frames }: Pick<LaunchEnd, 'frames'>): readonly string[] =>
    frames.flatMap((frame) => {
      if (frame.kind !== 'denied') return [];
      const { restriction, target, seen } = frame.denial;
      const place = target?.replace(`/proc/${seen?.pid ?? ''}/`, '/proc/SELF/') ?? '';
      return [`${restriction} ${place} ${seen?.by ?? ''}`];
    });

  const write = (path: string): string => `file-write ${path} read-only-mount`;
  const change = (path: string): string => `file-metadata ${path} read-only-mount`;
  const kept = (path: string): string => `protected-paths ${path} read-only-mount`;

  /** Everything that is told of. */
  function refusedRows(): readonly Row[] {
    const opens: readonly Row[] = [
      'write',
      'update',
      'append',
      'cut',
      'create',
      'creat',
      'truncate',
      'nofollow',
    ].map((operation, index) => [operation, at(`f${index + 2}`), '-', write(at(`f${index + 2}`))]);
    const news: readonly Row[] = [
      'create',
      'new',
      'creat',
      'mkdir',
      'mkfifo',
      'symlink',
      'openat',
      'mkdirat',
      'symlinkat',
    ].flatMap((operation, index): readonly Row[] => [
      [operation, at(`n${index}`), '-', write(at(`n${index}`))],
      [operation, inside('way', 'd', `m${index}`), '-', write(at('d', `m${index}`))],
    ]);
    const goes: readonly Row[] = [
      ['unlink', at('f20'), '-', write(at('f20'))],
      ['unlinkat', at('f21'), '-', write(at('f21'))],
      ['rmdir', at('empty'), '-', write(at('empty'))],
      ['rename', at('f22'), at('f23'), write(at('f22'))],
      ['rename', inside('f24'), at('moved'), write(at('moved'))],
      ['link', at('linked'), at('f25'), write(at('linked'))],
      ['link', at('linked-too'), inside('f25'), write(at('linked-too'))],
      ['tmpfile', at('d'), '-', write(`${at('d')}/`)],
      ['write', inside('lead'), '-', write(at('f1'))],
    ];
    const changes: readonly Row[] = [
      'chmod',
      'chown',
      'lchown',
      'utimens',
      'setxattr',
      'removexattr',
      'lsetxattr',
      'fchmod',
      'fchown',
      'futimens',
      'fsetxattr',
      'fchownat',
      'utimensat',
    ].map((operation, index) => [operation, at(`f${index + 26}`), '-', change(at(`f${index + 26}`))]);
    const protectedPlaces: readonly Row[] = [
      ['write', inside('.vscode', 'a'), '-', kept(inside('.vscode', 'a'))],
      ['cut', inside('.vscode', 'b'), '-', kept(inside('.vscode', 'b'))],
      ['create', inside('.vscode', 'n'), '-', kept(inside('.vscode', 'n'))],
      ['unlink', inside('.vscode', 'c'), '-', kept(inside('.vscode', 'c'))],
      ['mkdir', inside('.vscode', 'd'), '-', kept(inside('.vscode', 'd'))],
      ['rename', inside('f39'), inside('.vscode', 'moved'), kept(inside('.vscode', 'moved'))],
      ['chmod', inside('.vscode', 'a'), '-', kept(inside('.vscode', 'a'))],
    ];
    const calls: readonly Row[] = [
      ['connect', '192.0.2.1', '443', 'network 192.0.2.1:443 network-namespace'],
      ['connect', '198.51.100.7', '80', 'network 198.51.100.7:80 network-namespace'],
      ['connect', '203.0.113.9', '22', 'network 203.0.113.9:22 network-namespace'],
      ['connect', '8.8.8.8', '53', 'network 8.8.8.8:53 network-namespace'],
      ['knock', at('socket'), '-', `unix-sockets ${at('socket')} connect-rule`],
      ['create', '/dev/made', '-', 'file-write /dev/made read-only-mount'],
      ['write', '/proc/self/comm', '-', 'file-write /proc/SELF/comm read-only-mount'],
    ];
    return [...opens, ...news, ...goes, ...changes, ...protectedPlaces, ...calls];
  }

  it('is told with what was asked for, where it leads, and what held it back', async () => {
    const rows = refusedRows();
    const { end, came } = await operate(rows);
    expect(told(end)).toEqual(rows.map(([, , , what]) => what));
    expect({ rows: rows.length >= 60, passed: rows.filter((_, index) => came[index] === 0) }).toEqual({
      rows: true,
      passed: [],
    });
  });

  const ordinary: readonly Row[] = [
    ['unlink', '/usr'],
    ['chmod', '/usr/bin/env'],
    ['write', '/etc/passwd'],
    ['mkdir', '/usr/new'],
  ];

  /** Nothing is told of these: they fail without a sandbox, or do not fail. */
  function ordinaryRows(): readonly Row[] {
    const missing = [
      'write',
      'update',
      'append',
      'cut',
      'truncate',
      'unlink',
      'rmdir',
      'chmod',
      'chown',
      'utimens',
      'setxattr',
      'nofollow',
    ];
    const there = ['new', 'mkdir', 'mkfifo', 'symlink', 'mkdirat', 'symlinkat'];
    return [
      ...missing.flatMap((operation): readonly Row[] => [
        [operation, inside('none')],
        [operation, at('none')],
      ]),
      ...there.flatMap((operation): readonly Row[] => [
        [operation, inside('f1')],
        [operation, at('f1')],
      ]),
      ...['create', 'creat', 'mkdir', 'symlink'].map((operation): Row => [operation, at('none', 'x')]),
      ...['write', 'cut', 'append', 'truncate'].map((operation): Row => [operation, at('locked')]),
      ...['create', 'mkdir', 'symlink', 'mkfifo'].map((operation): Row => [operation, at('shut', 'x')]),
      ...['write', 'cut', 'create', 'truncate'].map((operation): Row => [operation, inside('locked')]),
      ['mkdir', inside('shut', 'x')],
      ['write', at('d')],
      ['write', inside('loop')],
      ['write', inside('f1', 'x')],
      ['create', inside('a'.repeat(300))],
      ['rmdir', inside('full')],
      ['rename', at('none'), at('other')],
      ['rename', inside('none'), inside('other')],
      // Root could.
      ...(isOrdinary ? ordinary : []),
      ['nowhere', '-'],
      ['badfd', '-'],
      ['unterminated', '-'],
      ['connect', '127.0.0.1', '9'],
      ['knock', at('f1')],
      ['knock', at('none')],
      ['read', at('f1')],
      ['read', '/etc/passwd'],
      ['write', inside('f1')],
      ['create', inside('made')],
      ['write', '/dev/null'],
    ];
  }

  it('is not mixed with what fails without a sandbox, or does not fail', async () => {
    const rows = ordinaryRows();
    const { end } = await operate(rows);
    expect({ told: told(end), rows: rows.length >= 60, isOver: end.status }).toEqual({
      told: [],
      rows: true,
      isOver: 0,
    });
  });

  it.skipIf(isOrdinary)('is told to root also of what is root’s alone', async () => {
    const { end } = await operate(ordinary);
    expect(told(end)).toEqual([
      write('/usr'),
      change('/usr/bin/env'),
      write('/etc/passwd'),
      write('/usr/new'),
    ]);
  });

  it('is known better than by the words of what failed', async () => {
    const [refused, failing] = [refusedRows(), ordinaryRows()];
    const [told60, not60] = [await operate(refused), await operate(failing)];
    const inWords = ({ came }: { readonly came: readonly number[] }): number =>
      came.filter(isDenialInWords).length;
    const errors = {
      evidence: { missed: refused.length - told(told60.end).length, invented: told(not60.end).length },
      words: { missed: refused.length - inWords(told60), invented: inWords(not60) },
    };
    process.stdout.write(
      `${says}: ${String(refused.length)} denied, ${String(failing.length)} ordinary: ${JSON.stringify(errors)}\n`,
    );
    expect(errors.evidence).toEqual({ missed: 0, invented: 0 });
    expect(errors.words.missed + errors.words.invented).toBeGreaterThan(10);
  });

  it('is refused and not told where only Landlock holds it, and what Landlock cannot hold is said', async ({
    skip,
  }) => {
    const deny = compileFixture('deny-calls', root);
    if (deny === undefined) skip();
    const rows: readonly Row[] = [
      ...['write', 'update', 'append', 'cut', 'truncate'].map((operation): Row => [operation, at('f10')]),
      ...['create', 'new', 'creat', 'mkdir', 'mkfifo', 'symlink', 'openat'].map((operation): Row => [
        operation,
        at('l'),
      ]),
      ['unlink', at('f20')],
      ['rename', at('f22'), at('f23')],
      ['rename', inside('f24'), at('moved')],
      ['link', at('linked'), inside('f25')],
    ];
    const { end, came } = await operate(rows, {
      wrapper: [deny ?? '', 'namespaces', '--'],
      require: 'best-effort',
    });
    const started = end.frames.find(({ kind }) => kind === 'started');
    const missing = started?.kind === 'started' ? started.enforcement.missing : [];
    expect({ told: told(end), passed: came.filter((error) => error === 0) }).toEqual({
      told: [],
      passed: [],
    });
    expect(missing.map(({ restriction }) => restriction)).toEqual(
      expect.arrayContaining(['file-metadata', 'protected-paths']),
    );
  });

  it('costs a flood of it no more than a bounded number of records, each thing once', async () => {
    const { end } = await operate([
      ['write', at('f1')],
      ['write', at('f1')],
      ['flood', at('d'), '10000'],
    ]);
    const all = told(end);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(100);
    // A budget of 128 and 16 for each second it took, of which it took few.
    expect(all.length).toBeLessThan(2_000);
    expect(end.frames.at(-1)?.kind).toBe('gone');
  });

  it('is only told wrongly by a path that changes meanwhile: nothing more can be written', async () => {
    const { end, came } = await operate([['turn', at('f1'), '3000']]);
    const { existing, frames } = { existing: existsSync(at('f1')), frames: told(end) };
    expect({ existing, came, isKnown: frames.every((each) => each === write(at('f1'))) }).toEqual({
      existing: true,
      came: [13],
      isKnown: true,
    });
  });

  it('is not told, and nothing stops for it, where nobody asked', async () => {
    const argv = [fixture ?? '', 'create', at('new'), '-'] as const;
    const end = await launch(workspaceWrite(root, argv), as).end;
    expect({ told: told(end), came: end.stdout }).toEqual({ told: [], came: '30\n' });
  });

  it('ends with its supervisor', async () => {
    const run = launch(workspaceWrite(root, ['/bin/sleep', '600'], { tellsDenials: true }));
    await until(() => run.frames.some(({ kind }) => kind === 'started'));
    run.child.kill('SIGKILL');
    const { signal } = await run.end;
    expect(signal).toBe('SIGKILL');
  });
});
