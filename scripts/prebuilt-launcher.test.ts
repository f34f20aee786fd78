import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { machineName, readPrebuilt } from './prebuilt-launcher.mjs';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon prebuilt-')));
const native = join(base, 'node_modules', 'cordon', 'native');
const beside = join(base, 'node_modules', 'cordon-launcher-linux-x64');
afterAll(() => rmSync(base, { recursive: true, force: true }));

const program = Buffer.from('a program');
const sha256 = createHash('sha256').update(program).digest('hex');
const whole = {
  sources: 's',
  launchers: { 'linux-x64': { package: 'cordon-launcher-linux-x64', sha256 } },
};
mkdirSync(native, { recursive: true });
mkdirSync(beside);
writeFileSync(join(beside, 'package.json'), '{ "name": "cordon-launcher-linux-x64", "version": "1.0.0" }');
writeFileSync(join(beside, 'cordon-launcher'), program);

const read = (said: unknown, more: object = {}): Buffer | undefined => {
  writeFileSync(join(native, 'prebuilt.json'), typeof said === 'string' ? said : JSON.stringify(said));
  return readPrebuilt({ native, sources: 's', machine: 'linux-x64', ...more });
};

describe('a prebuilt launcher', () => {
  it('is taken from the package beside, by its hash', () => {
    expect(read(whole)).toEqual(program);
  });

  const launcher = whole.launchers['linux-x64'];
  it.each([
    { says: 'no machine of this kind', said: whole, more: { machine: 'linux-s390x' } },
    { says: 'other sources', said: whole, more: { sources: 't' } },
    { says: 'another hash', said: { ...whole, launchers: { 'linux-x64': { ...launcher, sha256: '0' } } } },
    {
      says: 'a package that is not installed',
      said: { ...whole, launchers: { 'linux-x64': { ...launcher, package: 'cordon-launcher-none' } } },
    },
    { says: 'no launchers', said: { sources: 's' } },
    { says: 'no JSON', said: '{' },
  ])('is none with $says', ({ said, more = {} }) => {
    expect(read(said, more)).toBe(undefined);
  });

  it('is none in a clone', () => {
    expect(readPrebuilt({ native: base, sources: 's' })).toBe(undefined);
  });

  it('is named after the platform and the architecture', () => {
    expect(machineName({ platform: 'linux', arch: 'arm64' })).toBe('linux-arm64');
  });
});
