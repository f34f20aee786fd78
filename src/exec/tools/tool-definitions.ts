// What the model is told it can call. Function tools only: every server that speaks the protocol has them.
import type { JsonObject } from '../model/response-items.ts';

/** Whether somebody answers questions in this run. */
export type WhoAnswers = 'nobody' | 'approver';

const escalation: Readonly<Record<WhoAnswers, string>> = {
  nobody:
    'Leave this out. Commands run in a sandbox; "require_escalated" asks to leave it, which nobody can approve here.',
  approver:
    'Leave this out unless the sandbox stopped a command that must run. "require_escalated" asks to leave it, which needs an approval.',
};

function permissionProperties(answers: WhoAnswers): Readonly<Record<string, unknown>> {
  return {
    sandbox_permissions: {
      type: 'string',
      enum: ['use_default', 'require_escalated'],
      description: escalation[answers],
    },
    justification: { type: 'string', description: 'Why more access is needed, in one sentence.' },
    prefix_rule: {
      type: 'array',
      items: { type: 'string' },
      description: 'The first words of the command, as a rule a person could remember.',
    },
  };
}

/**
 * Models that were taught to edit by patches: the reference offers them a tool of its own for it. Others are better served
 * by the shell they know, and are understood when they patch all the same.
 */
const patching = /^gpt-(?:5\.(?:[5-9]|\d\d)|[6-9]|\d\d)(?![\d])/u;

export interface ToolWish {
  readonly answers: WhoAnswers;
  /** Its name; left out: one of no particular family. */
  readonly model?: string | undefined;
  /** Whether it can be answered with a picture. */
  readonly showsPictures: boolean;
  /** What commands write is held back to the end: each runs to its own end, and nothing writes beside them. */
  readonly holds?: boolean | undefined;
}

export function toolDefinitions(wish: ToolWish): readonly JsonObject[] {
  const { answers, model = '', showsPictures, holds = false } = wish;
  if (holds) return [heldCommandTool(answers)];
  return [
    ...shellTools(answers),
    ...(patching.test(model) ? [patchTool] : []),
    ...(showsPictures ? [pictureTool] : []),
  ];
}

const pictureTool: JsonObject = {
  type: 'function',
  name: 'view_image',
  description:
    'Shows you a PNG, JPEG, GIF or WebP file that your commands could read. Use it for pictures that are on the disk already.',
  strict: false,
  parameters: {
    type: 'object',
    properties: {
      path: { type: 'string', description: 'The file. Relative paths start at the workspace.' },
    },
    required: ['path'],
    additionalProperties: false,
  },
};

const patchTool: JsonObject = {
  type: 'function',
  name: 'apply_patch',
  description:
    'Edits files: all of them, or none when one does not fit. Each file is a section of the patch, "*** Add File: PATH" with its lines marked "+", "*** Delete File: PATH", or "*** Update File: PATH" with hunks after "@@".',
  strict: false,
  parameters: {
    type: 'object',
    properties: {
      input: { type: 'string', description: 'From "*** Begin Patch" to "*** End Patch".' },
      workdir: { type: 'string', description: 'What its paths are relative to. Default: the workspace.' },
    },
    required: ['input'],
    additionalProperties: false,
  },
};

const commandProperties: Readonly<Record<string, unknown>> = {
  cmd: { type: 'string', description: 'The command line.' },
  workdir: { type: 'string', description: 'Where it starts. Default: the workspace.' },
  shell: { type: 'string', description: 'The shell that reads it. Default: bash.' },
  login: { type: 'boolean', description: 'Whether the shell reads its login profile. Default: false.' },
};

const mostOutput: Readonly<Record<string, unknown>> = {
  type: 'number',
  description: 'How much output to return; the middle is cut out. Default and most: 10000.',
};

function heldCommandTool(answers: WhoAnswers): JsonObject {
  return {
    type: 'function',
    name: 'exec_command',
    description:
      'Runs a shell command in the sandbox to its end and returns its output and exit code. What it writes is seen by later commands, and by nobody else until the task is over: change files with commands, and start no servers. Refusals are final: do something else.',
    strict: false,
    parameters: {
      type: 'object',
      properties: { ...commandProperties, max_output_tokens: mostOutput, ...permissionProperties(answers) },
      required: ['cmd'],
      additionalProperties: false,
    },
  };
}

function shellTools(answers: WhoAnswers): readonly JsonObject[] {
  return [
    {
      type: 'function',
      name: 'exec_command',
      description:
        'Runs a shell command in the sandbox and returns its output and exit code. Refusals are final: do something else.',
      strict: false,
      parameters: {
        type: 'object',
        properties: {
          ...commandProperties,
          tty: { type: 'boolean', description: 'Whether it gets a terminal. Default: false.' },
          yield_time_ms: {
            type: 'number',
            description: 'How long to wait for it before answering, 250 to 30000. Default: 10000.',
          },
          max_output_tokens: mostOutput,
          ...permissionProperties(answers),
        },
        required: ['cmd'],
        additionalProperties: false,
      },
    },
    {
      type: 'function',
      name: 'write_stdin',
      description:
        'Writes to a command that is still running, or with no characters waits for more of its output.',
      strict: false,
      parameters: {
        type: 'object',
        properties: {
          session_id: { type: 'number', description: 'The session exec_command named.' },
          chars: { type: 'string', description: 'What to write; "\\u0003" is Ctrl-C. Default: nothing.' },
          yield_time_ms: { type: 'number', description: 'How long to wait for output.' },
          max_output_tokens: { type: 'number', description: 'How much output to return.' },
        },
        required: ['session_id'],
        additionalProperties: false,
      },
    },
  ];
}
