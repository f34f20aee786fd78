import { describe, expect, it } from 'vitest';
import { type AbsolutePath, type AccessProfile, err, noEnforcement, ok } from '../../domain/index.ts';
import { landlockBackend } from './landlock-backend.ts';

const path = (text: string): AbsolutePath => text as AbsolutePath;
const command = { argv: ['true'], cwd: path('/w'), env: new Map([['A', '1']]), tty: false } as const;
const workspace: AccessProfile = {
  kind: 'workspace-write',
  writable: [path('/w'), path('/tmp')],
  protect: [],
  network: 'none',
  denyRead: [],
};

function backend(more: object = {}): ReturnType<typeof landlockBackend> {
  return landlockBackend({ launcher: ok(path('/bin/launcher')), require: 'full', ...more });
}

/** Texts of a START payload by record number. */
function texts(start: Uint8Array, wanted: number): string[] {
  const found: string[] = [];
  const view = Buffer.from(start);
  for (let at = 0; at < view.length;) {
    const length = view.readUInt32LE(at + 2);
    if (view.readUInt16LE(at) === wanted)
      found.push(view.subarray(at + 6, at + 6 + length).toString('latin1'));
    at += 6 + length;
  }
  return found;
}

function startOf(profile: AccessProfile, more: object = {}): Uint8Array {
  const prepared = backend(more).prepare(command, profile);
  if (!prepared.ok || prepared.value.kind !== 'launched') throw new Error('not launched');
  return prepared.value.start;
}

describe('landlockBackend', () => {
  it('guards a workspace wholly and a shared directory against planted repositories only', () => {
    expect(texts(startOf(workspace), 7)).toEqual(['\x02/w', '\x01/tmp']);
  });

  it('keeps a private /tmp exactly when the real one is no root', () => {
    expect(texts(startOf(workspace), 11)).toEqual(['\0']);
    expect(texts(startOf({ ...workspace, writable: [path('/w')] }), 11)).toEqual(['\x01']);
    expect(texts(startOf({ kind: 'read-only', network: 'none', denyRead: [] }), 11)).toEqual(['\x01']);
  });

  it('protects the files the host runs itself, where they lie in a root', () => {
    const ownPlaces = [
      { says: 'cordon itself', path: path('/w/node_modules/cordon'), hold: 'read-only' },
      { says: 'the program', path: path('/usr/bin/node'), hold: 'read-only' },
    ];
    expect(texts(startOf(workspace, { ownPlaces }), 8)).toEqual(['/w/node_modules/cordon']);
  });

  it('prepares nothing where a grant opened what must be held', () => {
    const ownPlaces = [{ says: 'the launcher', path: path('/o/launcher'), hold: 'read-only' }];
    const prepared = backend({ ownPlaces }).prepare(command, {
      ...workspace,
      writable: [path('/w'), path('/o/launcher')],
    });
    expect(prepared.ok ? prepared.value : prepared.error).toEqual({
      kind: 'unsupported',
      restriction: 'protected-paths',
      because: 'Cannot keep the launcher from commands: /o/launcher lies where they can write (/o/launcher)',
    });
  });

  it('bounds processes unless told otherwise', () => {
    expect(texts(startOf(workspace), 12)).toEqual(['\x01\0\x10\0\0\0\0\0\0']);
    expect(texts(startOf(workspace, { limits: { processes: 7 } }), 12)).toEqual(['\x01\x07\0\0\0\0\0\0\0']);
  });

  it('only supervises what was given full access', () => {
    const start = startOf({ kind: 'danger-full-access' });
    expect([texts(start, 4), texts(start, 12), texts(start, 2)]).toEqual([['\0'], [], ['A=1']]);
  });

  it('returns what cannot be put on the wire as an error', () => {
    const prepared = backend().prepare({ ...command, argv: ['a\0b'] }, workspace);
    expect(prepared.ok ? prepared.value : prepared.error.kind).toBe('bad-path');
  });

  it('prepares nothing without a launcher, and says so when it is asked', async () => {
    const without = backend({ launcher: err({ what: 'Cannot build the launcher', hint: 'get a compiler' }) });
    expect(await without.probe()).toEqual({
      kind: 'missing',
      what: 'Cannot build the launcher',
      hint: 'get a compiler',
    });
    expect(without.prepare(command, workspace).ok).toBe(false);
  });

  it('reports a launcher that cannot be run as a missing sandbox', async () => {
    const answer = await backend({ launcher: ok(path('/no/such/launcher')) }).probe();
    expect(answer.kind).toBe('missing');
  });

  it('claims no enforcement before the kernel was asked', () => {
    const prepared = backend().prepare(command, workspace);
    expect(prepared.ok && prepared.value.enforcement).toEqual(noEnforcement);
  });
});
