// The product in one table: what a person chose, what a model tries, what a person answers, and what then happens.
// On the real sandbox: a command that was refused must have left nothing behind, and one that ran is told by its trace.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ApprovalPolicy,
  type ExecInput,
  type ExecResult,
  explainDenial,
  explainRefusal,
  type ReviewDecision,
  type ShellRuntimeOptions,
} from '../src/index.ts';
import { approvalRig, type Rig, withDirectory } from './support/approval-rig.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const hasSandbox = await hasRuntimeSandbox('approvals on the real sandbox');

/** What a model tries, and the path that exists (or is gone) if it did. */
interface Attempted {
  readonly command: ExecInput['command'];
  readonly stdin?: string;
  readonly trace: string;
  /** Default `appears`. */
  readonly proof?: 'appears' | 'vanishes';
}

const actions: Readonly<Record<string, (rig: Rig) => Attempted>> = {
  'touches a file': (rig) => ({ command: ['touch', at(rig)], trace: at(rig) }),
  'touches outside': (rig) => ({ command: ['touch', out(rig)], trace: out(rig) }),
  'makes a directory': (rig) => ({ command: ['mkdir', at(rig)], trace: at(rig) }),
  'makes one outside': (rig) => ({ command: ['mkdir', out(rig)], trace: out(rig) }),
  'deletes by force': (rig) => ({ command: ['rm', '-rf', kept(rig)], trace: kept(rig), proof: 'vanishes' }),
  'runs a loop': (rig) => ({ command: `for f in ${at(rig)}; do touch "$f"; done`, trace: at(rig) }),
  'loops outside': (rig) => ({ command: `for f in ${out(rig)}; do touch "$f"; done`, trace: out(rig) }),
  'deletes in a loop': (rig) => ({
    command: `for f in ${kept(rig)}; do rm -rf "$f"; done`,
    trace: kept(rig),
    proof: 'vanishes',
  }),
  'deletes unseen': (rig) => ({
    command: `rm -rf "$(echo ${kept(rig)})"`,
    trace: kept(rig),
    proof: 'vanishes',
  }),
  'tees a file': (rig) => ({ command: ['tee', at(rig)], stdin: 'x', trace: at(rig) }),
  'tees outside': (rig) => ({ command: ['tee', out(rig)], stdin: 'x', trace: out(rig) }),
  'tees in a loop': (rig) => ({ command: `for f in ${at(rig)}; do echo x | tee "$f"; done`, trace: at(rig) }),
  'makes a link': (rig) => ({ command: ['ln', '-s', 'x', at(rig)], trace: at(rig) }),
  'links by path': (rig) => ({ command: ['/bin/ln', '-s', 'x', at(rig)], trace: at(rig) }),
  'links behind env': (rig) => ({ command: ['env', 'A=b', 'ln', '-s', 'x', at(rig)], trace: at(rig) }),
  'links in a loop': (rig) => ({ command: `for f in ${at(rig)}; do ln -s x "$f"; done`, trace: at(rig) }),
  'links in bash -c': (rig) => ({ command: ['bash', '-lc', `ln -s x ${at(rig)}`], trace: at(rig) }),
  'makes, then links': (rig) => ({ command: `mkdir ${at(rig)} && ln -s x ${at(rig)}/y`, trace: at(rig) }),
  'makes, then touches': (rig) => ({
    command: `mkdir ${at(rig)} && touch ${at(rig)}/y`,
    trace: `${at(rig)}/y`,
  }),
  'plants a hook': (rig) => ({ command: ['touch', hook(rig)], trace: hook(rig) }),
  'writes the rules': (rig) => ({ command: ['touch', rule(rig)], trace: rule(rig) }),
};

const at = ({ workspace }: Rig): string => join(workspace, 'made');
const out = ({ outside }: Rig): string => join(outside, 'made');
const kept = ({ workspace }: Rig): string => join(workspace, 'kept');
const hook = ({ workspace }: Rig): string => join(workspace, '.git', 'hooks', 'pre-commit');
const rule = ({ home }: Rig): string => join(home, 'rules', 'more.rules');

