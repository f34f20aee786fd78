// Refuses text that no careful reading can save, before a single word is read. A carriage return splits words in
// some parsers and joins them in bash; a NUL ends the argument; half a surrogate pair becomes other bytes.
import { type Obstacle, obstacle } from './obstacle.ts';
import { maxScriptLength } from './script-limits.ts';

/** Everything in C0 but TAB and LF, DEL (bash uses it as a marker byte) and C1. */
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u;
const loneSurrogate = /\p{Surrogate}/u;
const onlyPlainBytes = /^[\t\n\u0020-\u007e]*$/;

export function checkText(script: string): Obstacle | undefined {
  if (script.length > maxScriptLength) return obstacle('too-long', maxScriptLength, script.length);
  if (onlyPlainBytes.test(script)) return undefined;
  const control = controlCharacter.exec(script);
  if (control !== null) return obstacle('control-character', control.index, control.index + 1);
  const half = loneSurrogate.exec(script);
  if (half !== null) return obstacle('invalid-unicode', half.index, half.index + 1);
  return undefined;
}
