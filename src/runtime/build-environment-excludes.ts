// Which variables a command written by a model does not get to see unless somebody asked for them, and why.

interface ExcludeGroup {
  readonly why: string;
  readonly patterns: readonly string[];
}

// Chosen so that names builds need stay: PWD, PATH, GIT_AUTHOR_NAME, SSL_CERT_FILE, GOPRIVATE, KUBECONFIG, HTTP_PROXY.
const groups: readonly ExcludeGroup[] = [
  {
    why: 'says in its name that it is a secret',
    patterns: [
      '*KEY*',
      '*SECRET*',
      '*TOKEN*',
      '*PASSWORD*',
      '*PASSWD*',
      '*PASSPHRASE*',
      '*PGPASS*',
      'PASS',
      '*_PASS',
      '*_PWD',
      '*CREDENTIAL*',
      '*CREDS*',
      '*_CRED',
      '*BEARER*',
      '*AUTHORIZATION*',
      'AUTH',
      '*_AUTH',
      '*_AUTH_*',
      '*COOKIE*',
      '*JWT*',
      '*_PAT',
      '*_PIN',
      '*_OTP',
      '*TOTP*',
      '*_PSK',
      '*_SALT',
      '*MNEMONIC*',
    ],
  },
  {
    why: 'is an address that usually carries a password',
    patterns: [
      '*WEBHOOK*',
      '*_DSN',
      'DSN',
      '*DATABASE_UR?',
      '*DB_UR?',
      '*JDBC*',
      '*CONNECTION_STRING*',
      '*CONNECTIONSTRING*',
      '*CONNSTR*',
      '*POSTGRES*_UR?',
      '*MYSQL*_UR?',
      '*MONGO*_UR?',
      '*REDIS*_UR?',
      '*AMQP*_UR?',
    ],
  },
  {
    why: 'leads to an agent or a program outside that acts with the rights of the user',
    patterns: [
      'SSH_AGENT_PID',
      'GPG_AGENT_INFO',
      'DBUS_*',
      'KRB5CCNAME',
      'XAUTHORITY',
      'ICEAUTHORITY',
      '*ASKPASS*',
      '*_SOCK',
      '*SOCK_*',
      '*SOCKET*',
      'I3SOCK',
      'SWAYSOCK',
      'VSCODE_*IPC*',
      'KITTY_LISTEN_ON',
      'NVIM',
      'NVIM_LISTEN_ADDRESS',
      'TMUX',
      'TMUX_PANE',
      'STY',
    ],
  },
];

/** Case-insensitive patterns, in effect unless the policy says `ignoreDefaultExcludes`. */
export const defaultExcludes: readonly string[] = groups.flatMap(({ patterns }) => patterns);

/** What `inherit: 'core'` keeps: enough to find programs, a home, a language and a place for temporary files. */
export const coreNames: readonly string[] = [
  'HOME',
  'LANG',
  'LC_*',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  'USERNAME',
];
