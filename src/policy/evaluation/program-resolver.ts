// Where a program would come from: the question the policy asks the world while it decides. The implementation that
// looks at disks is resolve-program.ts; tests answer from a table.
import type { AbsolutePath, NonEmpty } from '../../domain/index.ts';

export type ProgramPlace =
  | {
      /** A regular file that only root or this user can change, in directories of the same kind, in no writable root. */
      readonly kind: 'trusted';
      readonly path: AbsolutePath;
      readonly realPath: AbsolutePath;
      /** Entries of `PATH` in front of it that others can write: it is this program only while nobody uses them. */
      readonly behind?: NonEmpty<string>;
    }
  | {
      readonly kind: 'untrusted';
      /** Undefined when there is no such file, or when what lies there cannot be told. */
      readonly path: AbsolutePath | undefined;
      readonly realPath: AbsolutePath | undefined;
      /** Completes "the program is not trusted: …", without a full stop. */
      readonly because: string;
    };

export interface ProgramSearch {
  /** Where a relative path starts; undefined when a script moved somewhere that cannot be told. */
  readonly cwd: AbsolutePath | undefined;
  /** `PATH` of the child. */
  readonly path: string | undefined;
}

export interface ProgramResolver {
  /**
   * A resolver for one evaluation, which looks at each place on the disk at most once: the directories of `PATH` come
   * up for every program of a script. Absent where looking costs nothing.
   */
  snapshot?(): ProgramResolver;
  /** Whether the file system takes `RM` for `rm`, as it does on macOS. Default false. */
  readonly foldsCase?: boolean;
  /** A bare name is looked for on `PATH`; a name with a slash is a path. */
  locate(program: string, search: ProgramSearch): ProgramPlace;
  /** The path with every symlink followed; undefined when it does not exist. */
  realPath(path: AbsolutePath): AbsolutePath | undefined;
}
