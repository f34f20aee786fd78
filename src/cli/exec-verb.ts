// `cordon exec`: one headless turn. Only the words on the command line are dealt with here; what they start is loaded
// when they made sense.
import type { Verb } from './edge.ts';
import { parseExecArguments } from './exec/exec-arguments.ts';

export const execVerb: Verb = {
  usage: 'cordon exec [OPTION]... [PROMPT|-]',
  help: `
Asks a model to do PROMPT and runs the commands it asks for, under rules and in a sandbox. Nobody is asked anything,
unless --approver names who answers: what would need an approval is refused, and the model is told. Without PROMPT, or with -, the prompt is read from stdin;
what is piped in beside a PROMPT goes along with it.

  -s, --sandbox MODE               read-only (default), workspace-write, danger-full-access
  -C, --cwd DIR                    start in DIR: the workspace
      --writable DIR               one more writable directory under workspace-write (repeatable)
      --deny-read PATH             keep a file or directory from being read (repeatable)
      --network ACCESS             none (default), full
      --best-effort                run although this host cannot enforce everything
      --preview                    keep what commands write out of the workspace until the turn is over; then show it,
                                   and ask on a terminal whether it is to be (without one it is dropped)
      --apply                      with --preview: show it, and keep it when the turn completed
      --journal                    keep what commands replace and remove: \`cordon undo\` brings it back
  -m, --model NAME                 the model to ask
  -p, --profile NAME               lay [profiles.NAME] of config.toml over the rest of it
  -c, --config KEY=VALUE           lay a value over config.toml; VALUE is TOML or plain text (repeatable)
      --json                       print one JSON event a line on stdout, and nothing else there
      --include-deltas             with --json: output and messages piece by piece as well
      --verbose                    on a terminal: output of commands whole, not folded
  -o, --output-last-message FILE   write the model's last message to FILE
      --timeout SECONDS            end the whole run after this long, with status 124
      --max-turns N                fail after N responses of the model (default 200)
      --max-tool-calls N           fail before the model makes more than N calls
      --max-repeats N              fail when the same call had the same result N times in a row (default 10)
      --approver CMD|unix:PATH     who answers questions: a command that reads one as JSON on stdin and answers
                                   {"decision":"approved"} or {"decision":"denied","message":"..."} on stdout, or a socket
      --approver-timeout SECONDS   what takes longer is a no (default 300)
      --fail-on-denied             end with status 3 when something was refused
      --audit FILE                 keep every decision and what became of it (cordon audit verify|show)
      --summary FILE               append a summary in Markdown
      --skip-git-repo-check        start outside a git repository
      --color WHEN                 always, never, auto (default)
      --full-auto                  the same as --sandbox workspace-write
      --dangerously-bypass-approvals-and-sandbox
                                   no sandbox; rules still hold

Exit status: 0 done, 1 the turn failed or could not start, 2 usage, 3 --fail-on-denied, 124 deadline, 130 SIGINT, 143 SIGTERM, 129 SIGHUP,
131 SIGQUIT.
Settings: docs/configuration.md. Events: docs/exec-json.md.
`,
  async run(argv, edge) {
    const args = await parseExecArguments(argv);
    const { startExec } = await import('./exec/start-exec.ts');
    return await startExec(args, edge);
  },
};
