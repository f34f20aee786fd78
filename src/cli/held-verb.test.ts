import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { heldStore, openHeldPlace } from '../airlock/index.ts';
import { type AbsolutePath, bytePath } from '../domain/index.ts';
import type { Edge } from './edge.ts';
import { heldVerb } from './held-verb.ts';

let base: string;
let id: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-held-verb-')));
  mkdirSync(join(base, 'w'));
  mkdirSync(join(base, 'h'), { mode: 0o700 });
  const roots = [join(base, 'w') as AbsolutePath];
  const place = openHeldPlace({ home: join(base, 'h') as AbsolutePath, uid: process.getuid?.() ?? 0, roots });
  if (!place.ok) throw new Error(place.error);
  id = heldStore(place.value, Date.now).add({
    change: {
      root: join(base, 'w') as AbsolutePath,
      path: bytePath('.envrc'),
      before: { kind: 'missing' },
      after: { kind: 'file', size: 5, mode: 0o644 },
    },
    parts: [{ reason: 'It is obeyed.', runs: 'direnv' }],
    command: 'make',
    before: undefined,
    after: Buffer.from('evil\n'),
    left: undefined,
  });
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

async function held(...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const stdout = { write: (text: string) => written.push(text) } as unknown as Edge['stdout'];
  await heldVerb.run(args, { env: { CORDON_HOME: join(base, 'h') }, stdout } as unknown as Edge);
  return written.join('');
}

it('lists, shows why with the difference, keeps, and forgets', async () => {
  const path = join(base, 'w/.envrc');
  expect((await held('list', '--json')).split('\n').filter((line) => line.includes(id))).toHaveLength(1);
  expect(await held('show', id)).toBe(
    [path, '  written by: make', '  It is obeyed. Run by: direnv.', '@@ -0,0 +1 @@', '+evil', ''].join('\n'),
  );
  expect([await held('keep', id), readFileSync(path, 'utf8')]).toEqual([`Kept ${path}\n`, 'evil\n']);
  await expect(held('keep', id)).rejects.toThrow('nothing of that ID is held back');
});

it('drops what is not wanted', async () => {
  await held('drop', id);
  expect([existsSync(join(base, 'w/.envrc')), existsSync(join(base, 'h/held', id))]).toEqual([false, false]);
});
