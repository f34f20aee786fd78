import { describe, expect, it } from 'vitest';
import { nonEmpty } from '../testdata/world.ts';
import { whyTooBroad } from './banned-prefixes.ts';
import { whyNotOpenEnded, whyNotSaved } from './open-ended.ts';

const tooBroad = [
  ...[
    'python3',
    'python3 -c',
    'python3.12 -c',
    '/usr/bin/python3',
    '/opt/py/bin/python3.12',
    'python -',
    'py -3',
  ],
  ...[
    'python3 -m timeit',
    'pypy3',
    'node',
    'nodejs -e',
    'node22',
    'deno eval',
    'deno run',
    'bun x',
    'perl -e',
    'ruby',
  ],
  ...['php -r', 'lua', 'julia', 'osascript', 'Rscript -e', 'tsx'],
  ...[
    'bash',
    'bash -c',
    'bash -lc',
    'bash -i',
    '/bin/sh',
    'zsh -c',
    'dash',
    'rbash',
    'ksh93',
    'ipython3',
    'vim.basic',
    'busybox.static',
    'gosu',
    'sg staff',
    'ssh-agent',
    'cargo +nightly',
    'npm rum',
    'npm urn',
    'npm explore x',
    'pipenv run',
    'composer exec x',
    'fish',
    'ksh',
    'pwsh -Command',
    'cmd.exe /c',
  ],
  ...[
    'env',
    '/usr/bin/env',
    'env FOO=1 git',
    'sudo',
    'sudo git status',
    '/usr/bin/sudo',
    'doas',
    'xargs',
    'xargs ls',
  ],
  ...[
    'find',
    'find .',
    'ssh',
    'ssh host',
    'nohup',
    'timeout 5',
    'time',
    'nice',
    'watch',
    'eval',
    'exec',
    'command',
  ],
  ...['busybox', 'busybox ls', 'awk', 'gawk', 'sed -n', 'vim', 'tee', 'parallel', 'rsync', 'source'],
  ...[
    'npx',
    'npx tsc',
    'npm',
    'npm run',
    'npm exec',
    'pnpm run',
    'pnpm dlx',
    'yarn run',
    'yarn dlx x',
    'bunx',
    'uvx',
  ],
  ...[
    'uv',
    'uv run',
    'uv run bash -c',
    'poetry run',
    'poetry run python -c',
    'cargo',
    'cargo run',
    'go run',
    'make',
  ],
  ...[
    'docker',
    'docker run',
    'docker run alpine',
    'docker exec x',
    '/usr/bin/docker run',
    'podman run',
    'kubectl exec x',
  ],
  ...[
    'docker --context x',
    'git',
    'git -C',
    'git -c x',
    'git config',
    'git submodule foreach',
    'rm',
    'rm -r',
    'rm -rf build',
  ],
  ...['/bin/rm', 'RM', 'shred', 'chroot', 'unshare', 'npm --prefix x', 'systemd-run', ''],
];

const narrow = [
  ...[
    'git status',
    'git log --oneline',
    'ls',
    'ls -l',
    'cargo build',
    'cargo test --all',
    'npm test',
    'npm run build',
  ],
  ...[
    'pnpm run lint',
    'python3 manage.py test',
    'python3 -m pytest',
    'node scripts/build.js',
    'make test',
    'go test ./...',
  ],
  ...[
    'uv run pytest',
    'docker ps',
    'kubectl get pods',
    'pip install',
    'mytool',
    './build.sh',
    'grep -r',
    'bash build.sh',
  ],
];

describe('a prefix to remember', () => {
  it.each(tooBroad)('%s is too broad', (text) => {
    expect(whyTooBroad(nonEmpty(text.split(' ')))).toEqual(expect.any(String));
  });

  it.each(narrow)('%s is narrow enough', (text) => {
    expect(whyTooBroad(nonEmpty(text.split(' ')))).toBeUndefined();
  });

  it.each(['python3 build.py', 'python3 -m pytest', 'node scripts/build.js', 'bash build.sh', 'ld.so ./x'])(
    '%s is saved word for word or not at all',
    (text) => {
      expect(whyNotOpenEnded(nonEmpty(text.split(' ')))).toEqual(expect.any(String));
      expect(whyNotSaved({ allowPrefix: nonEmpty(text.split(' ')), exact: true })).toBeUndefined();
    },
  );

  it.each([
    ...['bash', 'python3 -', 'sh -s', 'python3 -u', 'timeout 5 bash', 'sudo python3', 'xargs rm', 'ssh host'],
    ...['source x', 'eval x', 'rm -rf build', 'git push --force', 'timeout 5 sh -x', 'crontab x'],
  ])('%s is not saved word for word either', (text) => {
    expect(whyNotSaved({ allowPrefix: nonEmpty(text.split(' ')), exact: true })).toEqual(expect.any(String));
  });

  it.each(['git commit -m at', 'npx eslint .', 'sudo apt update', 'find . -name x', 'git log . source'])(
    '%s may be saved word for word',
    (text) => {
      expect(whyNotSaved({ allowPrefix: nonEmpty(text.split(' ')), exact: true })).toBeUndefined();
    },
  );

  it('has no NUL', () => {
    expect(whyTooBroad(['ls', 'a\0b'])).toBe('a word contains a NUL character');
  });
});
