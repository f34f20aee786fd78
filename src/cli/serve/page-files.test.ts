import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from '../edge.ts';
import { pageFiles } from './page-files.ts';
import { pageAddress } from './watch-page.ts';

const names = ['index.html', 'page.js', 'page.css', 'icon.svg'];
const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

function built(): { readonly directory: string; readonly seals: Record<string, string> } {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-page-'));
  made.push(directory);
  for (const name of names) writeFileSync(join(directory, name), name);
  const seals = names.map((name) => [name, createHash('sha256').update(name).digest('hex')]);
  return { directory, seals: Object.fromEntries(seals) as Record<string, string> };
}

describe('the files of the page', () => {
  it('are given by their paths', async () => {
    const { directory, seals } = built();
    const files = await pageFiles(directory, seals);
    expect([...files].map(([path, { bytes }]) => [path, String(bytes)])).toEqual([
      ['/', 'index.html'],
      ['/page.js', 'page.js'],
      ['/page.css', 'page.css'],
      ['/icon.svg', 'icon.svg'],
    ]);
  });

  it('are shown to nobody when one was exchanged, is missing, or has no seal', async () => {
    const { directory, seals } = built();
    await expect(pageFiles(directory, {})).rejects.toThrow('is not the one that was built');
    await expect(pageFiles(directory)).rejects.toThrow('dist/web/index.html');
    writeFileSync(join(directory, 'page.js'), 'other');
    await expect(pageFiles(directory, seals)).rejects.toThrow('dist/web/page.js');
    rmSync(join(directory, 'index.html'));
    await expect(pageFiles(directory, seals)).rejects.toThrow('dist/web/index.html');
  });
});

describe('where the page listens', () => {
  it.each([
    [{}, undefined],
    [{ web: true }, { host: '127.0.0.1', port: 0 }],
    [
      { web: true, 'web-port': '4500' },
      { host: '127.0.0.1', port: 4500 },
    ],
  ])('%o', (values, address) => {
    expect(pageAddress(values)).toEqual(address);
  });

  it.each([{ 'web-port': '1' }, { web: true, 'web-port': 'x' }, { web: true, 'web-port': '65536' }])(
    'refuses %o',
    (values) => {
      expect(() => pageAddress(values)).toThrow(UsageError);
    },
  );
});