const policies: Readonly<Record<string, ApprovalPolicy>> = {
  untrusted: 'untrusted',
  'on-failure': 'on-failure',
  'on-request': 'on-request',
  never: 'never',
  'granular all': { kind: 'granular', rules: true, sandbox: true },
  'granular rules': { kind: 'granular', rules: true, sandbox: false },
  'granular sandbox': { kind: 'granular', rules: false, sandbox: true },
};

const profiles: Readonly<Record<string, Partial<ShellRuntimeOptions>>> = {
  write: { sandbox: 'workspace-write' },
  read: { sandbox: 'read-only' },
  full: { sandbox: 'danger-full-access' },
  // A switch of its own: what rules cover wholly leaves the sandbox.
  'write!': { sandbox: 'workspace-write', allowedRunsUnsandboxed: true },
};

const answers: Readonly<Record<string, ReviewDecision>> = {
  yes: { kind: 'approved' },
  session: { kind: 'approved-for-session' },
  grant: { kind: 'approved-grant' },
  leave: { kind: 'approved-unsandboxed' },
  no: { kind: 'denied', message: 'use git' },
  stop: { kind: 'abort' },
};

/**
 * policy | profile | what the model tries (`!` asks to leave the sandbox) | answers (`-` nobody can be asked) |
 * what was asked | how it ends. `in`: ran in the sandbox. `out`: ran without. `blocked`: ran and was stopped.
 * `in+grant`, `out+retry`: the second attempt did it. Else the refusal.
 */
