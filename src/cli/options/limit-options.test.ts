import { describe, expect, it } from 'vitest';
import { readLimits } from './limit-options.ts';

describe('readLimits', () => {
  it('is nothing when no limit was given', () => {
    expect(readLimits({})).toEqual({});
  });

  it('reads numbers as they are and sizes with their unit', () => {
    const given = {
      'limit-processes': '7',
      'limit-memory': '512M',
      'limit-file': '4096',
      'limit-cpu': '3',
      'limit-open-files': '20',
    };
    expect(readLimits(given)).toEqual({
      processes: 7,
      memoryBytes: 536_870_912,
      fileBytes: 4096,
      cpuSeconds: 3,
      openFiles: 20,
    });
  });

  for (const text of ['', '0', '-1', '1.5', '1m', '1 M', '1KB', '9999999999999T', 'M', '1e3', 'NaN']) {
    it(`refuses the size ${JSON.stringify(text)}, naming the option`, () => {
      expect(() => readLimits({ 'limit-memory': text })).toThrow(/--limit-memory takes bytes/u);
    });
  }

  for (const text of ['', '0', '-1', '1.5', '1K', 'many']) {
    it(`refuses the number ${JSON.stringify(text)}, naming the option`, () => {
      expect(() => readLimits({ 'limit-cpu': text })).toThrow(/--limit-cpu takes a whole number/u);
    });
  }
});
