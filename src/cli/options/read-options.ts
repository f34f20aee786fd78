// Command lines read by Node's own parser, with mistakes as UsageErrors of one sentence.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { type Argv, isNonEmpty } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';
import { didYouMean } from './did-you-mean.ts';
import { byOwnNames, withSynonyms } from './synonyms.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>;

export function readOptions<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  const all = withSynonyms(options);
  try {
    const parsed = parseArgs({ args: [...args], options: all, allowPositionals: true, strict: true });
    return { ...parsed, values: byOwnNames(parsed.values, options) } as Parsed<T>;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The parser explains at length; its first sentence names the option.
    const message = error instanceof Error ? (error.message.split(/\. |\n/u)[0] ?? '') : String(error);
    const unknown = /^Unknown option '--([^']+)'$/u.exec(message)?.[1] ?? '';
    const near = didYouMean(unknown, Object.keys(all), '--');
    throw new UsageError(message.charAt(0).toLowerCase() + message.slice(1) + near);
  }
}

/** For a verb that takes nothing but options. */
export function readOnlyOptions<const T extends Options>(
  args: readonly string[],
  options: T,
): Parsed<T>['values'] {
  const { values, positionals } = readOptions(args, options);
  const [stray] = positionals as readonly string[];
  if (stray !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(stray)}`);
  return values;
}

/** `[OPTION]... -- CMD [ARG]...`: a command is never mistaken for an option of ours. */
export function readOptionsAndCommand<const T extends Options>(
  args: readonly string[],
  options: T,
): { readonly values: Parsed<T>['values']; readonly command: Argv } {
  const end = args.indexOf('--');
  if (end === -1) throw new UsageError('put `--` before the command');
  const command = args.slice(end + 1);
  if (!isNonEmpty(command)) throw new UsageError('no command after `--`');
  const { values, positionals } = readOptions(args.slice(0, end), options);
  const [stray] = positionals as readonly string[];
  if (stray !== undefined)
    throw new UsageError(`put \`--\` before the command: found ${JSON.stringify(stray)}`);
  return { values, command };
}