const table = `
untrusted        | write  | touches a file       |     | first                | denied-by-reviewer
untrusted        | write  | touches a file       | yes | first                | in
untrusted        | write  | touches a file       | session | first            | in
untrusted        | write  | touches a file       | no  | first                | denied-by-reviewer
untrusted        | write  | touches a file       | stop | first               | aborted
untrusted        | write  | touches a file       | -   |                      | approval-needed-but-nobody-to-ask
untrusted        | write  | makes a directory    |     |                      | in
untrusted        | write  | makes, then touches  | yes | first                | in
untrusted        | write  | makes, then touches  | no  | first                | denied-by-reviewer
untrusted        | write  | runs a loop          | yes | first                | in
untrusted        | write  | runs a loop          | no  | first                | denied-by-reviewer
untrusted        | write  | deletes by force     | no  | first                | denied-by-reviewer
untrusted        | write  | tees a file          | yes | first                | in
untrusted        | write  | makes a link         | yes |                      | forbidden-by-policy
untrusted        | write  | touches outside      | yes no | first grant       | blocked
untrusted        | write  | touches outside      | yes grant | first grant    | in+grant
untrusted        | write  | touches outside      | session yes | first grant  | in+grant
untrusted        | write  | ! touches outside    | yes |                      | escalation-not-possible
untrusted        | read   | touches a file       | yes no | first grant       | blocked
untrusted        | read   | makes a directory    | no  | grant                | blocked
untrusted        | read   | makes a directory    | grant | grant              | in+grant
untrusted        | full   | touches outside      | yes | first                | out
untrusted        | full   | touches outside      | no  | first                | denied-by-reviewer
untrusted        | full   | makes one outside    |     |                      | out
on-failure       | write  | touches a file       |     |                      | in
on-failure       | write  | touches outside      | grant | grant              | in+grant
on-failure       | write  | touches outside      | yes | grant                | in+grant
on-failure       | write  | touches outside      | no  | grant                | blocked
on-failure       | write  | touches outside      | stop | grant               | blocked
on-failure       | write  | touches outside      | -   |                      | blocked
on-failure       | write  | loops outside        | grant | grant              | in+grant
on-failure       | write  | makes one outside    | grant | grant              | in+grant
on-failure       | write  | tees outside         | yes grant | first grant    | in+grant
on-failure       | write  | writes the rules     | leave | unsandboxed        | out+retry
on-failure       | write  | writes the rules     | yes | unsandboxed          | blocked
on-failure       | write  | writes the rules     | no  | unsandboxed          | blocked
on-failure       | write  | plants a hook        | no  |                      | held
on-failure       | write  | plants a hook        | grant |                    | held
on-failure       | read   | touches a file       | no  | grant                | blocked
on-failure       | write  | deletes by force     | no  | first                | denied-by-reviewer
on-failure       | write  | ! touches a file     | yes |                      | escalation-not-possible
on-failure       | full   | touches outside      |     |                      | out
on-request       | write  | touches a file       |     |                      | in
on-request       | write  | runs a loop          |     |                      | in
on-request       | write  | loops outside        | yes |                      | blocked
on-request       | write  | touches outside      | yes |                      | blocked
on-request       | write  | makes one outside    | yes |                      | blocked
on-request       | write  | plants a hook        | yes |                      | held
on-request       | write  | writes the rules     | yes |                      | blocked
on-request       | read   | touches a file       | yes |                      | blocked
on-request       | write  | ! touches outside    | leave | first              | out
on-request       | write  | ! touches outside    | yes | first                | denied-by-reviewer
on-request       | write  | ! touches outside    | no  | first                | denied-by-reviewer
on-request       | write  | ! touches outside    | -   |                      | approval-needed-but-nobody-to-ask
on-request       | write  | ! makes one outside  | no  | first                | denied-by-reviewer
on-request       | write  | ! loops outside      | leave | first              | out
on-request       | write  | ! makes a link       | yes |                      | forbidden-by-policy
on-request       | write  | deletes by force     | yes | first                | in
on-request       | write  | deletes by force     | no  | first                | denied-by-reviewer
on-request       | write  | deletes in a loop    | no  | first                | denied-by-reviewer
on-request       | write  | tees a file          | no  | first                | denied-by-reviewer
on-request       | write  | tees in a loop       | no  | first                | denied-by-reviewer
on-request       | write  | tees outside         | yes | first                | blocked
on-request       | write  | makes a link         | yes |                      | forbidden-by-policy
on-request       | write  | links by path        | yes |                      | forbidden-by-policy
on-request       | write  | links behind env     | yes |                      | forbidden-by-policy
on-request       | write  | links in a loop      | yes |                      | forbidden-by-policy
on-request       | write  | links in bash -c     | yes |                      | forbidden-by-policy
on-request       | write  | makes, then links    | yes |                      | forbidden-by-policy
on-request       | full   | makes a link         | yes |                      | forbidden-by-policy
on-request       | full   | deletes by force     | no  | first                | denied-by-reviewer
on-request       | full   | ! touches outside    |     |                      | out
on-request       | write! | makes one outside    |     |                      | out
on-request       | write! | touches outside      | yes |                      | blocked
never            | write  | touches a file       | yes |                      | in
never            | write  | runs a loop          | yes |                      | in
never            | write  | touches outside      | yes |                      | blocked
never            | write  | tees a file          | yes |                      | approval-needed-but-nobody-to-ask
never            | write  | tees in a loop       | yes |                      | approval-needed-but-nobody-to-ask
never            | write  | deletes by force     | yes |                      | in
never            | write  | deletes unseen       | yes |                      | approval-needed-but-nobody-to-ask
never            | write  | deletes in a loop    | yes |                      | in
never            | write  | ! touches outside    | yes |                      | escalation-not-possible
never            | write  | makes a link         | yes |                      | forbidden-by-policy
never            | read   | touches a file       | yes |                      | blocked
never            | full   | touches outside      | yes |                      | out
never            | full   | makes a link         | yes |                      | forbidden-by-policy
never            | full   | deletes by force     | yes |                      | approval-needed-but-nobody-to-ask
never            | full   | tees outside         | yes |                      | approval-needed-but-nobody-to-ask
granular all     | write  | tees a file          | yes | first                | in
granular all     | write  | touches outside      | grant | grant              | in+grant
granular all     | write  | ! touches outside    | leave | first              | out
granular rules   | write  | tees a file          | yes | first                | in
granular rules   | write  | deletes by force     | yes |                      | approval-needed-but-nobody-to-ask
granular rules   | write  | touches outside      | yes |                      | blocked
granular rules   | write  | ! touches outside    | yes |                      | escalation-not-possible
granular sandbox | write  | tees a file          | yes |                      | approval-needed-but-nobody-to-ask
granular sandbox | write  | deletes by force     | yes | first                | in
granular sandbox | write  | ! tees outside       | yes |                      | approval-needed-but-nobody-to-ask
`;

