// A failure as the error that callers see: place, caret, and the calls that led there.
import type { Span, StarlarkError, StarlarkErrorKind } from './errors.ts';
import type { Machine } from './machine.ts';
import type { SourceText } from './source.ts';

export function describeFailure(
  failure: { readonly kind: StarlarkErrorKind; readonly message: string; readonly span: Span },
  source: SourceText,
  machine?: Pick<Machine, 'traceback'>,
): StarlarkError {
  const { kind, span } = failure;
  const message = shortened(failure.message);
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

/** A file can put any text into a message (`fail`, a key); nobody reads more than this. */
const longestMessage = 2000;

function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  const cut = message.slice(0, longestMessage);
  const endsInsidePair = (cut.charCodeAt(longestMessage - 1) & 0xfc00) === 0xd800;
  return `${endsInsidePair ? cut.slice(0, -1) : cut}…`;
}
