import { describe, expect, it } from 'vitest';
import { heritage } from './heritage.ts';

describe('heritage', () => {
  const files: Readonly<Record<string, string>> = {
    '/proc/self/status':
      'Name:\tnode\nUmask:\t0022\nUid:\t7\t7\t7\t7\nVmRSS:\t80000 kB\nCapEff:\t0000000000000000\n',
    '/proc/self/limits': 'Max open files 1024\n',
    '/proc/self/cgroup': '0::/agent\n',
    '/proc/self/oom_score_adj': '0\n',
  };
  const read = {
    text: (path: string): string => files[path] ?? '',
    link: (path: string): string => `to ${path.slice('/proc/self/'.length)}`,
  };

  it('is what a child gets, and not what changes by itself', () => {
    expect(heritage(read)?.split('\n').slice(1)).toEqual([
      'Umask:\t0022',
      'Uid:\t7\t7\t7\t7',
      'CapEff:\t0000000000000000',
      'Max open files 1024',
      '',
      '0::/agent',
      '',
      '0',
      '',
      'to ns/mnt',
      'to ns/net',
      'to ns/pid_for_children',
      'to ns/ipc',
      'to ns/uts',
      'to ns/cgroup',
      'to root',
    ]);
  });

  it('is another one in another namespace', () => {
    const elsewhere = { ...read, link: (path: string) => `${read.link(path)}!` };
    expect(heritage(elsewhere)).not.toBe(heritage(read));
  });

  it('is unknown where the kernel does not tell', () => {
    const text = (): string => {
      throw new Error('ENOENT');
    };
    expect(heritage({ ...read, text })).toBeUndefined();
  });
});
