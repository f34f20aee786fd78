import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addStreams,
  encodeFrame,
  encodeRelease,
  encodeSignal,
  encodeStart,
  encodeVerdict,
  startFrame,
} from './launcher-frames.ts';
import type { AbsolutePath } from '../domain/index.ts';
import type { LauncherPolicy } from './launcher-policy.ts';
import { maxStartBytes } from './record-writer.ts';
import { FrameReader, launcherFrame } from './launcher-reports.ts';

/** A START payload taken apart the way the launcher does it. */
function records(payload: Uint8Array): [number, string][] {
  const found: [number, string][] = [];
  const view = Buffer.from(payload);
  for (let at = 0; at < view.length;) {
    const length = view.readUInt32LE(at + 2);
    found.push([view.readUInt16LE(at), view.subarray(at + 6, at + 6 + length).toString('latin1')]);
    at += 6 + length;
  }
  return found;
}

const run = { argv: ['sh', '-c', 'x'], cwd: '/w', env: new Map([['A', '1']]) } as const;
const sandbox = { require: 'full', network: 'none', denyRead: ['/s'], privateTmp: true } as const;

describe('what the host says', () => {
  const rows: readonly { says: string; policy: LauncherPolicy; payload: [number, string][] }[] = [
    {
      says: 'a supervised run',
      policy: { mode: 'supervise', ...run },
      payload: [
        [4, '\0'],
        [1, 'sh'],
        [1, '-c'],
        [1, 'x'],
        [2, 'A=1'],
        [3, '/w'],
      ],
    },
    {
      says: 'a read-only run, with limits and a terminal',
      policy: {
        mode: 'read-only',
        ...run,
        ...sandbox,
        env: new Map(),
        isolated: true,
        listener: { port: 3128 },
        limits: { processes: 300, openFiles: 2 ** 40 },
        lingerMs: 5,
        tty: { endMark: Uint8Array.of(27) },
      },
      payload: [
        [4, '\x01'],
        [1, 'sh'],
        [1, '-c'],
        [1, 'x'],
        [3, '/w'],
        [12, '\x01\x2c\x01\0\0\0\0\0\0'],
        [12, '\x05\0\0\0\0\0\x01\0\0'],
        [14, '\x05\0\0\0'],
        [13, '\x1b'],
        [5, '\0'],
        [6, '\0'],
        [11, '\x01'],
        [19, '\x01'],
        [15, '\x38\x0c'],
        [10, '/s'],
      ],
    },
    {
      says: 'a workspace',
      policy: {
        mode: 'workspace-write',
        ...run,
        ...sandbox,
        env: new Map(),
        denyRead: [],
        network: 'full',
        require: 'best-effort',
        privateTmp: false,
        writable: [
          { path: '/w', guard: 'all' },
          { path: '/tmp', guard: 'git' },
        ],
        protect: ['/w/p'],
        protectedNames: [
          { name: '.envrc', whenMissing: 'forbid' },
          { name: 'a/b', whenMissing: 'ignore' },
        ],
      },
      payload: [
        [4, '\x02'],
        [1, 'sh'],
        [1, '-c'],
        [1, 'x'],
        [3, '/w'],
        [5, '\x01'],
        [6, '\x01'],
        [11, '\0'],
        [7, '\x02/w'],
        [7, '\x01/tmp'],
        [8, '/w/p'],
        [9, '\x01.envrc'],
        [9, '\0a/b'],
      ],
    },
  ];
  it('says which programs are watched', () => {
    const policy = {
      mode: 'read-only',
      ...run,
      ...sandbox,
      watch: { programs: [{ kind: 'loader', path: '/lib/ld.so' as AbsolutePath, name: 'ld.so' }] },
    } as const;
    expect(records(encodeStart(policy)).filter(([number]) => number >= 20)).toEqual([
      [20, '\x01'],
      [21, '\x02/lib/ld.so\0ld.so'],
    ]);
  });

  for (const { says, policy, payload } of rows) {
    it(`puts ${says} on the wire`, () => {
      expect(records(encodeStart(policy))).toEqual(payload);
    });
  }

  it('adds a terminal to a payload that was made without one', () => {
    const payload = addStreams(encodeStart({ mode: 'supervise', ...run }), { endMark: Uint8Array.of(1, 2) });
    expect(records(payload).at(-1)).toEqual([13, '\x01\x02']);
  });

  it('frames commands', () => {
    expect([...encodeSignal(15)]).toEqual([1, 0, 0, 0, 2, 15]);
    expect([...encodeRelease()]).toEqual([0, 0, 0, 0, 3]);
    expect([...encodeVerdict(258, 'refuse')]).toEqual([9, 0, 0, 0, 4, 2, 1, 0, 0, 0, 0, 0, 0, 1]);
    expect([...encodeVerdict(1, 'go-on')]).toEqual([9, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...startFrame(Uint8Array.of(7))]).toEqual([1, 0, 0, 0, 1, 7]);
  });

  const refused: readonly { says: string; policy: LauncherPolicy }[] = [
    { says: 'NUL in a word', policy: { mode: 'supervise', ...run, argv: ['a\0b'] } },
    { says: 'NUL in a variable', policy: { mode: 'supervise', ...run, env: new Map([['A', '\0']]) } },
    { says: 'a limit below zero', policy: { mode: 'supervise', ...run, limits: { processes: -1 } } },
    {
      says: 'a limit that is no integer',
      policy: { mode: 'supervise', ...run, limits: { cpuSeconds: 0.5 } },
    },
    { says: 'too many bytes', policy: { mode: 'supervise', ...run, argv: ['x'.repeat(maxStartBytes)] } },
  ];
  for (const { says, policy } of refused) {
    it(`refuses ${says}`, () => {
      expect(() => encodeStart(policy)).toThrow(RangeError);
    });
  }
});