/** What the model is told, where it is told something. */
const told: Readonly<Record<string, RegExp>> = {
  'forbidden-by-policy':
    /^Not run: `.*ln.*` is forbidden by the rule for `.*ln` at .*house\.rules:4 \(no links\); do /u,
  'approval-needed-but-nobody-to-ask':
    /^Not run: .*nobody can be asked because .*; use a command that needs no approval/u,
  'escalation-not-possible':
    /^Not run: unsandboxed access cannot be requested because .*; repeat the command without/u,
  'denied-by-reviewer':
    /^Not run: (?:the user said no \("(?:use git|not in the script)"\)|the answer `approved` was not on offer; .*); do not try it again/u,
  aborted: /^Not run: the user stopped it; stop and wait for the user$/u,
  blocked: /^Sandbox: the sandbox (?:seems to have )?stopped a write(?: to a protected path)?: \/.*;/u,
};

const purposes: Readonly<Record<string, string>> = {
  first: 'first-run',
  grant: 'retry-with-grant',
  unsandboxed: 'retry-unsandboxed',
};

const words = (cell: string | undefined): readonly string[] =>
  (cell ?? '')
    .trim()
    .split(/\s+/u)
    .filter((w) => w !== '');

const rows = table
  .trim()
  .split('\n')
  .map((line) => {
    const [policy = '', profile = '', action = '', given, prompts, end = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    const answered = words(given);
    return {
      says: `${policy}, ${profile}: a command that ${action.replace('! ', '')}${action.startsWith('!') ? ' and asks to leave' : ''}, answers [${answered.join(' ')}]: ${end}`,
      policy,
      profile,
      asksToLeave: action.startsWith('!'),
      action: action.replace('! ', ''),
      answered,
      prompts: words(prompts),
      end,
    };
  });

type Row = (typeof rows)[number];

describe.runIf(hasSandbox)('approvals', () => {
  it.each(rows)('$says', async (row) => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, { ...profiles[row.profile], ...policyOf(row) }, answersOf(row));
      try {
        mkdirSync(join(kept(rig)), { recursive: true });
        mkdirSync(join(rig.workspace, '.git', 'hooks'), { recursive: true });
        const attempted = actions[row.action]?.(rig);
        if (attempted === undefined) throw new Error(`no action ${row.action}`);
        const { command, stdin } = attempted;
        const justification = 'it needs to';
        const result = await rig.runtime.exec({
          command,
          ...(stdin === undefined ? {} : { stdin }),
          ...(row.asksToLeave ? { access: { kind: 'unsandboxed', justification } } : {}),
        });
        expect(endOf(result)).toBe(row.end);
        expect(rig.asked.map(({ purpose }) => purpose)).toEqual(
          row.prompts.map((prompt) => purposes[prompt]),
        );
        expect(new Set(rig.asked.map(({ id }) => id)).size).toBe(rig.asked.length);
        expect(rig.events.map(({ type }) => type)).toEqual(eventsFor(result, row));
        expect(existsSync(attempted.trace)).toBe((attempted.proof === 'vanishes') !== hasHappened(row));
        const pattern = told[row.end];
        if (pattern === undefined) expect(toldTo(result)).toBeUndefined();
        else expect(toldTo(result)).toMatch(pattern);
        expect(rig.runtime.approvals.audit().every(({ callId }) => callId === result.callId)).toBe(true);
        expect(rig.runtime.approvals.audit().length).toBeGreaterThan(0);
      } finally {
        await rig.runtime.close();
      }
    });
  });

  it('has at least sixty rows', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
  });
});

