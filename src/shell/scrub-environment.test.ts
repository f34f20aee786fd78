import { describe, expect, it } from 'vitest';
import { scrubShellEnvironment } from './index.ts';

describe('the environment of a shell', () => {
  const dangerous: readonly (readonly [string, string])[] = [
    ['BASH_ENV', 'x'],
    ['ENV', 'x'],
    ['BASHOPTS', 'extglob'],
    ['SHELLOPTS', 'xtrace'],
    ['PS4', '$(id)'],
    ['POSIXLY_CORRECT', ''],
    ['CDPATH', '/x'],
    ['GLOBIGNORE', '*'],
    ['IFS', 'x'],
    ['ZDOTDIR', 'x'],
    ['BASH_FUNC_ls%%', '() { id; }'],
    ['__BASH_FUNC<ls>()', '() { id; }'],
    ['LD_PRELOAD', 'x.so'],
    ['LD_LIBRARY_PATH', 'x'],
    ['DYLD_INSERT_LIBRARIES', 'x'],
    ['RIPGREP_CONFIG_PATH', 'x'],
    ['ANYTHING', '() { id; }'],
    ['LC_ALL', 'zh_CN.GBK'],
    ['LANG', 'ja_JP.SJIS'],
    ['LC_CTYPE', 'zh_TW'],
  ];
  for (const [name, value] of dangerous) {
    it(`loses ${name}=${value}`, () => {
      expect(scrubShellEnvironment(new Map([[name, value]]))).toEqual({ env: new Map(), removed: [name] });
    });
  }

  it('keeps everything else, values untouched', () => {
    const env = new Map([
      ['PATH', '/bin'],
      ['HOME', '/root'],
      ['LANG', 'en_US.UTF-8'],
      ['LC_ALL', 'C'],
      ['LC_CTYPE', 'de_DE@euro'],
      ['PS1', '$ '],
      ['BASH', '/bin/bash'],
      ['X', 'a() { b; }'],
    ]);
    expect(scrubShellEnvironment(env)).toEqual({ env, removed: [] });
  });

  it('leaves the map it was given alone', () => {
    const env = new Map([['BASH_ENV', 'x']]);
    scrubShellEnvironment(env);
    expect(env.size).toBe(1);
  });
});