describe('what the launcher says', () => {
  const text = (value: string): number[] => [value.length, 0, ...Buffer.from(value)];
  const started = Uint8Array.from([...[210, 4, 0, 0], 1, 6, ...[7, 0, 0, 0], 1, 4, ...text('no mounts')]);
  const rows: readonly { says: string; bytes: Uint8Array; frame: unknown }[] = [
    {
      says: 'hello',
      bytes: encodeFrame(launcherFrame.hello, Buffer.from('\x01\0\0\0')),
      frame: { kind: 'hello', version: 1 },
    },
    {
      says: 'started, with what is missing',
      bytes: encodeFrame(launcherFrame.started, started),
      frame: {
        kind: 'started',
        pid: 1234,
        enforcement: {
          level: 'partial',
          layers: ['landlock', 'seccomp'],
          landlockAbi: 7,
          missing: [{ restriction: 'protected-paths', because: 'no mounts' }],
        },
      },
    },
    {
      says: 'started, supervised only',
      bytes: encodeFrame(launcherFrame.started, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
      frame: {
        kind: 'started',
        pid: 1,
        enforcement: { level: 'none', layers: [], landlockAbi: undefined, missing: [] },
      },
    },
    {
      says: 'failed, with a hint',
      bytes: encodeFrame(
        launcherFrame.failed,
        Uint8Array.of(4, ...text('ENOENT'), ...text('no'), ...text('try')),
      ),
      frame: { kind: 'failed', failure: { stage: 'exec', errno: 'ENOENT', message: 'no' }, hint: 'try' },
    },
    {
      says: 'failed, without errno or hint',
      bytes: encodeFrame(launcherFrame.failed, Uint8Array.of(2, 0, 0, ...text('no'), 0, 0)),
      frame: {
        kind: 'failed',
        failure: { stage: 'sandbox', errno: undefined, message: 'no' },
        hint: undefined,
      },
    },
    {
      says: 'exited',
      bytes: encodeFrame(
        launcherFrame.exited,
        Uint8Array.of(
          1,
          9,
          0,
          0,
          0,
          ...[1, 1, 0, 0, 0, 0, 0, 0],
          ...[2, 0, 0, 0, 0, 0, 0, 0],
          ...[3, 0, 0, 0, 0, 0, 0, 0],
        ),
      ),
      frame: {
        kind: 'exited',
        end: { kind: 'signalled', signal: 9 },
        usage: { userMicroseconds: 257, systemMicroseconds: 2, maxResidentKib: 3 },
      },
    },
    { says: 'gone', bytes: encodeFrame(launcherFrame.gone, new Uint8Array(0)), frame: { kind: 'gone' } },
    {
      says: 'a listener passed out',
      bytes: encodeFrame(launcherFrame.listening, Uint8Array.of(0x38, 0x0c)),
      frame: { kind: 'listening', port: 3128 },
    },
    {
      says: 'a program that starts',
      bytes: encodeFrame(
        launcherFrame.exec,
        Uint8Array.of(
          ...[7, 0, 0, 0, 0, 0, 0, 0],
          ...[5, 0, 0, 0],
          ...[3, 0, 0, 0],
          3,
          ...text('/w'),
          ...[1, ...text('./x'), ...text('/w/x'), 1, 0, ...text('rm'), 1, ...text('-e'), 1, 0],
          ...[9, 0, 0, 0, 2, 0, ...text('x'), ...text('y')],
        ),
      ),
      frame: {
        kind: 'exec',
        id: 7,
        start: {
          pid: 5,
          parent: 3,
          cwd: '/w',
          readings: [
            {
              path: './x',
              realPath: '/w/x',
              alike: [{ kind: 'program', name: 'rm' }],
              before: ['-e'],
              from: 1,
            },
          ],
          words: ['x', 'y'],
          wordCount: 9,
          isCut: true,
          isUnsettled: true,
        },
      },
    },
    {
      says: 'a program that was not what was judged',
      bytes: encodeFrame(launcherFrame.execFailed, Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 1)),
      frame: { kind: 'exec-failed', id: 7, because: 'was-other' },
    },
    {
      says: 'traced: a program began',
      bytes: encodeFrame(
        launcherFrame.traced,
        Uint8Array.of(
          ...[1, 7, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0],
          ...text('/bin/a'),
          ...text('/w'),
          ...[3, 0, 0, 0, 2, 0],
          ...text('a'),
          ...text('b'),
        ),
      ),
      frame: {
        kind: 'traced',
        record: {
          kind: 'began',
          pid: 7,
          parent: 2,
          at: 9,
          program: '/bin/a',
          cwd: '/w',
          wordCount: 3,
          argv: ['a', 'b'],
        },
      },
    },
    {
      says: 'traced: a program ended',
      bytes: encodeFrame(
        launcherFrame.traced,
        Uint8Array.of(2, 7, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0),
      ),
      frame: {
        kind: 'traced',
        record: { kind: 'ended', pid: 7, at: 9, end: { kind: 'signalled', signal: 'SIGKILL' } },
      },
    },
    {
      says: 'traced: a file was renamed',
      bytes: encodeFrame(launcherFrame.traced, Uint8Array.of(3, 7, 0, 0, 0, 6, ...text('/b'), ...text('/a'))),
      frame: {
        kind: 'traced',
        record: { kind: 'wrote', pid: 7, file: { change: 'renamed', path: '/b', from: '/a' } },
      },
    },
    {
      says: 'traced: some of it is lost',
      bytes: encodeFrame(launcherFrame.traced, Uint8Array.of(4, 5, 0, 0, 0)),
      frame: { kind: 'traced', record: { kind: 'lost', count: 5 } },
    },
    {
      says: 'denied',
      bytes: encodeFrame(
        launcherFrame.denied,
        Uint8Array.of(5, 3, 7, 0, 0, 0, ...text('connect'), ...text('/bin/nc'), ...text('1.2.3.4:80')),
      ),
      frame: {
        kind: 'denied',
        denial: {
          restriction: 'network',
          confidence: 'certain',
          target: '1.2.3.4:80',
          excerpt: 'connect 1.2.3.4:80',
          seen: { call: 'connect', pid: 7, program: '/bin/nc', by: 'network-namespace' },
        },
      },
    },
  ];
  for (const { says, bytes, frame } of rows) {
    it(`is understood: ${says}`, () => {
      const reader = new FrameReader();
      expect(reader.push(bytes)).toEqual([frame]);
      expect(reader.isMidFrame).toBe(false);
    });
  }

  it('is the same however it was cut', () => {
    const whole = Buffer.concat(rows.map(({ bytes }) => bytes));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 20 }), (cuts) => {
        const reader = new FrameReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const frames = edges
          .slice(1)
          .flatMap((edge, index) => reader.push(whole.subarray(edges[index], edge)));
        expect(frames).toEqual(rows.map(({ frame }) => frame));
      }),
    );
  });

  it('notices an end in the middle', () => {
    const reader = new FrameReader();
    reader.push(Uint8Array.of(4, 0, 0, 0, 20, 1));
    expect(reader.isMidFrame).toBe(true);
  });

  const broken: readonly { says: string; bytes: Uint8Array }[] = [
    { says: 'an unknown type', bytes: encodeFrame(99, new Uint8Array(0)) },
    { says: 'a type of the host', bytes: encodeFrame(1, new Uint8Array(0)) },
    { says: 'a length beyond reason', bytes: Uint8Array.of(255, 255, 255, 255, 20) },
    { says: 'a report cut short', bytes: encodeFrame(launcherFrame.exited, Uint8Array.of(0)) },
    { says: 'bytes left over', bytes: encodeFrame(launcherFrame.gone, Uint8Array.of(0)) },
    {
      says: 'an unknown stage',
      bytes: encodeFrame(launcherFrame.failed, Uint8Array.of(9, 0, 0, 0, 0, 0, 0)),
    },
    {
      says: 'a start without a reading',
      bytes: encodeFrame(launcherFrame.exec, new Uint8Array(26)),
    },
    {
      says: 'an unknown failure of a start',
      bytes: encodeFrame(launcherFrame.execFailed, Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 9)),
    },
    { says: 'an unknown way to end', bytes: encodeFrame(launcherFrame.exited, new Uint8Array(29).fill(7)) },
    {
      says: 'an unknown restriction',
      bytes: encodeFrame(launcherFrame.denied, Uint8Array.of(99, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    },
    {
      says: 'an unknown kind of trace',
      bytes: encodeFrame(launcherFrame.traced, Uint8Array.of(9, 0, 0, 0, 0)),
    },
    {
      says: 'an unknown change',
      bytes: encodeFrame(launcherFrame.traced, Uint8Array.of(3, 7, 0, 0, 0, 0, 0, 0, 0, 0)),
    },
    {
      says: 'more words than there were',
      bytes: encodeFrame(
        launcherFrame.traced,
        Uint8Array.of(1, ...new Uint8Array(20), ...[0, 0, 0, 0, 1, 0], ...text('a')),
      ),
    },
    {
      says: 'an unknown layer that denied',
      bytes: encodeFrame(launcherFrame.denied, Uint8Array.of(1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    },
  ];
  for (const { says, bytes } of broken) {
    it(`is not believed with ${says}`, () => {
      expect(() => new FrameReader().push(bytes)).toThrow(RangeError);
    });
  }

  it('never makes the reader do anything but answer or refuse', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(16, 17, 18, 19, 20, 21, 23, 24, 25),
        (payload, type) => {
          try {
            expect(new FrameReader().push(encodeFrame(type, payload)).length).toBe(1);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });
});
