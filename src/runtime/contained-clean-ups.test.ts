// Clean-ups whose operands bash computes: ordinary work runs inside the sandbox while nobody is there to be asked, and
// what may be a root, the home directory or anything at all does not. Nothing of it is contained without a sandbox.
import { describe, expect, it } from 'vitest';
import { type AbsolutePath, absolutePath } from '../domain/index.ts';
import { createPolicyStore } from '../policy/index.ts';
import { parseCommand } from '../shell/index.ts';
import { cleanUps } from './testdata/clean-ups.ts';

const path = (text: string): AbsolutePath => {
  const made = absolutePath(text);
  if (made === undefined) throw new Error(`${text} is no absolute path`);
  return made;
};
const workspace = path('/home/me/app');
const usual = { PATH: '/usr/bin', HOME: '/home/me', TMPDIR: '/tmp' };
const resolver = {
  realPath: (asked: AbsolutePath) => asked,
  locate: () =>
    ({ kind: 'untrusted', path: undefined, realPath: undefined, because: 'it is not looked for' }) as const,
};
const confined = {
  kind: 'confined',
  writableRoots: [workspace, '/tmp'],
  keep: [workspace, '/tmp', '/home/me'],
} as const;
const locations = { workspace, userHome: '/nowhere', home: undefined, system: '/nowhere' };
const stores = {
  confined: await createPolicyStore({ locations, resolver, parse: parseCommand, reach: confined }),
  open: await createPolicyStore({ locations, resolver, parse: parseCommand, reach: { kind: 'open' } }),
};

function answer(
  script: string,
  kind: keyof typeof stores,
  { env = {}, shell = '-c' }: { env?: object; shell?: string },
) {
  const parsed = parseCommand({ kind: 'argv', argv: ['bash', shell, script] });
  const variables = new Map(Object.entries({ ...usual, ...env }));
  const { verdict, dangerIsContained } = stores[kind].evaluate(parsed, workspace, variables);
  return verdict !== 'dangerous' ? 'no danger' : dangerIsContained === true ? 'contained' : 'open';
}

describe('a clean-up', () => {
  for (const { script, want, ...more } of cleanUps) {
    it(`is ${want}: ${JSON.stringify(script)}${more.env === undefined ? '' : ` ${JSON.stringify(more.env)}`}`, () =>
      expect(answer(script, 'confined', more)).toBe(want));
  }

  it('is never contained without a sandbox', () => {
    const contained = cleanUps.filter(({ script, ...more }) => answer(script, 'open', more) === 'contained');
    expect(contained).toEqual([]);
  });
});
