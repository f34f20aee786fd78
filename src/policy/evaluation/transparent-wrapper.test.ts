import { describe, expect, it } from 'vitest';
import { nonEmpty } from '../testdata/world.ts';
import { readTransparentWrapper } from './transparent-wrapper.ts';

const rows: readonly (readonly [command: string, inner: string | undefined])[] = [
  ['timeout 60 npm test', 'npm test'],
  ['timeout -k 5s -s KILL 1.5m npm test', 'npm test'],
  ['timeout --signal=TERM -- 5 npm', 'npm'],
  ['timeout --foreground 5 npm', 'npm'],
  ['timeout --foregr 5 npm', undefined],
  ['timeout npm test', undefined],
  ['timeout 5', undefined],
  ['timeout -k', undefined],
  ['nice npm', 'npm'],
  ['nice -n 5 npm', 'npm'],
  ['nice -5 npm', 'npm'],
  ['nice -n x npm', undefined],
  ['time -p npm', 'npm'],
  ['time -o f npm', undefined],
  ['stdbuf -oL npm', 'npm'],
  ['stdbuf -o0 -e L npm', 'npm'],
  ['nohup npm', 'npm'],
  ['/usr/bin/timeout 5 npm', 'npm'],
  ['sudo npm', undefined],
  ['xargs npm', undefined],
];

describe('a wrapper that changes nothing', () => {
  for (const [command, inner] of rows) {
    it(`${inner === undefined ? 'is something else' : 'is looked through'}: ${command}`, () => {
      expect(readTransparentWrapper(nonEmpty(command.split(' ')))?.join(' ')).toBe(inner);
    });
  }
});
