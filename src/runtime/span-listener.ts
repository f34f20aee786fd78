// Events as spans, for tracing systems such as OpenTelemetry, without depending on any. One span a command, with one
// inside it for each question and each attempt. No output, no argument and no environment value becomes an attribute.
import type { AttemptRecord, CallId, ExecEvent, ExecResult } from '../domain/index.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Three callbacks that fit `tracer.startSpan`, `span.setAttributes` and `span.end` of an OpenTelemetry tracer. */
export interface SpanHook<Span> {
  start(name: 'cordon.exec' | 'cordon.approval' | 'cordon.attempt', parent: Span | undefined): Span;
  annotate(span: Span, attributes: SpanAttributes): void;
  end(span: Span, status: 'ok' | 'error'): void;
}

interface Open<Span> {
  readonly exec: Span;
  approval: Span | undefined;
  attempt: Span | undefined;
}

/** A listener for `ShellRuntime.onEvent`. */
export function spanListener<Span>(hook: SpanHook<Span>): (event: ExecEvent) => void {
  const open = new Map<CallId, Open<Span>>();

  return (event) => {
    if (event.type === 'exec.evaluated') {
      const exec = hook.start('cordon.exec', undefined);
      const { evaluation, requirement, callId } = event;
      hook.annotate(exec, {
        'cordon.call_id': callId,
        'cordon.verdict': evaluation.verdict,
        'cordon.requirement': requirement.kind,
      });
      open.set(callId, { exec, approval: undefined, attempt: undefined });
      return;
    }
    const spans = open.get(event.callId);
    if (spans === undefined) return;
    switch (event.type) {
      case 'approval.requested':
        spans.approval = hook.start('cordon.approval', spans.exec);
        hook.annotate(spans.approval, { 'cordon.purpose': event.request.purpose });
        return;
      case 'approval.answered':
        if (spans.approval === undefined) return;
        hook.annotate(spans.approval, {
          'cordon.decision': event.decision.kind,
          'cordon.source': event.source,
        });
        hook.end(spans.approval, 'ok');
        spans.approval = undefined;
        return;
      case 'attempt.started':
        spans.attempt = hook.start('cordon.attempt', spans.exec);
        hook.annotate(spans.attempt, {
          'cordon.ordinal': event.attempt.ordinal,
          'cordon.sandbox':
            event.attempt.selection.kind === 'sandboxed' ? event.attempt.selection.sandbox : 'none',
          'cordon.enforcement': event.enforcement.level,
        });
        return;
      case 'attempt.finished':
        if (spans.attempt === undefined) return;
        hook.annotate(spans.attempt, attemptAttributes(event.record));
        hook.end(spans.attempt, event.record.outcome.kind === 'spawn-failed' ? 'error' : 'ok');
        spans.attempt = undefined;
        return;
      case 'exec.finished':
        // The answer may still come, for an equal call that waits for it; this call is over.
        if (spans.approval !== undefined) hook.end(spans.approval, 'ok');
        hook.annotate(spans.exec, resultAttributes(event.result));
        hook.end(spans.exec, event.result.kind === 'ran' ? 'ok' : 'error');
        open.delete(event.callId);
        return;
      case 'changes.held':
      case 'changes.reviewed':
      case 'output.chunk':
      case 'session.opened':
      case 'session.interaction':
      case 'session.closed':
        return;
    }
  };
}

function attemptAttributes({ outcome, denial, durationMs }: AttemptRecord): SpanAttributes {
  return {
    'cordon.outcome': outcome.kind,
    'cordon.duration_ms': durationMs,
    ...(outcome.kind === 'exited' ? { 'process.exit.code': outcome.exitCode } : {}),
    ...(denial === undefined ? {} : { 'cordon.denied': denial.restriction }),
  };
}

function resultAttributes(result: ExecResult): SpanAttributes {
  return {
    'cordon.result': result.kind,
    ...(result.kind === 'not-run' ? { 'cordon.refusal': result.refusal.kind } : {}),
  };
}
