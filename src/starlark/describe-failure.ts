// A failure as the error that callers see: place, caret, and the calls that led there.
import type { Span, StarlarkError, StarlarkErrorKind } from './errors.ts';
import type { CallRecord } from './machine.ts';
import type { SourceText } from './source.ts';

export function describeFailure(
  failure: { readonly kind: StarlarkErrorKind; readonly message: string; readonly span: Span },
  source: SourceText,
  calls: readonly CallRecord[],
): StarlarkError {
  const { kind, span } = failure;
  return {
    kind,
    message: shortened(failure.message),
    file: source.file,
    line: source.lineAt(span.start),
    column: source.columnAt(span.start),
    excerpt: source.excerpt(span.start, span.end),
    ...(calls.length === 0 ? {} : { traceback: traceback(calls, span, source) }),
  };
}

/** One `FILE:LINE, in NAME` a line, outermost first. */
function traceback(calls: readonly CallRecord[], span: Span, source: SourceText): string {
  const places = [...calls.map((call) => call.at), span];
  const names = ['<module>', ...calls.map((call) => call.name)];
  return places
    .map((place, index) => `${source.file}:${source.lineAt(place.start)}, in ${names[index] ?? ''}`)
    .join('\n');
}

/** A file can put any text into a message (`fail`, a key); nobody reads more than this. */
const longestMessage = 2000;

function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  const cut = message.slice(0, longestMessage);
  const endsInsidePair = (cut.charCodeAt(longestMessage - 1) & 0xfc00) === 0xd800;
  return `${endsInsidePair ? cut.slice(0, -1) : cut}…`;
}
