// Files beside git's configuration that are judged line by line: lists of what git goes on with, attributes, and
// old-fashioned files of remotes. Lines that were there stay. Text is latin1.
import { isOrdinaryUrl } from './ordinary-url.ts';

export interface HeldLine {
  readonly line: string;
  readonly reason: string;
}

export type LinesVerdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'rewrite'; readonly text: string; readonly held: readonly HeldLine[] };

type IsHarmless = (line: string) => boolean;

/** Keeps every harmless line, and every line that was there. */
function judgeLines(
  before: string | undefined,
  after: string,
  harmless: IsHarmless,
  reason: string,
): LinesVerdict {
  const known = new Set(before?.split('\n') ?? []);
  const held: HeldLine[] = [];
  const left = after.split('\n').filter((line) => {
    if (known.has(line) || harmless(line)) return true;
    held.push({ line, reason });
    return false;
  });
  return held.length === 0 ? { kind: 'keep' } : { kind: 'rewrite', text: left.join('\n'), held };
}

const steps =
  /^[ \t]*(?:$|[#;\r]|(?:pick|p|revert|reword|r|edit|e|squash|s|fixup|f|drop|d|noop|break|b|label|l|reset|t|merge|m|update-ref|u)(?:[ \t\r]|$))/;

/** `exec` runs a program as soon as somebody says `git rebase --continue`; a word we do not know might. */
export function judgeTodo(before: string | undefined, after: string): LinesVerdict {
  return judgeLines(before, after, (line) => steps.test(line), 'This line runs a program when git goes on.');
}

/** Drivers git brings along, which are no programs. */
const builtIn =
  /^(ada|bash|bibtex|cpp|csharp|css|dts|elixir|fortran|fountain|golang|html|java|kotlin|markdown|matlab|objc|pascal|perl|php|python|ruby|rust|scheme|tex|text|binary|union|lfs)$/;

function namesNoDriver(line: string): boolean {
  return [...line.matchAll(/(?:^|[ \t])(?:filter|diff|merge)=([^ \t\r]*)/g)].every(([, name = '']) =>
    builtIn.test(name),
  );
}

/** Attributes outside the work tree are seen by no review: those that name a driver are held. */
export function judgeAttributes(before: string | undefined, after: string): LinesVerdict {
  return judgeLines(
    before,
    after,
    namesNoDriver,
    'This attribute runs the program that a setting names for it.',
  );
}

/** `.git/remotes/NAME` has `URL: …` lines, `.git/branches/NAME` is one URL with `#branch`. */
export function judgeRemote(before: string | undefined, after: string): LinesVerdict {
  const harmless: IsHarmless = (line) => {
    const text = line.trim();
    if (text === '' || /^(Push|Pull): *[^-]/.test(text)) return true;
    return isOrdinaryUrl(text.replace(/^URL: */, ''));
  };
  return judgeLines(before, after, harmless, 'This remote is reached through a program.');
}
