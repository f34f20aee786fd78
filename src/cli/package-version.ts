// The version of this package, as its package.json says.
import { readFileSync } from 'node:fs';
import { packageDirectory } from '../sandbox/package-directory.ts';

export function packageVersion(): string {
  const text = readFileSync(`${packageDirectory()}/package.json`, 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
