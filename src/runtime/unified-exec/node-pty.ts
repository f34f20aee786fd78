// The only file that touches node-pty, and only its native part: a pair of descriptors, and the size. The classes around
// it would start the program as well, where no control channel can be inherited, and keep the far side open for good.
// It is loaded only when the first terminal is wanted.

export interface NodePty {
  /** Both sides of a new terminal, as descriptors the caller must close, and the name of the far one. */
  open(cols: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  resize(master: number, cols: number, rows: number): void;
}

/** Knows which of the prebuilt binaries fits this platform, and says so when none does. */
const loader: string = 'node-pty/requireBinary.js';

export async function loadNodePty(): Promise<NodePty> {
  type Loader = { requireBinary(file: string): NodePty };
  const loaded = (await import(loader)) as Loader | { readonly default: Loader };
  return ('default' in loaded ? loaded.default : loaded).requireBinary('pty.node');
}