function policyOf(row: Row): Partial<ShellRuntimeOptions> {
  const approvalPolicy = policies[row.policy];
  return approvalPolicy === undefined ? {} : { approvalPolicy };
}

function answersOf(row: Row): readonly ReviewDecision[] | undefined {
  if (row.answered[0] === '-') return undefined;
  return row.answered.flatMap((word) => answers[word] ?? []);
}

function endOf(result: ExecResult): string {
  if (result.kind === 'not-run') return result.refusal.kind;
  if (result.kind === 'blocked-by-sandbox') return 'blocked';
  if (result.held !== undefined) return 'held';
  const last = result.attempts.at(-1)?.attempt;
  const where = last?.selection.kind === 'sandboxed' ? 'in' : 'out';
  if (last?.ordinal === 2) return `${where}${last.grant === undefined ? '+retry' : '+grant'}`;
  return where;
}

function hasHappened({ end }: Row): boolean {
  return end.startsWith('in') || end.startsWith('out');
}

function eventsFor(result: ExecResult, row: Row): readonly string[] {
  const question = ['approval.requested', 'approval.answered'];
  const held = row.end === 'held' ? ['changes.held'] : [];
  const attempt = ['attempt.started', 'attempt.finished', ...held];
  const [before, after] = [
    row.prompts.filter((p) => p === 'first'),
    row.prompts.filter((p) => p !== 'first'),
  ];
  const attempts = result.kind === 'not-run' ? 0 : result.attempts.length;
  return [
    'exec.evaluated',
    ...before.flatMap(() => question),
    ...(attempts > 0 ? attempt : []),
    ...after.flatMap(() => question),
    ...(attempts > 1 ? attempt : []),
    'exec.finished',
  ];
}

function toldTo(result: ExecResult): string | undefined {
  if (result.kind === 'not-run') return explainRefusal(result.refusal);
  return result.kind === 'blocked-by-sandbox' ? explainDenial(result) : undefined;
}

