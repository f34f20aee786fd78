import { describe, expect, it } from 'vitest';
import {
  brokenLinks,
  machinePaths,
  staleExample,
  unexplainedCodes,
  unknownScripts,
  untestedThreats,
} from './check-docs.ts';

const exists = (path: string): boolean => ['docs/exec-mode.md', 'src/a.test.ts'].includes(path);
const page = (text: string, path = 'README.md'): { path: string; text: string } => ({ path, text });

describe('the documentation checks', () => {
  const rows = [
    {
      says: 'a link to a file that exists is fine',
      found: brokenLinks(page('[x](docs/exec-mode.md#json)'), exists),
      want: [],
    },
    {
      says: 'a link into nothing is reported',
      found: brokenLinks(page('[x](docs/none.md)'), exists),
      want: ['README.md: the link to docs/none.md leads nowhere'],
    },
    {
      says: 'a link is read from the page it stands on',
      found: brokenLinks(page('[x](exec-mode.md)', 'docs/b.md'), exists),
      want: [],
    },
    {
      says: 'links in code are no links',
      found: brokenLinks(page('`[a](b)`\n```\n[c](d)\n```'), exists),
      want: [],
    },
    {
      says: 'a script that package.json lacks is reported',
      found: unknownScripts(page('run `npm run ok`, `npm run nope`'), ['ok']),
      want: ['README.md: package.json has no script "nope"'],
    },
    {
      says: 'a threat without a test is reported',
      found: untestedThreats(
        page('| T1 a | b | `src/a.test.ts` |\n| T2 c | d | none |\n| T3 e | f | `src/z.test.ts` |', 'T.md'),
        exists,
      ),
      want: ['T.md: T2 names no test', 'T.md: T3 names src/z.test.ts, which does not exist'],
    },
    {
      says: 'an error code without a section is reported',
      found: unexplainedCodes("| 'E_A'\n | 'E_B'", page('## E_A\n', 'docs/errors.md')),
      want: ['docs/errors.md: E_B has no section'],
    },
    {
      says: 'an example that drifted from its file is reported',
      found: staleExample(page('```ts\nrun(1);\n```'), page('// how\nrun(2);\n', 'examples/x.ts')),
      want: ['README.md: the library example differs from examples/x.ts'],
    },
    {
      says: 'an example equal to its file is fine',
      found: staleExample(page('```ts\nrun(2);\n```'), page('// how\nrun(2);\n')),
      want: [],
    },
    {
      says: 'a path of one machine is reported',
      found: machinePaths(page('see /home/bob/x')),
      want: ['README.md: names a path of one machine: /home/bob/x'],
    },
    {
      says: 'ordinary system paths are fine',
      found: machinePaths(page('/tmp/x, /usr/bin/git, ~/.cordon, /home/user/x')),
      want: [],
    },
  ];
  for (const { says, found, want } of rows) it(says, () => expect(found).toEqual(want));
});
