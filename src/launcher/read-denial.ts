// What the launcher tells of a call that the sandbox refuses: native/evidence/tell.c writes it.
import type { DenialEvidence, DeniedBy } from '../domain/index.ts';

/** Numbers of so many bytes, and texts, in their order. Both throw where nothing more is there. */
export interface DenialReader {
  number(width: number): number;
  text(): string;
}

export function readDenial(reader: DenialReader, restriction: DenialEvidence['restriction']): DenialEvidence {
  const by = deniedBy[reader.number(1)];
  if (by === undefined) throw new RangeError('Cannot read a denial: the layer is unknown');
  const pid = reader.number(4);
  const call = reader.text();
  const program = reader.text();
  const target = reader.text();
  return {
    restriction,
    confidence: 'certain',
    target: target === '' ? undefined : target,
    excerpt: `${call} ${target}`,
    seen: { call, pid, program, by },
  };
}

/** Numbers on the wire; `native/evidence/foresee.h` has the same. */
const deniedBy: readonly (DeniedBy | undefined)[] = [
  undefined,
  'read-only-mount',
  'landlock',
  'network-namespace',
  'connect-rule',
];