describe.runIf(hasSandbox)('what is remembered', () => {
  const touch = (rig: Rig): ExecInput => ({ command: ['touch', at(rig)] });
  const untrusted = { approvalPolicy: 'untrusted' } as const;
  const forSession: ReviewDecision = { kind: 'approved-for-session' };
  const yes: ReviewDecision = { kind: 'approved' };

  it('for the session covers the same command by every spelling of its shell, and nothing else', async () => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, untrusted, [forSession]);
      const loop = `for f in ${at(rig)}; do touch "$f"; done`;
      await rig.runtime.exec({ command: ['bash', '-c', loop] });
      await rig.runtime.exec({ command: ['bash', '-c', loop] });
      expect(rig.asked).toHaveLength(1);
      mkdirSync(join(rig.workspace, 'sub'));
      await rig.runtime.exec({ command: ['bash', '-c', loop], cwd: 'sub' });
      expect(rig.asked).toHaveLength(2);
      await rig.runtime.exec({ command: ['bash', '-c', `${loop} `] });
      expect(rig.asked).toHaveLength(3);
      await rig.runtime.close();
    });
  });

  it('as a prefix is in the file, in force at once, and in force in the next runtime', async () => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, untrusted, [
        {
          kind: 'approved-allow-prefix',
          amendment: { allowPrefix: ['touch', join(root, 'workspace', 'made')] },
        },
      ]);
      expect(await rig.runtime.exec(touch(rig))).toMatchObject({ kind: 'ran' });
      expect(rig.asked[0]?.amendment?.allowPrefix).toEqual(['touch', at(rig)]);
      const saved = readFileSync(join(rig.home, 'rules', 'default.rules'), 'utf8');
      expect(saved).toContain(`prefix_rule(pattern=["touch", "${at(rig)}"], decision="allow", exact=True)`);
      expect(await rig.runtime.exec(touch(rig))).toMatchObject({ kind: 'ran' });
      expect(rig.asked).toHaveLength(1);
      await rig.runtime.close();
      const next = await approvalRig(root, untrusted, []);
      expect(await next.runtime.exec(touch(next))).toMatchObject({ kind: 'ran' });
      expect(next.asked).toEqual([]);
      await next.runtime.close();
    });
  });

  it('never beats a rule that forbids, also one written later', async () => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, untrusted, [forSession]);
      await rig.runtime.exec(touch(rig));
      writeFileSync(
        join(rig.home, 'rules', 'later.rules'),
        'prefix_rule(pattern=["touch"], decision="forbidden")\n',
      );
      await rig.runtime.reloadRules();
      expect(await rig.runtime.exec(touch(rig))).toMatchObject({ refusal: { kind: 'forbidden-by-policy' } });
      await rig.runtime.close();
    });
  });

  it('is listed and can be taken back', async () => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, untrusted, [forSession, yes]);
      await rig.runtime.exec(touch(rig));
      const [entry] = rig.runtime.approvals.list();
      expect(entry?.kind).toBe('command');
      expect(rig.runtime.approvals.revoke(entry?.key ?? '')).toBe(true);
      await rig.runtime.exec(touch(rig));
      expect(rig.asked).toHaveLength(2);
      await rig.runtime.close();
    });
  });

  it('asks once for two equal calls at the same time', async () => {
    await withDirectory(async (root) => {
      const rig = await approvalRig(root, untrusted, [yes]);
      const [first, second] = await Promise.all([rig.runtime.exec(touch(rig)), rig.runtime.exec(touch(rig))]);
      expect([first.kind, second.kind]).toEqual(['ran', 'ran']);
      expect(rig.asked).toHaveLength(1);
      await rig.runtime.close();
    });
  });
});

describe.runIf(hasSandbox)('the network', () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

  it.runIf(address !== undefined)('is granted for one run, inside the sandbox', async () => {
    const heard: string[] = [];
    const server = createServer((socket) => socket.on('data', (data) => heard.push(data.toString())));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const listening = server.address();
    const port = typeof listening === 'object' && listening !== null ? listening.port : 0;
    try {
      await withDirectory(async (root) => {
        const rig = await approvalRig(root, { approvalPolicy: 'on-failure' }, [{ kind: 'approved-grant' }]);
        const command = `echo hello > /dev/tcp/${String(address)}/${String(port)}`;
        const result = await rig.runtime.exec({ command });
        expect(rig.asked.map(({ grant }) => grant)).toEqual([{ kind: 'network' }]);
        expect(endOf(result)).toBe('in+grant');
        expect(heard).toEqual(['hello\n']);
        await rig.runtime.close();
      });
    } finally {
      server.close();
    }
  });
});

describe.runIf(hasSandbox)('hidden files', () => {
  it('stay hidden: no command leaves the sandbox that hides them', async () => {
    await withDirectory(async (root) => {
      mkdirSync(join(root, 'secret'));
      writeFileSync(join(root, 'secret', 'key'), 'sesame');
      const options = { denyRead: [join(root, 'secret')], allowedRunsUnsandboxed: true } as const;
      const rig = await approvalRig(root, options, [{ kind: 'approved' }]);
      const command = ['cat', join(root, 'secret', 'key')] as const;
      const inside = await rig.runtime.exec({ command });
      expect(inside.kind === 'not-run' ? undefined : inside.outcome).not.toMatchObject({ exitCode: 0 });
      const leave = await rig.runtime.exec({
        command,
        access: { kind: 'unsandboxed', justification: 'please' },
      });
      expect(leave).toMatchObject({ refusal: { kind: 'escalation-not-possible' } });
      expect(rig.asked).toEqual([]);
      await rig.runtime.close();
    });
  });
});
