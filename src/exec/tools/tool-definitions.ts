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

export function toolDefinitions(answers: WhoAnswers): readonly JsonObject[] {
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
          cmd: { type: 'string', description: 'The command line.' },
          workdir: { type: 'string', description: 'Where it starts. Default: the workspace.' },
          shell: { type: 'string', description: 'The shell that reads it. Default: bash.' },
          login: {
            type: 'boolean',
            description: 'Whether the shell reads its login profile. Default: false.',
          },
          tty: { type: 'boolean', description: 'Whether it gets a terminal. Default: false.' },
          yield_time_ms: {
            type: 'number',
            description: 'How long to wait for it before answering, 250 to 30000. Default: 10000.',
          },
          max_output_tokens: {
            type: 'number',
            description: 'How much output to return; the middle is cut out. Default and most: 10000.',
          },
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
