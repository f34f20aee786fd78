import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AbsolutePath, AccessProfile, DenialEvidence } from '../domain/index.ts';
import { findGrant } from './find-grant.ts';
import { hostFacts, realPath } from './host-facts.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-grant-'))) as AbsolutePath;
const at = (path: string): AbsolutePath => join(root, path) as AbsolutePath;
for (const path of [
  'home/.cordon/rules',
  'home/.config',
  'home/.cache/tool',
  'home/.ssh',
  'home/work',
  'srv/data/.vscode',
  'srv/data/repo/.git/hooks',
  'srv/kept/secret',
])
  mkdirSync(at(path), { recursive: true });
writeFileSync(at('srv/data/file'), '');
writeFileSync(at('home/.bashrc'), '');
writeFileSync(at('home/.cache/file'), '');
symlinkSync(at('home/.cordon'), at('srv/data/innocent'));
afterAll(() => rmSync(root, { recursive: true }));

const limits = {
  untouchable: [at('home/.cordon'), at('home/.ssh'), at('home/.bashrc'), at('home/.config/git')],
  tooBroad: [at('home')],
  home: at('home'),
};
const confined: AccessProfile = {
  kind: 'workspace-write',
  writable: [at('home/work')],
  protect: [at('srv/kept')],
  network: 'none',
  denyRead: [],
};

function grantFor(over: Partial<DenialEvidence>, profile = confined): unknown {
  const denial: DenialEvidence = {
    restriction: 'file-write',
    confidence: 'likely',
    target: undefined,
    excerpt: '',
    ...over,
  };
  const grant = findGrant(denial, profile, limits);
  return grant?.kind === 'writable-path' ? grant.path : grant;
}

const paths: readonly { says: string; target: string; excerpt?: string; want: string | undefined }[] = [
  { says: 'a file that exists', target: at('srv/data/file'), want: at('srv/data/file') },
  { says: 'the directory of a file that does not', target: at('srv/data/new'), want: at('srv/data') },
  { says: 'the nearest directory that does', target: at('srv/data/a/b/c'), want: at('srv/data') },
  {
    says: 'the directory of a file that is to be removed',
    target: at('srv/data/file'),
    excerpt: "rm: cannot remove 'file'",
    want: at('srv/data'),
  },
  { says: 'what is there in a home', target: at('home/.cache/tool'), want: at('home/.cache/tool') },
  { says: 'a file that is there in a home', target: at('home/.cache/file'), want: at('home/.cache/file') },
  { says: 'a place deep in a home', target: at('home/.cache/tool/new'), want: at('home/.cache/tool') },
  { says: 'no half of a home for one missing file', target: at('home/.config/newtool'), want: undefined },
  { says: 'no half of a home for a missing place in it', target: at('home/.cache/a/b'), want: undefined },
  {
    says: 'no half of a home for a file that is to be removed',
    target: at('home/.cache/file'),
    excerpt: "rm: cannot remove 'file'",
    want: undefined,
  },
  { says: 'nothing for a start-up file', target: at('home/.bashrc'), want: undefined },
  { says: 'nothing for keys', target: at('home/.ssh/authorized_keys'), want: undefined },
  { says: 'nothing for a hook', target: at('srv/data/repo/.git/hooks/pre-commit'), want: undefined },
  { says: 'nothing for a repository', target: at('srv/data/repo/.git/index.lock'), want: undefined },
  { says: 'nothing for what editors run', target: at('srv/data/.vscode/tasks.json'), want: undefined },
  { says: 'nothing for a name of such a kind', target: at('srv/data/.envrc'), want: undefined },
  { says: 'nothing for what is protected', target: at('srv/kept/secret/x'), want: undefined },
  { says: 'nothing that holds what is protected', target: at('srv/new'), want: undefined },
  { says: 'nothing for the rules', target: at('home/.cordon/rules/x.rules'), want: undefined },
  {
    says: 'nothing for a link that leads to the rules',
    target: at('srv/data/innocent/x.rules'),
    want: undefined,
  },
  { says: 'nothing for the home directory', target: at('home/new'), want: undefined },
  { says: 'nothing for what lies above it', target: at('new'), want: undefined },
  { says: 'nothing for a branch of the system', target: '/etc/new', want: undefined },
  { says: 'nothing for the whole system', target: '/new', want: undefined },
  { says: 'nothing for the kernel', target: '/proc/sys/kernel/core_pattern', want: undefined },
  { says: 'nothing for a device', target: '/dev/null', want: undefined },
  { says: 'nothing for a path that is none', target: 'relative', want: undefined },
];

describe('findGrant', () => {
  it.each(paths)('offers $says', ({ target, excerpt, want }) => {
    expect(grantFor({ target, ...(excerpt === undefined ? {} : { excerpt }) })).toBe(want);
  });

  it('offers the network where there is none, and nothing where there is', () => {
    expect(grantFor({ restriction: 'network' })).toEqual({ kind: 'network' });
    expect(grantFor({ restriction: 'network' }, { ...confined, network: 'full' })).toBeUndefined();
  });

  it.each(['protected-paths', 'file-read', 'unix-sockets', 'kernel-surface', 'processes'] as const)(
    'offers nothing for %s',
    (restriction) => {
      expect(grantFor({ restriction, target: at('srv/data/file') })).toBeUndefined();
    },
  );
});

describe('hostFacts', () => {
  const facts = hostFacts(root);

  it('follows links as far as the path exists', () => {
    expect(realPath(at('srv/data/innocent/a/b'))).toBe(at('home/.cordon/a/b'));
    expect(realPath('/no/such/place' as AbsolutePath)).toBe('/no/such/place');
  });

  it('knows what this user could write, or create', () => {
    expect(facts.couldWrite(at('srv/data/file'))).toBe(true);
    expect(facts.couldWrite(at('srv/data/a/b/c'))).toBe(true);
    expect(facts.couldWrite('/proc/version/x' as AbsolutePath)).toBe(false);
  });
});

describe('a grant for a call that was seen', () => {
  const by = (call: string): Partial<DenialEvidence> => ({
    confidence: 'certain',
    target: at('srv/data/file'),
    seen: { call, pid: 2, program: '/bin/x', by: 'read-only-mount' },
  });

  it('is the file where that was written, and its directory where its name was to go', () => {
    const calls = ['openat', 'truncate', 'fchmodat', 'unlinkat', 'renameat2', 'rmdir'];
    expect(calls.map((call) => grantFor(by(call)))).toEqual([
      at('srv/data/file'),
      at('srv/data/file'),
      at('srv/data/file'),
      at('srv/data'),
      at('srv/data'),
      at('srv/data'),
    ]);
  });
});
