// What one evaluation knows of the world, asked once each: the same program and directory come up several times.
import { absolutePath, type AbsolutePath, type ScriptDirectory } from '../../domain/index.ts';
import type { ProgramPlace, ProgramResolver } from './program-resolver.ts';

export interface EvaluationContext {
  /** Where the input starts. */
  readonly cwd: AbsolutePath;
  /** `PATH` of the child. */
  readonly path: string | undefined;
  readonly resolve: ProgramResolver;
}

export class World {
  readonly #context: EvaluationContext;
  readonly #resolve: ProgramResolver;
  readonly #places = new Map<AbsolutePath | undefined, Map<string, ProgramPlace>>();
  #realDirectories: Map<string, string | undefined> | undefined;

  constructor(context: EvaluationContext) {
    this.#context = context;
    this.#resolve = context.resolve.snapshot?.() ?? context.resolve;
  }

  locate(program: string, from: AbsolutePath | undefined): ProgramPlace {
    // Where the command runs matters to a relative path alone.
    const directory = program.includes('/') ? from : undefined;
    const inDirectory = this.#places.get(directory);
    const known = inDirectory?.get(program);
    if (known !== undefined) return known;
    const place = this.#resolve.locate(program, { cwd: directory, path: this.#context.path });
    if (inDirectory === undefined) this.#places.set(directory, new Map([[program, place]]));
    else inDirectory.set(program, place);
    return place;
  }

  get foldsCase(): boolean {
    return this.#resolve.foldsCase === true;
  }

  realPath(path: AbsolutePath): AbsolutePath | undefined {
    return this.#resolve.realPath(path);
  }

  /** Where a command of the script runs; undefined when the script does not tell. */
  directoryOf(directory: ScriptDirectory): AbsolutePath | undefined {
    if (directory.kind === 'start') return this.#context.cwd;
    if (directory.kind === 'uncertain') return undefined;
    const { path } = directory;
    return absolutePath(path.startsWith('/') ? path : `${this.#context.cwd}/${path}`);
  }

  /** A path of a rule with its links followed; undefined when it does not exist. */
  followed(path: string): string | undefined {
    return this.realDirectory(absolutePath(path));
  }

  realDirectory(directory: AbsolutePath | undefined): string | undefined {
    if (directory === undefined) return undefined;
    this.#realDirectories ??= new Map();
    if (!this.#realDirectories.has(directory)) {
      this.#realDirectories.set(directory, this.#resolve.realPath(directory));
    }
    return this.#realDirectories.get(directory);
  }
}
