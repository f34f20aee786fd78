import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildEnvironment } from './build-environment.ts';
import { defaultExcludes } from './build-environment-excludes.ts';
import { markEnvironment } from './build-environment-markers.ts';
import type { EnvironmentPolicy } from './shell-runtime.ts';

const base = {
  HOME: '/home/ada',
  PATH: '/usr/bin',
  LC_TIME: 'C',
  EDITOR: 'vi',
  API_KEY: 'k',
  gone: undefined,
};

describe('buildEnvironment', () => {
  const rows: { says: string; policy: EnvironmentPolicy; env: Record<string, string>; removed: string[] }[] =
    [
      {
        says: 'inherits all but what looks like a secret',
        policy: {},
        env: { HOME: '/home/ada', PATH: '/usr/bin', LC_TIME: 'C', EDITOR: 'vi' },
        removed: ['API_KEY by default-excludes'],
      },
      {
        says: 'passes secrets only when told to',
        policy: { ignoreDefaultExcludes: true, exclude: ['[x]'] },
        env: { HOME: '/home/ada', PATH: '/usr/bin', LC_TIME: 'C', EDITOR: 'vi', API_KEY: 'k' },
        removed: [],
      },
      {
        says: 'keeps the core',
        policy: { inherit: 'core' },
        env: { HOME: '/home/ada', PATH: '/usr/bin', LC_TIME: 'C' },
        removed: ['API_KEY by inherit', 'EDITOR by inherit'],
      },
      {
        says: 'starts from nothing',
        policy: { inherit: 'none', set: { A: '1' } },
        env: { A: '1' },
        removed: ['API_KEY', 'EDITOR', 'HOME', 'LC_TIME', 'PATH'].map((name) => `${name} by inherit`),
      },
      {
        says: 'excludes without regard to case',
        policy: { exclude: ['edit*', 'lc_????'] },
        env: { HOME: '/home/ada', PATH: '/usr/bin' },
        removed: ['API_KEY by default-excludes', 'EDITOR by exclude', 'LC_TIME by exclude'],
      },
      {
        says: 'lets `set` bring back what an exclude took',
        policy: { inherit: 'core', exclude: ['*'], set: { API_KEY: 'mine' } },
        env: { API_KEY: 'mine' },
        removed: ['EDITOR by inherit', 'HOME by exclude', 'LC_TIME by exclude', 'PATH by exclude'],
      },
      {
        says: 'lets `includeOnly` filter even what was set',
        policy: { set: { A: '1', B: '2' }, includeOnly: ['path', 'a'] },
        env: { PATH: '/usr/bin', A: '1' },
        removed: [
          'API_KEY by default-excludes',
          'B by include-only',
          'EDITOR by include-only',
          'HOME by include-only',
          'LC_TIME by include-only',
        ],
      },
      {
        says: 'takes an empty `includeOnly` for none',
        policy: { inherit: 'core', includeOnly: [] },
        env: { HOME: '/home/ada', PATH: '/usr/bin', LC_TIME: 'C' },
        removed: ['API_KEY by inherit', 'EDITOR by inherit'],
      },
    ];
  for (const { says, policy, env, removed } of rows) {
    it(says, () => {
      const built = buildEnvironment(base, policy);
      expect(Object.fromEntries(built.env)).toEqual(env);
      expect(built.removed.map(({ name, step }) => `${name} by ${step}`)).toEqual(removed);
      expect(built.refused).toEqual([]);
    });
  }

  const secrets = [
    'OPENAI_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'tokenizer',
    'PGPASSWORD',
    'PGPASSFILE',
    'MYSQL_PWD',
    'SMTP_PASS',
    'SSHPASS_PASSPHRASE',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'NPM_CONFIG__AUTH',
    'BASIC_AUTH_USER',
    'SSH_AUTH_SOCK',
    'SSH_AGENT_PID',
    'SSH_ASKPASS',
    'GIT_ASKPASS',
    'GPG_AGENT_INFO',
    'DBUS_SESSION_BUS_ADDRESS',
    'KRB5CCNAME',
    'XAUTHORITY',
    'VSCODE_GIT_IPC_HANDLE',
    'VSCODE_IPC_HOOK_CLI',
    'TMUX',
    'ALACRITTY_SOCKET',
    'SLACK_WEBHOOK_URL',
    'SENTRY_DSN',
    'DATABASE_URL',
    'STAGING_DATABASE_URL',
    'MONGODB_URI',
    'REDIS_URL',
    'AZURE_STORAGE_CONNECTION_STRING',
    'GH_PAT',
    'SESSION_COOKIE',
    'WALLET_MNEMONIC',
  ];
  it.each(secrets)('leaves %s out by default', (name) => {
    expect(buildEnvironment({ [name]: 'x' }, {})).toEqual({
      env: new Map(),
      removed: [{ name, step: 'default-excludes' }],
      refused: [],
    });
  });

  const needed = [
    'PATH',
    'PWD',
    'OLDPWD',
    'INIT_CWD',
    'HOME',
    'MANPATH',
    'PKG_CONFIG_PATH',
    'NODE_PATH',
    'PYTHONPATH',
    'LD_LIBRARY_PATH',
    'GOPATH',
    'GOPRIVATE',
    'CARGO_HOME',
    'JAVA_HOME',
    'GIT_AUTHOR_NAME',
    'GIT_AUTHOR_EMAIL',
    'GIT_COMMITTER_NAME',
    'SSL_CERT_FILE',
    'NODE_EXTRA_CA_CERTS',
    'HTTP_PROXY',
    'no_proxy',
    'KUBECONFIG',
    'DOCKER_HOST',
    'COMPASS',
    'BYPASS_CACHE',
    'AUTHOR',
    'TERM',
    'COLORTERM',
    'CI',
    'TZ',
    'PYTHONHASHSEED',
    'npm_config_cache',
    'CC',
    'CFLAGS',
    'TMPDIR',
    'XDG_SESSION_ID',
    'VSCODE_PID',
  ];
  it.each(needed)('keeps %s by default', (name) => {
    expect(buildEnvironment({ [name]: 'x' }, {}).env).toEqual(new Map([[name, 'x']]));
  });

  it('refuses names and values no program can be given, and shows no value', () => {
    const built = buildEnvironment(
      {},
      { set: { '': 'v', 'A=B': 'v', 'C\0': 'v', D: 'v\0', E: '\udc00', F: 'v' } },
    );
    expect(built).toEqual({
      env: new Map([['F', 'v']]),
      removed: [],
      refused: [
        { name: '', because: 'its name is empty' },
        { name: 'A=B', because: 'its name contains "="' },
        { name: 'C\0', because: 'its name contains a NUL character' },
        { name: 'D', because: 'its value contains a NUL character' },
        { name: 'E', because: 'it is not well-formed Unicode' },
      ],
    });
  });
});

