import { describe, expect, it } from 'vitest';
import { parseExecArguments } from '../exec/exec-arguments.ts';
import { parseRunArguments } from '../run/run-arguments.ts';
import { parseSandboxArguments } from '../sandbox/sandbox-arguments.ts';
import { servedOptions } from '../serve/served-runtime.ts';
import { readOnlyOptions } from './read-options.ts';

type Read = (options: readonly string[]) => unknown;

/** Every verb that runs something, as it reads its command line. */
const verbs: Readonly<Record<string, Read>> = {
  exec: async (options) => await parseExecArguments([...options, 'prompt']),
  run: (options) => parseRunArguments([...options, '--', 'ls']),
  sandbox: (options) => parseSandboxArguments([...options, '--', 'ls']),
  'mcp and serve': (options) => readOnlyOptions(options, servedOptions),
};

/** The first is what one of the verbs calls it, the others are the same. */
const spellings: readonly (readonly (readonly string[])[])[] = [
  [['--sandbox', 'read-only'], ['--mode', 'read-only'], ['-s', 'read-only'], ['--mode=read-only']],
  [['--cwd', '/x'], ['--cd', '/x'], ['-C', '/x'], ['-C/x']],
  [['--writable', '/x'], ['--add-dir', '/x'], ['--add-dir=/x']],
  [['--best-effort'], ['--require', 'best-effort']],
  [['--deny-read', '/x'], ['--deny-read=/x']],
  [['--network', 'full'], ['--network=full']],
  [
    ['--config', 'sandbox_mode=read-only'],
    ['-c', 'sandbox_mode=read-only'],
  ],
];

const nothing = await Promise.all(Object.values(verbs).map(async (read) => await read([])));

describe.each(Object.keys(verbs))('the options of %s', (verb) => {
  const read = verbs[verb] ?? (() => undefined);

  it.each(spellings)('take %j by every name', async (...names) => {
    const [first, ...others] = await Promise.all(names.map(async (options) => await read(options)));
    expect(nothing).not.toContainEqual(first);
    for (const other of others) expect(other).toEqual(first);
  });

  it('add what is given under both names of a list', async () => {
    expect(await read(['--writable', '/x', '--add-dir', '/x'])).toEqual(
      await read(['--writable', '/x', '--writable', '/x']),
    );
  });

  it.each([
    [['--cwd', '/x', '--cd', '/y'], /two names of one option/u],
    [['--sandbox', 'read-only', '--mode', 'workspace-write'], /two names of one option/u],
    [['--require', 'full', '--best-effort'], /two names of one option/u],
    [['--require', 'some'], /--require takes full, best-effort, found "some"/u],
    [['--writeable', '/x'], /did you mean --writable\?/u],
  ])('refuse %j', async (options, message) => {
    await expect((async () => await read(options))()).rejects.toThrow(message);
  });
});

it('a letter that a verb uses for something else stays its own', async () => {
  expect(await parseExecArguments(['-m', 'gpt', 'prompt'])).toMatchObject({
    model: 'gpt',
    sandbox: undefined,
  });
  expect(parseRunArguments(['-m', 'read-only', '--', 'ls']).sandbox).toBe('read-only');
});

it('what stands after -- is the command, whatever it looks like', () => {
  expect(parseRunArguments(['--', 'ls', '--cd', '/x'])).toMatchObject({
    command: ['ls', '--cd', '/x'],
    cwd: undefined,
  });
});
