// Redirections and here-documents of a script that may hold anything.
import { looseExpansion, plainMarked } from './marked-word.ts';
import { readLooseWord } from './read-loose-word.ts';
import type { LooseRedirect, Reading } from './reading.ts';

const operator = /&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<|>/y;

export function readRedirect(reading: Reading): LooseRedirect {
  const { text } = reading;
  operator.lastIndex = reading.at;
  const found = operator.exec(text)?.[0] ?? text.charAt(reading.at);
  reading.at += found.length;
  skipBlanks(reading);
  const start = reading.at;
  const target = readLooseWord(reading);
  const redirect: LooseRedirect = { operator: found, target };
  if (found === '<<' || found === '<<-') {
    const raw = text.slice(start, reading.at);
    const expands = !/['"\\]/.test(raw);
    const delimiter = expands ? raw : plainMarked(target);
    redirect.target = looseExpansion;
    reading.heredocs.push({ delimiter, stripsTabs: found === '<<-', expands, redirect });
  }
  return redirect;
}

/** After a newline: takes the bodies that were announced on the line before, in order. */
export function readHeredocBodies(reading: Reading): void {
  for (const { delimiter, stripsTabs, expands, redirect } of reading.heredocs.splice(0)) {
    const lines: string[] = [];
    while (reading.at < reading.text.length) {
      const newline = reading.text.indexOf('\n', reading.at);
      const end = newline === -1 ? reading.text.length : newline;
      const raw = reading.text.slice(reading.at, end);
      const line = stripsTabs ? raw.replace(/^\t+/, '') : raw;
      reading.at = Math.min(end + 1, reading.text.length);
      if (line === delimiter) break;
      lines.push(line);
    }
    const body = lines.join('\n');
    redirect.target = plainMarked(body);
    if (expands) reading.later.push({ text: body, as: 'expandable' });
  }
}

function skipBlanks(reading: Reading): void {
  for (;;) {
    const character = reading.text[reading.at];
    if (character === ' ' || character === '\t') reading.at += 1;
    else if (character === '\\' && reading.text[reading.at + 1] === '\n') reading.at += 2;
    else return;
  }
}