it('documents every default exclude, and no other', () => {
  const page = readFileSync(new URL('../../docs/environment.md', import.meta.url), 'utf8');
  const rows = page
    .slice(page.indexOf('## Left out by default'))
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const shown = rows.slice(2, 5).flatMap((row) => [...row.matchAll(/`([^`]+)`/gu)].map((match) => match[1]));
  expect(shown).toEqual(defaultExcludes);
});

describe('markEnvironment', () => {
  const inherited = new Map([
    ['CORDON_SANDBOX', 'seatbelt'],
    ['CORDON_SANDBOX_NETWORK_DISABLED', '1'],
    ['CORDON_ATTEMPT', 'of somebody else'],
  ]);
  const rows = [
    {
      says: 'says that nothing holds the attempt, whatever was inherited',
      facts: { sandbox: 'none', network: 'on' } as const,
      want: { CORDON_SANDBOX: 'none' },
    },
    {
      says: 'says that the network is off when it is',
      facts: { sandbox: 'landlock', network: 'off', attemptId: 'id' } as const,
      want: { CORDON_SANDBOX: 'landlock', CORDON_SANDBOX_NETWORK_DISABLED: '1', CORDON_ATTEMPT: 'id' },
    },
    {
      says: 'does not say so for a sandbox with network',
      facts: { sandbox: 'landlock', network: 'on' } as const,
      want: { CORDON_SANDBOX: 'landlock' },
    },
  ];
  for (const { says, facts, want } of rows) {
    it(says, () => {
      expect(Object.fromEntries(markEnvironment(inherited, facts))).toEqual(want);
    });
  }

  it('leaves the given environment as it is', () => {
    const env = new Map([['A', '1']]);
    markEnvironment(env, { sandbox: 'none', network: 'on' });
    expect(env).toEqual(new Map([['A', '1']]));
  });
});
