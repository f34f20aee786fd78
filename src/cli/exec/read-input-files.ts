// The files a command line names for the model: a schema and pictures. Each is read whole before anything starts.
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../exec/model/response-items.ts';
import type { AgentsFile } from '../../exec/opening-messages.ts';
import type { OutputSchema } from '../../exec/output-schema.ts';
import { CliError } from '../edge.ts';
import type { ExecArguments } from './exec-arguments.ts';

export interface InputFiles {
  readonly agents: readonly AgentsFile[];
  readonly schema: OutputSchema | undefined;
  /** Parts of the user's message, in the order of the command line. */
  readonly images: readonly JsonObject[];
}

const maxSchemaBytes = 1024 * 1024;

/** @param from where relative names start @throws CliError status 1, naming the file */
export async function readInputFiles(args: ExecArguments, from: string): Promise<Omit<InputFiles, 'agents'>> {
  const images: JsonObject[] = [];
  for (const name of args.images) images.push(await readImage(resolve(from, name)));
  const schema =
    args.outputSchema === undefined ? undefined : await readSchema(resolve(from, args.outputSchema));
  return { schema, images };
}

async function readImage(path: string): Promise<JsonObject> {
  const { imageInput, maxImageBytes } = await import('../../exec/image-input.ts');
  const image = imageInput(await bytesOf(path, 'the picture', maxImageBytes));
  if (image.ok) return image.value;
  throw new CliError(1, `Cannot send the picture ${path}: ${image.error}`);
}

async function readSchema(path: string): Promise<OutputSchema> {
  const { outputSchema } = await import('../../exec/output-schema.ts');
  const bytes = await bytesOf(path, 'the output schema', maxSchemaBytes);
  const schema = outputSchema(bytes.toString('utf8'));
  if (schema.ok) return schema.value;
  throw new CliError(1, `Cannot use the output schema ${path}: ${schema.error}`);
}

/** A pipe or a device in its place must not hang the start. */
async function bytesOf(path: string, what: string, maxBytes: number): Promise<Buffer> {
  const refuse = (why: string): CliError => new CliError(1, `Cannot read ${what} ${path}: ${why}`);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const found = await file.stat();
    if (!found.isFile()) throw refuse('it is no ordinary file');
    if (found.size > maxBytes) throw refuse(`it is larger than ${maxBytes} bytes`);
    return await file.readFile();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw refuse(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  } finally {
    await file?.close();
  }
}
