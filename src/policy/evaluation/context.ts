// What one evaluation knows of the world, asked once each: the same program and directory come up several times.
import {
  absolutePath,
  isNonEmpty,
  type AbsolutePath,
  type PinnedPrograms,
  type ScriptDirectory,
} from '../../domain/index.ts';
import type { ProgramPlace, ProgramResolver } from './program-resolver.ts';
import type { Reach } from './reach.ts';

export interface EvaluationContext {
  /** Where the input starts. */
  readonly cwd: AbsolutePath;
  /** `PATH` of the child. */
  readonly path: string | undefined;
  /** The environment of the child. Default: unknown. */
  readonly env?: ReadonlyMap<string, string>;
  readonly resolve: ProgramResolver;
  /** What the first attempt could change. Default: everything. */
  readonly reach?: Reach;
}

export class World {
  readonly #context: EvaluationContext;
  readonly #resolve: ProgramResolver;
  readonly #places = new Map<AbsolutePath | undefined, Map<string, ProgramPlace>>();
  readonly #pinned = new Map<string, AbsolutePath>();
  readonly #dropped = new Set<string>();
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

  /**
   * Whether the program that runs under this name is trusted. Unlike {@link locate}, which only looks, it remembers what
   * has to hold for the answer to stay true.
   */
  trust(program: string, from: AbsolutePath | undefined): ProgramPlace {
    const place = this.locate(program, from);
    if (place.kind === 'trusted' && place.behind !== undefined) {
      this.#pinned.set(program, place.path);
      for (const entry of place.behind) this.#dropped.add(entry);
    }
    return place;
  }

  get reach(): Reach {
    return this.#context.reach ?? { kind: 'open' };
  }

  get env(): ReadonlyMap<string, string> | undefined {
    return this.#context.env;
  }

  get pinned(): PinnedPrograms | undefined {
    const programs = [...this.#pinned].map(([name, path]) => ({ name, path }));
    const dropFromPath = [...this.#dropped];
    return isNonEmpty(programs) && isNonEmpty(dropFromPath) ? { programs, dropFromPath } : undefined;
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
