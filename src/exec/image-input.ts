// A picture beside the prompt, as the protocol carries it: a data URL. What a file is, its first bytes say; a name does
// not count, or `--image ~/.ssh/id_ed25519` would be on its way to the server.
import { err, ok, type Result } from '../domain/index.ts';
import type { JsonObject } from './model/response-items.ts';

/** Of one file. */
export const maxImageBytes: number = 20 * 1024 * 1024;

const signatures: readonly { readonly type: string; readonly is: (bytes: Buffer) => boolean }[] = [
  { type: 'image/png', is: (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')) },
  { type: 'image/jpeg', is: (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) },
  { type: 'image/gif', is: (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)) },
  {
    type: 'image/webp',
    is: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  },
];

/** The error is the end of a sentence. */
export function imageInput(bytes: Buffer): Result<JsonObject, string> {
  if (bytes.length > maxImageBytes) return err(`it is larger than ${maxImageBytes} bytes`);
  const found = signatures.find(({ is }) => is(bytes));
  if (found === undefined) return err('it is no PNG, JPEG, GIF or WebP picture');
  return ok({ type: 'input_image', image_url: `data:${found.type};base64,${bytes.toString('base64')}` });
}
