import { describe, expect, it } from 'vitest';
import { heritage } from './heritage.ts';

describe('heritage', () => {
  const files: Readonly<Record<string, string>> = {
    '/proc/self/status':
      'Name:\tnode\nUmask:\t0022\nUid:\t7\t7\t7\t7\nVmRSS:\t80000 kB\nCapEff:\t0000000000000000\n',
    '/proc/self/limits': 'Max open files 1024\n',
    '/proc/self/cgroup': '0::/agent\n',
  };
  const read = (path: string): string => files[path] ?? '';

  it('is what a child gets, and not what changes by itself', () => {
    expect(heritage(read)?.split('\n').slice(1)).toEqual([
      'Umask:\t0022',
      'Uid:\t7\t7\t7\t7',
      'CapEff:\t0000000000000000',
      'Max open files 1024',
      '',
      '0::/agent',
      '',
    ]);
  });

  it('is unknown where the kernel does not tell', () => {
    const missing = (): string => {
      throw new Error('ENOENT');
    };
    expect(heritage(missing)).toBeUndefined();
  });
});
