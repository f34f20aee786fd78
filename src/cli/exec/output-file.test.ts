import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError } from '../edge.ts';
import { openOutputFile, type OutputFile } from './output-file.ts';

let root: string;
let workspace: string;
let file: string;
let victim: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-output-')));
  workspace = join(root, 'workspace');
  file = join(workspace, 'last.txt');
  victim = join(root, 'victim');
  mkdirSync(workspace);
  writeFileSync(victim, 'mine');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const openAt = async (path: string): Promise<OutputFile> =>
  await openOutputFile(path, { platform: process.platform, writable: [workspace] });

/** What is said when the model has done `trick` between the start and the end; undefined when it was written. */
async function after(trick: () => void): Promise<string | undefined> {
  const output = await openAt(file);
  trick();
  try {
    await output.write('words of the model');
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    return (error as CliError).message.replace(file, 'FILE');
  } finally {
    await output.close();
  }
}

describe('the file of -o', () => {
  it('is not there before there is something to write', async () => {
    const output = await openAt(file);
    expect(() => readFileSync(file)).toThrow('ENOENT');
    await output.write('one');
    await output.close();
    expect(readFileSync(file, 'utf8')).toBe('one');
  });

  it('is replaced whole', async () => {
    writeFileSync(file, 'something longer than that');
    expect(await after(() => undefined)).toBe(undefined);
    expect(readFileSync(file, 'utf8')).toBe('words of the model');
  });

  const tricks: readonly { says: string; trick: () => void; want: string }[] = [
    { says: 'a symbolic link', trick: () => symlinkSync(victim, file), want: 'it is a symbolic link' },
    {
      says: 'a link to nothing',
      trick: () => symlinkSync(join(root, 'new'), file),
      want: 'it is a symbolic link',
    },
    {
      says: 'a second name of another file',
      trick: () => linkSync(victim, file),
      want: 'it has a second name (a hard link)',
    },
    { says: 'a pipe nobody reads', trick: () => execFileSync('mkfifo', [file]), want: 'ENXIO' },
    { says: 'a directory', trick: () => mkdirSync(file), want: 'EISDIR' },
  ];
  for (const { says, trick, want } of tricks)
    it(`is not written through ${says} planted in its place`, async () => {
      expect(await after(trick)).toBe(`Cannot write the last message to FILE: ${want}`);
      expect(readFileSync(victim, 'utf8')).toBe('mine');
      expect(() => readFileSync(join(root, 'new'))).toThrow('ENOENT');
    });

  it.runIf(process.platform === 'linux')('stays in its directory when another takes that name', async () => {
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    await after(() => {
      renameSync(workspace, join(root, 'moved'));
      symlinkSync(elsewhere, workspace);
    });
    expect(() => readFileSync(join(elsewhere, 'last.txt'))).toThrow('ENOENT');
    expect(readFileSync(join(root, 'moved', 'last.txt'), 'utf8')).toBe('words of the model');
  });

  const planted: readonly { says: string; path: () => string; arrange: () => void; want: string }[] = [
    {
      says: 'that is a symbolic link already',
      path: () => file,
      arrange: () => symlinkSync(victim, file),
      want: 'it is a symbolic link',
    },
    {
      says: 'behind a link out of the workspace',
      path: () => join(workspace, 'out', 'victim'),
      arrange: () => symlinkSync(root, join(workspace, 'out')),
      want: 'a symbolic link on the way leads out of what commands may write',
    },
    {
      says: 'that is a directory',
      path: () => workspace,
      arrange: () => undefined,
      want: 'it is a directory',
    },
    {
      says: 'in a directory that is not there',
      path: () => join(root, 'gone', 'x'),
      arrange: () => undefined,
      want: 'ENOENT',
    },
  ];
  for (const { says, path, arrange, want } of planted)
    it(`is refused before the run when it names something ${says}`, async () => {
      arrange();
      await expect(openAt(path())).rejects.toEqual(
        new CliError(1, `Cannot write the last message to ${path()}: ${want}`),
      );
    });

  it('may be a device', async () => {
    const output = await openAt('/dev/null');
    await output.write('x');
    await output.close();
  });
});
