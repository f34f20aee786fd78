import { describe, expect, it } from 'vitest';
import { nonEmpty } from '../testdata/world.ts';
import { carriedCode } from './carried-code.ts';

const rows: readonly (readonly [command: string, carries: readonly string[]])[] = [
  ['git fetch --upload-pack=x .', ['--upload-pack=x']],
  ['git fetch --upload-pa x .', ['--upload-pa']],
  ['git fetch ext::sh', ['ext::sh']],
  ['git fetch origin', []],
  ['git -c a=b status', ['-c']],
  ['git log -c', []],
  ['git commit --template=t', []],
  ['git rebase -x make', ['-x']],
  ['git bisect run make', ['run']],
  ['git bisect good', []],
  ['git config core.pager x', ['core.pager']],
  ['git config user.name x', []],
  ['make SHELL=x', ['SHELL=x']],
  ['make V=1 test', []],
  ['make test --eval=x', ['--eval=x']],
  ['make -j4 test', []],
  ['tar cIf x a', ['cIf']],
  ['tar -xf a --to-com=x', ['--to-com=x']],
  ['tar xzf a.tgz', []],
  ['rsync -ae ssh a b', ['-ae']],
  ['gcc -fplugin=x a.c', ['-fplugin=x']],
  ['gcc -O2 -Wall -o a a.c', []],
  ['go build -toolexec=x', ['-toolexec=x']],
  ['go test ./...', []],
  ['npm test --script-shell=x', ['--script-shell=x']],
  ['sed s/a/b/e f', ['s/a/b/e']],
  ['sed -i s/a/b/g src/x/y/e.ts', []],
  ['sed -f s f', ['-f']],
  ['ls --eval', []],
];

describe('a word that carries code', () => {
  for (const [command, want] of rows) {
    it(`is told apart: ${command}`, () => {
      const argv = nonEmpty(command.split(' '));
      expect(carriedCode(argv[0], argv).map((at) => argv[at])).toEqual(want);
    });
  }
});
