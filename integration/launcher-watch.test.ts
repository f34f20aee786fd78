// What starts inside a sandbox waits for a verdict, and what runs is what was judged: the launcher by itself, with a judge
// that knows one program. What rules make of it is integration/watched-programs.test.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AbsolutePath, Argv, ProgramStart, StartVerdict, WatchedProgram } from '../src/domain/index.ts';
import {
  compileFixture,
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  processesWith,
  removeDirectory,
  sh,
  until,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isAble = await hasFullSandbox();
const touch = '/usr/bin/touch' as AbsolutePath;

describe.skipIf(!isAble)('what starts in a sandbox that is watched', () => {
  const root = makeDirectory();
  let fixture: string | undefined;
  beforeAll(() => {
    fixture = compileFixture('watched-starts', root);
  });
  afterAll(() => removeDirectory(root));

  const programs: readonly WatchedProgram[] = [{ kind: 'program', path: touch, name: 'touch' }];

  function isTouch({ readings }: ProgramStart): boolean {
    return readings.some(({ alike }) => alike.some(({ name }) => name === 'touch'));
  }

  function start(argv: Argv, judge: (start: ProgramStart) => StartVerdict | undefined) {
    return launch(workspaceWrite(root, argv, { watch: { programs } }), { judge });
  }

  async function withoutTouch(...argv: Argv): Promise<LaunchEnd> {
    return await start(argv, (each) => (isTouch(each) ? 'refuse' : 'go-on')).end;
  }

  const starts = (end: Pick<LaunchEnd, 'frames'>): readonly ProgramStart[] =>
    end.frames.flatMap((frame) => (frame.kind === 'exec' ? [frame.start] : []));

  it('is told with what it is, the first program too, and what is refused fails as a file that may not be executed', async () => {
    const end = await withoutTouch(
      ...sh('cd / && ln -s /usr/bin/touch "$HOME/t" && "$HOME/t" "$HOME/made"; echo $?'),
    );
    const [shell, link, linked] = starts(end);
    expect({
      said: end.stdout,
      error: end.stderr.includes('Permission denied'),
      shell: shell?.words,
      link: link?.words,
      linked: linked && { cwd: linked.cwd, words: linked.words, readings: linked.readings },
      isBelow: linked?.parent === shell?.pid,
      isMade: existsSync(join(root, 'made')),
    }).toEqual({
      said: '126\n',
      error: true,
      shell: ['/bin/sh', '-c', expect.any(String)],
      link: ['ln', '-s', '/usr/bin/touch', join(root, 't')],
      linked: {
        cwd: '/',
        words: [join(root, 't'), join(root, 'made')],
        readings: [
          {
            path: join(root, 't'),
            realPath: touch,
            alike: [{ kind: 'program', name: 'touch' }],
            before: [],
            from: 1,
          },
        ],
      },
      isBelow: true,
      isMade: false,
    });
  });

  it('is told for a script with each interpreter that the kernel starts for it', async () => {
    const end = await withoutTouch(
      ...sh(
        "printf '#!/usr/bin/env -S sh\\n' > s; chmod +x s; printf '#!./s one  two\\n' > r; chmod +x r; exec ./r three",
      ),
    );
    const script = starts(end).find(({ words }) => words[0] === './r');
    expect(script?.readings.map(({ path, before }) => [path, ...before])).toEqual([
      ['./r'],
      ['./s', 'one  two', './r'],
      ['/usr/bin/env', '-S sh', './s', 'one  two', './r'],
    ]);
  });

  it('holds up nothing else while it waits, and goes on when it is answered', async () => {
    let told: ProgramStart | undefined;
    const running = start(
      sh('(touch held; echo never) & for i in 1 2 3; do ls -d .; done; echo done'),
      (each) => {
        if (!isTouch(each)) return 'go-on';
        told = each;
        return undefined;
      },
    );
    await running.printed('done');
    await until(() => told !== undefined);
    running.closeChannel();
    await running.end;
    expect([running.stdout, existsSync(join(root, 'held'))]).toEqual(['.\n.\n.\ndone\n', false]);
  });

  it('never runs once the supervisor is gone', async () => {
    const marker = `orphan-${process.pid}`;
    const running = start(sh(`touch ${marker}`), (each) => (isTouch(each) ? undefined : 'go-on'));
    await until(() => starts(running).some(isTouch));
    running.child.kill('SIGKILL');
    await running.end;
    await until(() => processesWith(marker).length === 0);
    expect(existsSync(join(root, marker))).toBe(false);
  });

  const tricks: readonly {
    says: string;
    words: readonly string[];
    out: string;
    failures: readonly string[];
  }[] = [
    {
      says: 'an argument list that cannot be read fails as it would without a watch',
      words: ['hostile'],
      out: [
        'a list without an end EFAULT',
        'a word that is nowhere EFAULT',
        'a word without an end EFAULT',
        'a path without an end EFAULT',
        'a path that is nowhere EFAULT',
        'a million words E2BIG',
        'unknown flags EINVAL',
        'no path ENOENT',
        'a bad descriptor EBADF',
        'a directory EACCES',
      ].join('\n'),
      failures: [],
    },
    {
      says: 'a thread that is not the first starts it',
      words: ['thread'],
      out: 'from a thread',
      failures: [],
    },
    {
      says: 'a call that fails leaves its thread untraced',
      words: ['failing'],
      out: 'missing ENOENT\nnot executable EACCES\ntracer 0',
      failures: [],
    },
    {
      says: 'a program that is traced starts nothing, and tracing works otherwise',
      words: ['traced'],
      out: 'an execve that is traced EACCES\ntracing one that runs ok',
      failures: ['was-traced'],
    },
  ];
  for (const { says, words, out, failures } of tricks) {
    it(says, async () => {
      const end = await withoutTouch(fixture ?? 'no compiler', ...words);
      expect({
        out: end.stdout.trimEnd(),
        status: end.status,
        failures: end.frames.flatMap((frame) => (frame.kind === 'exec-failed' ? [frame.because] : [])),
      }).toEqual({ out, status: 0, failures });
    });
  }

  it('is what was judged, whatever another thread makes of its path meanwhile', async () => {
    const end = await withoutTouch(fixture ?? 'no compiler', 'race', '40', join(root, 'raced'));
    expect(end.stdout).toBe('40 of 40 ran, marker absent\n');
    expect(existsSync(join(root, 'raced'))).toBe(false);
  });
});
