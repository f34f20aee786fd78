// A failure as the error that callers see: place, caret, and the calls that led there.
import type { Span, StarlarkError, StarlarkErrorKind } from './errors.ts';
import type { Machine } from './machine.ts';
import type { SourceText } from './source.ts';

export function describeFailure(
  failure: { readonly kind: StarlarkErrorKind; readonly message: string; readonly span: Span },
  source: SourceText,
  machine?: Pick<Machine, 'traceback'>,
): StarlarkError {
  const { kind, message, span } = failure;
  const traceback = machine?.traceback(span);
  return {
    kind,
    message,
    file: source.file,
    line: source.lineAt(span.start),
    column: source.columnAt(span.start),
    excerpt: source.excerpt(span.start, span.end),
    ...(traceback === undefined ? {} : { traceback }),
  };
}
