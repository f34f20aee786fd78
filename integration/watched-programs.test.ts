// Rules hold on what really starts, however it was spelled: the whole runtime, its policy and its reviewer, and a table of
// disguises of one program. What was started is seen from outside: each leaves a file.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ApprovalRequest,
  createShellRuntime,
  type ExecResult,
  outputText,
  type RefusedProgram,
  type ReviewDecision,
  type ShellRuntime,
} from '../src/index.ts';
import { hasFullSandbox } from './support/launcher-rig.ts';
import { watchedRows } from './support/watched-rows.ts';

const isAble = await hasFullSandbox();

describe.skipIf(!isAble)('a rule about a program', () => {
  const places: string[] = [];
  afterAll(() => {
    for (const place of places) rmSync(place, { recursive: true, force: true });
  });

  function makePlace(name: string): string {
    const place = realpathSync(mkdtempSync(join('/var/tmp', name)));
    places.push(place);
    return place;
  }

  /** Each row in a directory of its own, its file beside all others. */
  function makeWorkspace(wanted: (at: number) => boolean = () => true): string {
    const workspace = makePlace('cordon-watched-');
    mkdirSync(join(workspace, 'made'));
    const rows = watchedRows.flatMap(([, script], at) =>
      !wanted(at)
        ? []
        : `mkdir -p d/${at}; (cd d/${at}; M=${workspace}/made/${at}; ${script}\n) </dev/null >/dev/null 2>&1`,
    );
    const path = '/usr/bin:/bin:/usr/sbin:/sbin'; // no programs of this user's own, which may be scripts
    const start = `#!/bin/bash\nexport PATH=${path} T=/usr/bin/touch HOME=$PWD GIT_CONFIG_GLOBAL=/dev/null\n`;
    writeFileSync(join(workspace, 'all'), `${start}${rows.join('\n')}\n`);
    chmodSync(join(workspace, 'all'), 0o755);
    return workspace;
  }

  interface Wish {
    readonly workspace: string;
    readonly decision?: 'forbidden' | 'prompt';
    readonly answer?: (asked: ApprovalRequest) => ReviewDecision | Promise<ReviewDecision>;
    readonly timeoutMs?: number;
  }

  async function runtimeFor({
    workspace,
    decision = 'forbidden',
    answer,
    timeoutMs = 120_000,
  }: Wish): Promise<ShellRuntime> {
    const home = makePlace('cordon-home-');
    mkdirSync(join(home, 'rules'));
    const rule = `prefix_rule(pattern = ["touch"], decision = "${decision}")\n`;
    writeFileSync(join(home, 'rules', 'a.rules'), rule);
    return await createShellRuntime({
      workspace,
      rules: { home },
      defaultTimeoutMs: timeoutMs,
      ...(answer === undefined ? {} : { reviewer: { review: async (asked) => await answer(asked) } }),
    });
  }

  async function run(command: string, wish: Wish): Promise<ExecResult> {
    await using runtime = await runtimeFor(wish);
    return await runtime.exec({ command });
  }

  function refusedIn(result: ExecResult): readonly RefusedProgram[] {
    if (result.kind === 'not-run') throw new Error(result.refusal.reason);
    return result.attempts.flatMap(({ refusedPrograms }) => refusedPrograms ?? []);
  }

  /** The disguises that started it, by what they say. */
  function madeIn(workspace: string): readonly string[] {
    return readdirSync(join(workspace, 'made'))
      .map(Number)
      .sort((a, b) => a - b)
      .map((at) => watchedRows[at]?.[0] ?? `number ${at}`);
  }

  it('that asks about it asks about every one of them, and what was approved starts', async () => {
    const asked: string[] = [];
    const workspace = makeWorkspace();
    const result = await run('./all', {
      workspace,
      decision: 'prompt',
      answer: ({ reason }) => {
        asked.push(reason);
        return { kind: 'approved' };
      },
    });
    // Whatever tools a host lacks: the disguises work, and none is a program that was not asked about.
    const made = madeIn(workspace);
    expect(made.length).toBeGreaterThan(90);
    expect(asked.length).toBeGreaterThanOrEqual(made.length);
    expect(asked[0]).toMatch(
      /^`.*` is held for approval by the rule for `.*` at .*\/rules\/a\.rules:1; `.*\/all` starts it$/u,
    );
    expect(refusedIn(result).filter(({ because }) => because === 'not-approved')).toEqual([]);
  });

  it('that forbids it holds for every one of them, and the record names the rule', async () => {
    const workspace = makeWorkspace();
    const refused = refusedIn(await run('./all', { workspace }));
    expect(madeIn(workspace)).toEqual([]);
    const byRule = refused.filter(({ because, match }) => because === 'forbidden' && match?.kind === 'rule');
    expect(byRule.length).toBeGreaterThan(90);
    expect(byRule[0]?.reason).toMatch(/ is forbidden by the rule for `.*` at .*\/rules\/a\.rules:1$/u);
    expect(byRule[0]?.match?.kind === 'rule' && byRule[0].match.source).toMatchObject({
      kind: 'file',
      line: 1,
    });
  });

  it('that asks about it lets nothing start that was refused', async () => {
    const workspace = makeWorkspace((at) => at % 5 === 0);
    const result = await run('./all', {
      workspace,
      decision: 'prompt',
      answer: () => ({ kind: 'denied', message: 'not now' }),
    });
    expect(madeIn(workspace)).toEqual([]);
    expect(refusedIn(result)[0]?.reason).toMatch(/, and the user said no: not now$/u);
  });

  /** A program of the workspace that was there before anybody asked. */
  function withScript(script: string): string {
    const workspace = makePlace('cordon-watched-');
    writeFileSync(join(workspace, 'it'), `#!/bin/bash\n${script}\n`);
    chmodSync(join(workspace, 'it'), 0o755);
    return workspace;
  }

  it('is a refusal where nobody can be asked', async () => {
    const workspace = withScript('touch made; touch made; echo $?');
    const result = await run('./it', { workspace, decision: 'prompt' });
    expect(
      refusedIn(result).map(({ argv, because, reason }) => [
        argv,
        because,
        /nobody can be asked/u.test(reason),
      ]),
    ).toEqual([[['/usr/bin/touch', 'made'], 'not-approved', true]]);
    expect(existsSync(join(workspace, 'made'))).toBe(false);
  });

  it('asks once about a command, and its deadline waits for the answer', async () => {
    const workspace = withScript('touch made; touch made; touch made; echo $?');
    let asked = 0;
    const result = await run('./it', {
      workspace,
      decision: 'prompt',
      timeoutMs: 1500,
      answer: async () => {
        asked += 1;
        await delay(1600);
        return { kind: 'approved' };
      },
    });
    expect([result.kind, asked, existsSync(join(workspace, 'made'))]).toEqual(['ran', 1, true]);
  });

  it('does not ask again about what was shown and approved with the command', async () => {
    const workspace = makePlace('cordon-watched-');
    const asked: string[] = [];
    await run('touch a && for f in b c; do touch "$f"; done', {
      workspace,
      decision: 'prompt',
      answer: ({ reason }) => {
        asked.push(reason);
        return { kind: 'approved' };
      },
    });
    expect([asked.length, readdirSync(workspace).sort()]).toEqual([1, ['a', 'b', 'c']]);
  });

  it('gets no second attempt without the sandbox, whatever the program printed', async () => {
    const workspace = withScript('touch /etc/made');
    const asked: string[] = [];
    const result = await run('./it', {
      workspace,
      answer: ({ purpose }) => {
        asked.push(purpose);
        return { kind: 'approved-unsandboxed' };
      },
    });
    expect([result.kind, asked, refusedIn(result).length]).toEqual(['ran', [], 1]);
    expect(outputText(result)).toMatch(
      /\nNot started: `\/usr\/bin\/touch \/etc\/made` is forbidden by the rule/u,
    );
  });

  it('holds in a session as it does in a single command', async () => {
    const workspace = withScript('touch made; echo $?');
    await using runtime = await runtimeFor({ workspace });
    const opened = await runtime.sessions.open({ command: './it', yieldMs: 10_000 });
    const result = opened.ok && opened.value.kind === 'finished' ? opened.value.result : undefined;
    expect(result === undefined ? opened : refusedIn(result).map(({ because }) => because)).toEqual([
      'forbidden',
    ]);
    expect(existsSync(join(workspace, 'made'))).toBe(false);
  });
});
