// Text of every character there is, those of ASCII as often as all others. fast-check's own unit `binary` makes a table
// first, for seconds.
import fc from 'fast-check';

const character = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.oneof(fc.integer({ min: 0x80, max: 0xd7_ff }), fc.integer({ min: 0xe0_00, max: 0x10_ff_ff })),
);

/** @param maxLength in characters. Default 10. */
export function anyText(maxLength = 10): fc.Arbitrary<string> {
  return fc.array(character, { maxLength }).map((points) => String.fromCodePoint(...points));
}
