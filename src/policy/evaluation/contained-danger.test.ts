import { describe, expect, it } from 'vitest';
import { absolutePath, type LiteralWord } from '../../domain/index.ts';
import { path } from '../testdata/world.ts';
import { isContained } from './contained-danger.ts';
import type { Reach } from './reach.ts';

const confined: Reach = {
  kind: 'confined',
  writableRoots: ['/home/me/app', '/tmp'],
  keep: ['/home/me/app', '/home/me', '/tmp'],
};
const links: Readonly<Record<string, string>> = { '/home/me/app/up': '/home/me' };
const world = (reach: Reach) => ({
  reach,
  realPath: (asked: string) => absolutePath(links[asked] ?? asked),
});

interface Row {
  readonly command: string;
  readonly want: boolean;
  readonly via?: readonly string[];
  readonly reach?: Reach;
  readonly from?: string | undefined;
}

const rows: readonly Row[] = [
  { command: 'rm -rf dist', want: true },
  { command: 'rm -rf a b/c ./d', want: true },
  { command: 'rm -rf /tmp/x', want: true },
  { command: 'rm -rf dist ../other', want: false },
  { command: 'rm -rf .', want: false },
  { command: 'rm -rf ../app', want: false },
  { command: 'rm -rf a/../..', want: false },
  { command: 'rm -rf /', want: false },
  { command: 'rm -rf /tmp', want: false },
  { command: 'rm -rf /home/me', want: false },
  { command: 'rm -rf up/app', want: false },
  { command: 'rm -rf ?', want: false },
  { command: 'rm -rf', want: false },
  { command: 'rm -rf dist', want: false, reach: { kind: 'open' } },
  { command: 'rm -rf dist', want: false, from: 'nowhere' },
  { command: 'rm -rf /tmp/x', want: true, from: 'nowhere' },
  { command: 'rm -f x', want: true, via: ['trap'] },
  { command: 'rm -f x', want: false, via: ['sudo'] },
  { command: 'rm -rf {}', want: true, via: ['find'] },
  { command: 'rm -rf {} /', want: false, via: ['find'] },
  { command: 'timeout 5 rm -rf dist', want: true },
  { command: 'npx -y rimraf@5 dist', want: true },
  { command: 'npx --package=x rimraf dist', want: false },
  { command: 'git reset --hard', want: true },
  { command: 'git -C /srv reset --hard', want: false },
  { command: 'git --git-dir=/srv/.git reset --hard', want: false },
  { command: 'git push --force', want: false },
  { command: 'find . -name x -delete', want: true },
  { command: 'find . -delete', want: false },
  { command: 'find dist -delete', want: true },
  { command: 'find / -name x -delete', want: false },
  { command: 'find . -name x -exec sudo rm {} ;', want: false },
  { command: 'mkfs /home/me/app/x', want: false },
  // A word in angle brackets is a pattern of file names.
  { command: 'rm -rf <dist/*>', want: true },
  { command: 'rm -f <*.log>', want: true },
  { command: 'rm -f <./*.log> <a/b/?>', want: true },
  { command: 'rm -rf </tmp/x/*>', want: true },
  { command: 'rm -rf <*>', want: false },
  { command: 'rm -rf <./*>', want: false },
  { command: 'rm -rf <*.*>', want: false },
  { command: 'rm -rf <.*>', want: false },
  { command: 'rm -rf <dist/.*>', want: false },
  { command: 'rm -rf <dist/*/../..>', want: false },
  { command: 'rm -rf <../*.log>', want: false },
  { command: 'rm -rf </tmp/*>', want: false },
  { command: 'rm -rf </home/me/*>', want: false },
  { command: 'find <*> -name x -delete', want: false },
  { command: 'git -C <*> clean -fdx', want: false },
  { command: 'timeout 5 rm -rf <dist/*>', want: true },
  { command: 'npx rimraf dist/*', want: true },
  { command: 'npx rimraf *', want: false },
  { command: 'pnpm dlx rimraf dist', want: true },
  { command: 'yarn rimraf dist', want: true },
  { command: 'npm exec -- rimraf dist', want: true },
  { command: 'pnpm --dir /srv rimraf dist', want: false },
  { command: 'pnpm dlx rimraf .', want: false },
  { command: 'rm -rf .git', want: false },
  { command: 'rm -rf sub/.git/objects', want: false },
  { command: 'rm -f .git/index.lock', want: true },
];

describe('a danger', () => {
  for (const { command, want, via = [], reach = confined, from } of rows) {
    const where = from === undefined ? '' : ', wherever it runs';
    it(`is ${want ? '' : 'not '}contained: ${[...via, command].join(' ')}${where}${reach.kind === 'open' ? ', without a sandbox' : ''}`, () => {
      const written = command.split(' ');
      const words: readonly LiteralWord[] = written.map((word) =>
        word === '?' || word.startsWith('<') ? undefined : word,
      );
      const patterns = Object.fromEntries(
        written.flatMap((word, at) => (word.startsWith('<') ? [[at, word.slice(1, -1)]] : [])),
      );
      const directory = from === undefined ? path('/home/me/app') : undefined;
      const directories = directory === undefined ? [] : [directory];
      expect(isContained(words, { directories, patterns, via, world: world(reach) })).toBe(want);
    });
  }
});
