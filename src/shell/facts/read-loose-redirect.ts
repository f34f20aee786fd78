// Redirections and here-documents of a script that may hold anything.
import { looseExpansion, plainMarked } from './marked-word.ts';
import { readLooseWord } from './read-loose-word.ts';
import { type LooseRedirect, peek, peekNext, type PendingHeredoc, type Reading, takeTwo } from './reading.ts';

const second: Readonly<Record<string, string>> = { '<': '<&>', '>': '>&|', '&': '>' };

/** At `<`, `>`, or `&>`. */
export function readRedirect(reading: Reading): LooseRedirect {
  const operator = readOperator(reading);
  while (peek(reading) === ' ' || peek(reading) === '\t') reading.at += 1;
  const start = reading.at;
  // `<&-x` closes, and `x` is a word of its own.
  if (operator.endsWith('&') && peek(reading) === '-' && reading.lexing.isBash) {
    reading.at += 1;
    return { operator, target: '-' };
  }
  const target = readLooseWord(reading, 'argument');
  const redirect: LooseRedirect = { operator, target };
  if (operator === '<<' || operator === '<<-') {
    announce(reading, { operator, redirect, source: reading.text.slice(start, reading.at) });
  }
  return redirect;
}

function readOperator(reading: Reading): string {
  const { isBash } = reading.lexing;
  const first = peek(reading);
  const next = peekNext(reading);
  if (!(second[first] ?? '').includes(next) || next === '') {
    reading.at += 1;
    return first;
  }
  takeTwo(reading);
  const both = first + next;
  const third = peek(reading);
  const isLonger =
    (both === '<<' && (third === '-' || (third === '<' && isBash))) || (both === '&>' && third === '>');
  if (!isLonger) return both;
  reading.at += 1;
  return both + third;
}

/** The delimiter is never expanded: `$x` stands for itself, and only quotes are taken away. */
function announce(
  reading: Reading,
  { operator, redirect, source }: { operator: string; redirect: LooseRedirect; source: string },
): void {
  const written = source.includes('\\\n') ? source.replaceAll('\\\n', '') : source;
  const expands = !/['"\\]/.test(written);
  const unquoted = expands ? written : unquote(written, reading.lexing.isBash);
  // What bash makes of a substitution there is its own text printed anew.
  if (unquoted === undefined || /\$\(|`|[<>]\(|\$\{|\$\[/.test(written)) reading.doubtful = true;
  redirect.target = looseExpansion;
  reading.heredocs.push({
    delimiter: unquoted ?? '',
    stripsTabs: operator === '<<-',
    expands,
    redirect,
  });
}

const pieces =
  /'(?<single>[^']*)'|"(?<double>(?:\\[\s\S]|[^"\\])*)"|\\(?<escaped>[\s\S])|(?<dollar>\$)(?=["'])|(?<plain>[^'"\\])/g;

/** Undefined for what is decoded first. */
function unquote(written: string, isBash: boolean): string | undefined {
  if (isBash && written.includes("$'")) return undefined;
  let text = '';
  for (const { groups = {} } of written.matchAll(pieces)) {
    const { single, double, escaped, dollar, plain } = groups;
    if (dollar !== undefined) text += isBash ? '' : '$';
    text += double?.replace(/\\([$`"\\])/g, '$1') ?? single ?? escaped ?? plain ?? '';
  }
  return text;
}

/** After a newline: takes the bodies that were announced on the line before, in order. */
export function readHeredocBodies(reading: Reading): void {
  if (reading.heredocs.length === 0) return;
  reading.hasBody = reading.isSubstitution;
  for (const pending of reading.heredocs.splice(0)) {
    const start = reading.at;
    const body = readBody(reading, pending);
    if (pending.expands && mayHoldAnother(reading.text.slice(start, reading.at))) reading.doubtful = true;
    pending.redirect.target = plainMarked(body);
    if (pending.expands) reading.later.push({ text: body, as: 'expandable', bodyOf: pending.redirect });
    else if (/[$`]/.test(body)) reading.literals.push(body);
  }
}

/** dash joins no lines of a body inside a substitution of a body; bash has joined them before. */
function mayHoldAnother(body: string): boolean {
  const substitution = body.includes('\\\n') ? body.search(/\$\(|`/) : -1;
  return substitution !== -1 && body.includes('<<', substitution);
}

function readBody(reading: Reading, { delimiter, stripsTabs, expands }: PendingHeredoc): string {
  const { text } = reading;
  let body = '';
  while (reading.at < text.length) {
    const start = reading.at;
    let line = readLine(reading, expands);
    // Bash compares a line as it stands first.
    if (reading.lexing.isBash && line === delimiter) return body;
    if (stripsTabs) line = line.replace(/^\t+/, '');
    if (line === delimiter) return body;
    if (reading.isSubstitution && reading.lexing.isBash && line.startsWith(delimiter)) {
      // `E)` ends the body as well, and the parenthesis the substitution.
      if (line.slice(delimiter.length).includes(')')) {
        const tabs = stripsTabs ? (/^\t*/.exec(text.slice(start, start + 4096))?.[0].length ?? 0) : 0;
        if (text.startsWith(delimiter, start + tabs)) reading.at = start + tabs + delimiter.length;
        else reading.doubtful = true;
        return body;
      }
    }
    body += `${line}\n`;
  }
  return body;
}

/** One line; where the body is expanded, a backslash at its end joins the next one to it. */
function readLine(reading: Reading, joins: boolean): string {
  const { text } = reading;
  let line = '';
  for (;;) {
    const newline = text.indexOf('\n', reading.at);
    const end = newline === -1 ? text.length : newline;
    const piece = text.slice(reading.at, end);
    reading.at = Math.min(end + 1, text.length);
    if (!joins || newline === -1 || !endsWithOddBackslashes(piece)) return line + piece;
    line += piece.slice(0, -1);
  }
}

function endsWithOddBackslashes(text: string): boolean {
  let count = 0;
  while (text[text.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}
