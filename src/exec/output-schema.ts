// `--output-schema`: the form the last message must have. It is sent along, and checked here again, because a server that
// ignores it answers as if nothing had been asked.
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { err, ok, type Result } from '../domain/index.ts';
import { isObject, type JsonObject } from './model/response-items.ts';

export interface OutputSchema {
  readonly schema: JsonObject;
  /** The end of a sentence that says what is wrong with a message; undefined when nothing is. */
  readonly check: (message: string | undefined) => string | undefined;
}

/** Interpreted, never compiled: nothing of a schema is executed. The error is the end of a sentence. */
export function outputSchema(text: string): Result<OutputSchema, string> {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    return err('it is not JSON');
  }
  if (!isObject(schema)) return err('it is not a JSON object');
  try {
    const validator = new Validator(schema, '2020-12');
    // A reference that leads nowhere shows only when it is followed.
    validator.validate({});
    return ok({ schema, check: (message) => check(validator, message) });
  } catch (error) {
    return err(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be used');
  }
}

function check(validator: Validator, message: string | undefined): string | undefined {
  if (message === undefined)
    return 'the model said nothing, although an answer in a given form was asked for';
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return 'it is not JSON';
  }
  const { valid, errors } = validator.validate(value);
  return valid ? undefined : `it does not match the schema: ${reasonOf(errors)}`;
}

/** The last one is the nearest to the value. */
function reasonOf(errors: readonly OutputUnit[]): string {
  const last = errors.at(-1);
  if (last === undefined) return 'no reason given';
  return `${last.instanceLocation === '#' ? 'the whole' : last.instanceLocation.slice(1)}: ${last.error}`;
}
