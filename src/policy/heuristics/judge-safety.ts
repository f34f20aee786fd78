// Whether an argv is on the safe list: a program that only reads or prints, with nothing but options known to be
// harmless. An option nobody listed makes the command unknown, whatever it does.
import { acceptsArguments } from './accept-arguments.ts';
import { type SafeProgram, safePrograms } from './safe-programs.ts';
import { safeShapes } from './safe-shapes.ts';

export type Safety =
  | { readonly kind: 'listed'; readonly because: string }
  | { readonly kind: 'not-listed'; readonly because: string };

export function judgeSafety(argv: readonly string[]): Safety {
  const [program = '', ...args] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const shape = safeShapes.get(name);
  if (shape !== undefined) {
    return shape.accepts(args)
      ? { kind: 'listed', because: shape.because }
      : { kind: 'not-listed', because: shape.otherwise };
  }
  const listed: SafeProgram | undefined = safePrograms.get(name);
  if (listed === undefined) return { kind: 'not-listed', because: 'no rule and no list speaks about it' };
  const accepted = acceptsArguments(args, listed);
  return accepted.kind === 'accepted'
    ? { kind: 'listed', because: listed.because }
    : {
        kind: 'not-listed',
        because: `\`${name}\` is safe only with the options that are listed: ${accepted.because}`,
      };
}
