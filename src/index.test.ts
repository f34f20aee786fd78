import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Every name of a module that chooses its names, and what it is: a `value` exists when the program runs. */
function namesOf(file: string): readonly string[] {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023);
  return source.statements
    .flatMap((statement) => {
      const named = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
      if (named === undefined || !ts.isNamedExports(named)) throw new Error('it exports more than names');
      return named.elements.map(({ isTypeOnly, name }) => `${isTypeOnly ? 'type' : 'value'} ${name.text}`);
    })
    .toSorted();
}

describe('the public surface', () => {
  it('is these names: a new one is a promise, a missing one a major version', () => {
    expect(namesOf('./index.ts')).toMatchInlineSnapshot(`
      [
        "type ApprovalHook",
        "type ApprovalInbox",
        "type ApprovalPolicy",
        "type ApprovalRequest",
        "type Argv",
        "type AttemptOutcome",
        "type AttemptRecord",
        "type AuditEntry",
        "type CapturedOutput",
        "type ChangeAnswer",
        "type ChangeChoice",
        "type ChangeDecision",
        "type ChangeHistory",
        "type ChangePath",
        "type ChangeRecord",
        "type ChangeReview",
        "type ChangeSet",
        "type ChangeSetInput",
        "type CommandHandle",
        "type CommandStdin",
        "type CommandTrace",
        "type ConfiguredRuntime",
        "type DenialEvidence",
        "type Enforcement",
        "type EnvironmentPolicy",
        "type EventStream",
        "type EventsOptions",
        "type ExecEvent",
        "type ExecInput",
        "type ExecResult",
        "type Foresight",
        "type HeldChange",
        "type HeldExecResult",
        "type JournalLimits",
        "type KeptOriginals",
        "type LoadedConfig",
        "type ModelToolCall",
        "type ModelTools",
        "type PendingChange",
        "type PendingNode",
        "type PolicyError",
        "type RecordedChange",
        "type RecordedChanges",
        "type Refusal",
        "type RefusedProgram",
        "type RefusedUndo",
        "type RememberedApproval",
        "type ReviewDecision",
        "type ReviewedChange",
        "type Reviewer",
        "type RiskAssessor",
        "type RuleLocations",
        "type RuntimeErrorCode",
        "type SandboxMode",
        "type SandboxStatus",
        "type SessionError",
        "type SessionInfo",
        "type SessionInput",
        "type SessionRead",
        "type SettledChanges",
        "type ShellRuntime",
        "type ShellRuntimeOptions",
        "type SpanHook",
        "type StartInput",
        "type TerminalOptions",
        "type TracedFile",
        "type TracedProgram",
        "type UndoInput",
        "type UndoneChanges",
        "type WatchSettings",
        "type WriteOptions",
        "value RuntimeError",
        "value cordonHome",
        "value createApprovalInbox",
        "value createShellRuntime",
        "value describeHeld",
        "value doctor",
        "value exitCode",
        "value explainDenial",
        "value explainRefusal",
        "value loadConfig",
        "value modelTools",
        "value outputText",
        "value renderCaptured",
        "value reviewOnTerminal",
        "value spanListener",
        "value succeeded",
        "value traceChrome",
        "value traceMermaid",
        "value traceTree",
      ]
    `);
  });
});
