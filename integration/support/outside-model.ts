// A model server we did not write, with an opinion of its own about what the wire looks like. It is not among the
// dependencies; `.ci/run` installs it.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const entry = fileURLToPath(
  new URL('../../.tmp/clients/node_modules/@copilotkit/aimock/dist/index.js', import.meta.url),
);

/** Whether the tests with it can run. @throws Error where CI asks for it and it is missing. */
export const hasOutsideModel: boolean = (() => {
  if (existsSync(entry)) return true;
  if (process.env['REQUIRE_CLIENTS'] === '1')
    throw new Error(`The model server of others is not installed at ${entry}`);
  return false;
})();

export interface OutsideCall {
  readonly name: string;
  readonly input: object;
}

/** What it answers, in this order, whatever it is asked. */
export type OutsideAnswer = { readonly says: string } | { readonly calls: readonly OutsideCall[] };

interface JournalEntry {
  readonly path: string;
  readonly body: unknown;
  readonly response: { readonly status: number };
}

interface Mock {
  addFixture(fixture: object): unknown;
  nextRequestError(status: number, body?: object): unknown;
  getRequests(): readonly JournalEntry[];
  start(): Promise<string>;
  stop(): Promise<void>;
  readonly url: string;
}

export interface OutsideModel extends AsyncDisposable {
  readonly baseUrl: string;
  /** The next request is answered with this status. */
  fail(status: number): void;
  requests(): readonly { readonly path: string; readonly body: unknown }[];
}

export async function startOutsideModel(answers: readonly OutsideAnswer[]): Promise<OutsideModel> {
  const loaded = (await import(pathToFileURL(entry).href)) as { LLMock: new (options: object) => Mock };
  const mock = new loaded.LLMock({ port: 0 });
  for (const [index, answer] of answers.entries())
    mock.addFixture({
      match: { predicate: () => answered(mock) === index },
      response:
        'says' in answer
          ? { content: answer.says }
          : {
              toolCalls: answer.calls.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) })),
            },
    });
  await mock.start();
  return {
    baseUrl: `${mock.url}/v1`,
    fail: (status) => void mock.nextRequestError(status, { message: 'not now' }),
    requests: () => mock.getRequests(),
    [Symbol.asyncDispose]: async () => await mock.stop(),
  };
}

function answered(mock: Mock): number {
  return mock.getRequests().filter(({ response }) => response.status === 200).length;
}
