// Commands of a script that may hold anything, up to the `)` that ends a substitution or up to the end of the text.
import { recursiveSpawn } from '../../domain/index.ts';
import type { MarkedWord } from './marked-word.ts';
import { readArithmetic, readLooseWord } from './read-loose-word.ts';
import { readHeredocBodies, readRedirect } from './read-loose-redirect.ts';
import { deeper, type LooseCommand, type LooseRedirect, type Reading } from './reading.ts';

/** What is being read between two separators. */
interface Draft {
  words: MarkedWord[];
  assignments: { readonly name: string; readonly value: MarkedWord }[];
  redirects: LooseRedirect[];
  via: string[];
  /** `for`, `case` and `function` are followed by words that are no command; `[[` by words and operators. */
  header: 'none' | 'for' | 'case' | 'function' | 'test';
  headerWords: number;
}

const skippedKeywords: ReadonlySet<string> = new Set(
  'if then elif else fi while until do done ! { } esac coproc'.split(' '),
);
const headers: Readonly<Record<string, Draft['header']>> = {
  for: 'for',
  select: 'for',
  case: 'case',
  function: 'function',
  '[[': 'test',
};

export function readLooseCommands(reading: Reading): void {
  const { text } = reading;
  let draft = emptyDraft();
  let pipedFrom: LooseCommand | undefined;
  /** Depth of `case` at this level, and whether the next words are its patterns. */
  let cases = 0;
  let inPattern = false;

  const finish = (how: 'pipes' | 'background' | 'ends'): void => {
    const spawns = how !== 'ends' || pipedFrom !== undefined;
    if (spawns && isCallOfItself(reading, draft)) draft.via.push(recursiveSpawn);
    const command = inPattern || draft.header !== 'none' ? undefined : toCommand(draft, pipedFrom);
    if (command !== undefined) reading.found.push(command);
    if (command !== undefined || how !== 'pipes') pipedFrom = how === 'pipes' ? command : undefined;
    draft = emptyDraft();
  };

  while (reading.at < text.length) {
    const character = text.charAt(reading.at);
    const next = text[reading.at + 1];
    if (character === ' ' || character === '\t') {
      reading.at += 1;
    } else if (character === '\\' && next === '\n') {
      reading.at += 2;
    } else if (character === '\n') {
      if (draft.header !== 'test' && draft.header !== 'case') finish('ends');
      reading.at += 1;
      readHeredocBodies(reading);
    } else if (character === '#') {
      const newline = text.indexOf('\n', reading.at);
      reading.at = newline === -1 ? text.length : newline;
    } else if (character === ';') {
      finish('ends');
      const run = /;[;&]*/y;
      run.lastIndex = reading.at;
      const length = run.exec(text)?.[0].length ?? 1;
      if (length > 1 && cases > 0) inPattern = true;
      reading.at += length;
    } else if (draft.header === 'test' && isTestOperator(character, next)) {
      reading.at += 1;
    } else if (character === '&' && next !== '>') {
      finish(next === '&' ? 'ends' : 'background');
      reading.at += next === '&' ? 2 : 1;
    } else if (character === '|') {
      if (!inPattern) finish(next === '|' ? 'ends' : 'pipes');
      reading.at += next === '|' || next === '&' ? 2 : 1;
    } else if (character === ')') {
      reading.at += 1;
      if (inPattern) {
        inPattern = false;
        draft = emptyDraft();
      } else {
        finish('ends');
        // At the top a stray parenthesis ends nothing, and the caller reads on.
        return;
      }
    } else if (character === '(') {
      if (inPattern) reading.at += 1;
      else readParenthesis(reading, draft);
      if (draft.header === 'for') draft.header = 'none';
    } else if ((character === '<' || character === '>' || character === '&') && next !== '(') {
      draft.redirects.push(readRedirect(reading));
    } else {
      const start = reading.at;
      const word = readLooseWord(reading);
      // As written: only an unquoted word is a keyword.
      const source = text.slice(start, reading.at);
      const bare = source.includes('\\') ? source.replaceAll('\\\n', '') : source;
      if (inPattern) {
        if (bare !== 'esac') continue;
        inPattern = false;
        cases -= 1;
      } else if (draft.header === 'case') {
        if (bare !== 'in') continue;
        draft = emptyDraft();
        cases += 1;
        inPattern = true;
      } else {
        if (bare === 'esac' && isFresh(draft)) cases = Math.max(0, cases - 1);
        takeWord(reading, draft, { word, bare, start });
      }
    }
  }
  finish('ends');
}

