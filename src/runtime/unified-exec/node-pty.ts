// The only file that touches node-pty: as much of it as is used, in our own words. Its prebuilt distribution declares
// its types under another name; and it is loaded only when the first terminal is wanted.

export interface PseudoTerminal {
  readonly pid: number;
  onData(listener: (bytes: Buffer) => void): unknown;
  /** The process that leads the terminal has ended. */
  onExit(listener: () => void): unknown;
  write(bytes: Buffer): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** To the leader alone. */
  kill(signal: string): void;
}

export interface SpawnOptions {
  readonly rows: number;
  readonly cols: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Bytes instead of text. */
  readonly encoding: null;
}

export interface NodePty {
  spawn(file: string, args: readonly string[], options: SpawnOptions): PseudoTerminal;
}

const packageName: string = 'node-pty';

/** Rejects where no prebuilt binary fits the platform. */
export async function loadNodePty(): Promise<NodePty> {
  const loaded = (await import(packageName)) as NodePty | { readonly default: NodePty };
  return 'default' in loaded ? loaded.default : loaded;
}
