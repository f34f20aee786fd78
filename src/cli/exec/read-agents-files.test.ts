import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyConfig } from '../../config/config.ts';
import { readAgentsFiles } from './read-agents-files.ts';

const lab = { root: '' };
beforeEach(() => {
  lab.root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-agents-')));
  for (const directory of ['repo/.git', 'repo/sub', 'home', 'outside'])
    mkdirSync(join(lab.root, directory), { recursive: true });
});
afterEach(() => rmSync(lab.root, { recursive: true, force: true }));

const put = (path: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(join(lab.root, path)), { recursive: true });
  writeFileSync(join(lab.root, path), text);
};
const read = async (
  config: Partial<typeof emptyConfig> = {},
): Promise<{ texts: string[]; notices: readonly string[] }> => {
  const place = {
    workspace: join(lab.root, 'repo/sub'),
    home: join(lab.root, 'home'),
    userHome: lab.root,
  };
  const { files, notices } = await readAgentsFiles(place, { ...emptyConfig, ...config });
  return { texts: files.map(({ of, text }) => `${of}: ${text}`), notices };
};

describe('AGENTS.md files', () => {
  it('are read from the home, then from the top of the repository down to the workspace', async () => {
    put('AGENTS.md', 'above the repository');
    put('home/AGENTS.md', 'mine');
    put('repo/AGENTS.md', 'top');
    put('repo/sub/AGENTS.md', 'sub');
    put('repo/sub/deeper/AGENTS.md', 'below the workspace');
    expect(await read()).toEqual({ texts: ['user: mine', 'project: top', 'project: sub'], notices: [] });
  });

  it('give way to an override beside them, and stand in for nothing when they are empty', async () => {
    put('repo/AGENTS.md', 'top');
    put('repo/AGENTS.override.md', 'instead');
    put('repo/sub/AGENTS.md', '  \n');
    put('repo/sub/NOTES.md', 'notes');
    expect((await read({ projectDocFallbacks: ['NOTES.md'] })).texts).toEqual([
      'project: instead',
      'project: notes',
    ]);
  });

  it('are bounded together, and a cut is said', async () => {
    put('repo/AGENTS.md', 'a'.repeat(10));
    put('repo/sub/AGENTS.md', 'é'.repeat(10));
    expect(await read({ projectDocMaxBytes: 15 })).toEqual({
      texts: [`project: ${'a'.repeat(10)}`, 'project: éé'],
      notices: [
        `${join(lab.root, 'repo/sub/AGENTS.md')} is shown to the model in part: project_doc_max_bytes is 15`,
      ],
    });
    expect((await read({ projectDocMaxBytes: 0 })).texts).toEqual([]);
  });

  it('that lead out of the repository are not read: a secret of the user would go to the server', async () => {
    put('outside/secret', 'token');
    symlinkSync(join(lab.root, 'outside/secret'), join(lab.root, 'repo/AGENTS.md'));
    put('repo/docs/rules.md', 'inside');
    symlinkSync('../docs/rules.md', join(lab.root, 'repo/sub/AGENTS.md'));
    expect(await read()).toEqual({
      texts: ['project: inside'],
      notices: [
        `${join(lab.root, 'repo/AGENTS.md')} is not shown to the model: it is a link that leads out of the repository`,
      ],
    });
  });

  it('that commands may not read are not read', async () => {
    put('repo/AGENTS.md', 'hidden');
    symlinkSync(join(lab.root, 'repo'), join(lab.root, 'link'));
    for (const spelled of [join(lab.root, 'repo/AGENTS.md'), join(lab.root, 'link/AGENTS.md'), '~/repo'])
      expect((await read({ denyRead: [spelled] })).notices).toEqual([
        `${join(lab.root, 'repo/AGENTS.md')} is not shown to the model: deny_read hides it`,
      ]);
  });

  it('of a project the user does not trust are not read', async () => {
    put('repo/AGENTS.md', 'top');
    expect((await read({ projects: new Map([[join(lab.root, 'repo/sub'), 'untrusted']]) })).texts).toEqual(
      [],
    );
  });

  it('that are no ordinary files, or no text, do no harm', async () => {
    mkdirSync(join(lab.root, 'repo/AGENTS.md'));
    put('repo/sub/AGENTS.md', Buffer.from([0xff, 0, 0x61]));
    expect((await read()).texts).toEqual(['project: \uFFFDa']);
  });
});