function takeWord(
  reading: Reading,
  draft: Draft,
  { word, bare, start }: { readonly word: MarkedWord; readonly bare: string; readonly start: number },
): void {
  if (draft.header === 'for') {
    // `for f do` has no list and no separator before `do`.
    draft.headerWords += 1;
    if (draft.headerWords === 2 && bare === 'do') draft.header = 'none';
    return;
  }
  if (draft.header === 'test') {
    if (bare === ']]') draft.header = 'none';
    return;
  }
  if (draft.header === 'function') {
    draft.header = 'none';
    reading.functions.push({ name: word, braces: reading.braces });
    return;
  }
  if (isFresh(draft)) {
    const header = Object.hasOwn(headers, bare) ? headers[bare] : undefined;
    if (header !== undefined) {
      draft.header = header;
      return;
    }
    if (bare === '{') reading.braces += 1;
    if (bare === '}') closeBrace(reading);
    if (bare === 'coproc') skipCoprocName(reading);
    if (skippedKeywords.has(bare)) return;
    if (bare === 'time' || (/^(?:-p|--)$/.test(bare) && draft.via.at(-1) === 'time')) {
      if (bare === 'time') draft.via.push('time');
      return;
    }
  }
  const redirectFollows = /[<>]/.test(reading.text.charAt(reading.at));
  if (redirectFollows && /^(?:\d+|\{\w+\})$/.test(bare)) return;
  const assignment = draft.words.length === 0 ? readAssignment(reading.text, start, word) : undefined;
  if (assignment === undefined) draft.words.push(word);
  else draft.assignments.push(assignment);
}

/** `coproc NAME { …; }`: only before a compound command is the word behind `coproc` a name. */
function skipCoprocName(reading: Reading): void {
  const name = /[ \t]+[A-Za-z_]\w*(?=[ \t]+(?:[{(]|\[\[|(?:if|while|until|for|case|select)[ \t\n]))/y;
  name.lastIndex = reading.at;
  reading.at += name.exec(reading.text)?.[0].length ?? 0;
}

const assignmentStart = /([A-Za-z_]\w*)(?:\[[^\]\n]{0,256}\])?\+?=/y;

function readAssignment(
  text: string,
  start: number,
  word: MarkedWord,
): { readonly name: string; readonly value: MarkedWord } | undefined {
  assignmentStart.lastIndex = start;
  const found = assignmentStart.exec(text);
  const name = found?.[1];
  return name === undefined ? undefined : { name, value: word.slice(word.indexOf('=') + 1) };
}

/** At `(`: arithmetic, the `()` of a function, or commands. */
function readParenthesis(reading: Reading, draft: Draft): void {
  const { text } = reading;
  const isCommandStart = draft.words.length === 0;
  if (isCommandStart && text[reading.at + 1] === '(' && readArithmetic(reading)) return;
  const empty = /\([ \t]*\)/y;
  empty.lastIndex = reading.at;
  const parentheses = empty.exec(text);
  if (parentheses !== null) {
    reading.at += parentheses[0].length;
    const [name] = draft.words;
    if (name !== undefined) reading.functions.push({ name, braces: reading.braces });
    Object.assign(draft, emptyDraft());
    return;
  }
  reading.at += 1;
  deeper(reading, () => reading.readCommands(reading));
}

function toCommand(draft: Draft, pipedFrom: LooseCommand | undefined): LooseCommand | undefined {
  const { words, assignments, redirects, via } = draft;
  if (words.length + assignments.length + redirects.length === 0) return undefined;
  // `> f` and `A=1` run nothing, exactly like the null command `:` in their place.
  return { words: words.length === 0 ? [':'] : words, assignments, redirects, via, pipedFrom };
}

/** Inside `[[ ]]` these compare and group; a process substitution is still one. */
function isTestOperator(character: string, next: string | undefined): boolean {
  return '&|()'.includes(character) || ('<>'.includes(character) && next !== '(');
}

function closeBrace(reading: Reading): void {
  reading.braces -= 1;
  const open = reading.functions.at(-1);
  if (open !== undefined && reading.braces <= open.braces) reading.functions.pop();
}

/** A function that starts itself in a pipeline or in the background: `:(){ :|:& };:`. */
function isCallOfItself(reading: Reading, draft: Draft): boolean {
  const [name] = draft.words;
  return name !== undefined && reading.functions.slice(-8).some((open) => open.name === name);
}

function isFresh(draft: Draft): boolean {
  return draft.words.length + draft.assignments.length + draft.redirects.length === 0;
}

function emptyDraft(): Draft {
  return { words: [], assignments: [], redirects: [], via: [], header: 'none', headerWords: 0 };
}
