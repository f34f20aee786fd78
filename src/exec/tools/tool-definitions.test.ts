import { describe, expect, it } from 'vitest';
import { parseToolCall } from './parse-tool-call.ts';
import { toolDefinitions } from './tool-definitions.ts';

const namesFor = (model?: string): unknown[] =>
  toolDefinitions({ answers: 'nobody', model, showsPictures: true }).map(({ name }) => name);
const shell = ['exec_command', 'write_stdin'];
const pictures = 'view_image';

describe('the tools of a family of models', () => {
  it.each([
    ['gpt-5', [...shell, pictures]],
    ['o3', [...shell, pictures]],
    ['gpt-5-codex', [...shell, pictures]],
    ['gpt-5.1-codex-max', [...shell, pictures]],
    ['qwen3-coder:30b', [...shell, pictures]],
    ['gpt-5.5', [...shell, 'apply_patch', pictures]],
    ['gpt-5.5-mini', [...shell, 'apply_patch', pictures]],
    ['gpt-5.12', [...shell, 'apply_patch', pictures]],
    ['gpt-6.1-sol', [...shell, 'apply_patch', pictures]],
    [undefined, [...shell, pictures]],
  ])('of %s are what it was taught', (model, names) => {
    expect(namesFor(model)).toEqual(names);
  });

  it('do not show pictures to who cannot see them', () => {
    const names = toolDefinitions({ answers: 'nobody', showsPictures: false }).map(({ name }) => name);
    expect(names).toEqual(shell);
  });

  it('are understood when they are called', () => {
    const inputs: Readonly<Record<string, object>> = {
      exec_command: { cmd: 'true' },
      write_stdin: { session_id: 1 },
      view_image: { path: 'a.png' },
      apply_patch: { input: '*** Begin Patch\n*** Delete File: a\n*** End Patch' },
    };
    for (const name of namesFor('gpt-5.5') as string[]) {
      const call = parseToolCall({
        callId: 'c',
        name,
        arguments: JSON.stringify(inputs[name]),
        answerType: 'function_call_output',
      });
      expect([name, call.ok]).toEqual([name, true]);
    }
  });
});
