// Everything a verb may know about the process it runs in, so that no verb reaches for globals.

export interface Edge {
  readonly stdin: NodeJS.ReadStream;
  /** The terminal on standard input once more, after its stream ended. */
  reopenStdin?(): NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The working directory, or undefined when it no longer exists. */
  readonly cwd: string | undefined;
  /** Fires on the first SIGINT, SIGTERM, SIGHUP or SIGQUIT, with the signal's name as its reason. */
  readonly interrupted: AbortSignal;
}

/** One word of the command line: `cordon WORD ...`. */
export interface Verb {
  /** The usage line(s) below "Usage:", without the program's indent. */
  readonly usage: string;
  /** Everything `--help` prints below the usage. */
  readonly help: string;
  /** Answers with the exit status. Throws {@link UsageError} for a command line it cannot understand. */
  run(args: readonly string[], edge: Edge): Promise<number>;
}

/** A command line that cannot be understood: printed with the usage line, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something the user can put right that is no usage error: one sentence on stderr, exit status as given. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly status: number;
  readonly hint: string | undefined;
  constructor(status: number, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}
