// Commands of a script that may hold anything, up to the `)` that ends a substitution or up to the end of the text.
import { recursiveSpawn } from '../../domain/index.ts';
import { emptyDraft, isFresh, toCommand, withoutContinuations } from './draft.ts';
import { arrayStart, readArray, readAssignment } from './read-array.ts';
import { readTest } from './read-test.ts';
import { readArithmetic } from './read-group.ts';
import { isProcessSubstitution, readLooseWord } from './read-loose-word.ts';
import { closeBrace, isCallOfItself, openFunction } from './functions.ts';
import { closers, headers, ofBashAlone, openers, skippedKeywords } from './keywords.ts';
import { noteCommand } from './note-variables.ts';
import { Pipeline, redirectGroup } from './pipeline.ts';
import { readHeredocBodies, readRedirect } from './read-loose-redirect.ts';
import { deeper, peek, peekNext, type Reading, takeTwo } from './reading.ts';

export function readLooseCommands(reading: Reading): 'closed' | 'ended' {
  return new CommandReader(reading).read();
}

class CommandReader {
  readonly #reading: Reading;
  readonly #pipeline: Pipeline;
  #draft = emptyDraft();
  /** Whether what is read runs in any case: nothing in front of it decides. */
  #isUnconditional = true;
  readonly #cases: { state: 'pattern' | 'commands'; words: number }[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#pipeline = new Pipeline(reading);
  }

  read(): 'closed' | 'ended' {
    const inherited = this.#reading.pipedFrom;
    const how = this.#readAll();
    this.#finish('ends');
    const { header } = this.#draft;
    if (this.#cases.length > 0 || header === 'case' || header === 'test') this.#reading.doubtful = true;
    this.#reading.pipedFrom = inherited;
    return how;
  }

  #readAll(): 'closed' | 'ended' {
    const reading = this.#reading;
    for (let character = peek(reading); character !== ''; character = peek(reading)) {
      if (character === ' ' || character === '\t') {
        reading.at += 1;
      } else if (character === '#') {
        const newline = reading.text.indexOf('\n', reading.at);
        reading.at = newline === -1 ? reading.text.length : newline;
      } else if (character === '\n') {
        const endsCommand = !isFresh(this.#draft) || this.#draft.header === 'for';
        if (this.#draft.header === 'none' || this.#draft.header === 'for') this.#finish('ends');
        // `a &&` at the end of a line goes on in the next one.
        this.#isUnconditional ||= endsCommand;
        reading.at += 1;
        readHeredocBodies(reading);
      } else if (this.#draft.header === 'test') {
        if (readTest(reading, this.#draft, character) === 'closed') {
          this.#draft = { ...emptyDraft(), via: this.#draft.via };
        }
      } else if (this.#inPattern()) {
        this.#readPattern(character);
      } else if (character === ')') {
        reading.at += 1;
        return 'closed';
      } else {
        this.#readPart(character);
      }
    }
    return 'ended';
  }

  #inPattern(): boolean {
    return this.#draft.header === 'none' && this.#cases.at(-1)?.state === 'pattern';
  }

  #readPart(character: string): void {
    const reading = this.#reading;
    const next = peekNext(reading);
    if (character === ';') {
      this.#finish('ends');
      this.#isUnconditional = true;
      this.#readSemicolons();
    } else if (character === '&' && (next !== '>' || !reading.lexing.isBash)) {
      this.#finish(next === '&' ? 'ends' : 'background');
      this.#isUnconditional = next !== '&';
      if (next === '&') takeTwo(reading);
      else reading.at += 1;
    } else if (character === '|') {
      this.#finish(next === '|' ? 'ends' : 'pipes');
      this.#isUnconditional = false;
      if (next === '|' || next === '&') takeTwo(reading);
      else reading.at += 1;
    } else if (character === '(') {
      this.#readParenthesis();
    } else if ('<>&'.includes(character) && !isProcessSubstitution(reading, character)) {
      this.#readRedirect();
    } else {
      this.#readWord();
    }
  }

  #readSemicolons(): void {
    const reading = this.#reading;
    reading.at += 1;
    let length = 1;
    for (let next = peek(reading); next !== '' && ';&'.includes(next) && length < 3; next = peek(reading)) {
      reading.at += 1;
      length += 1;
    }
    const open = this.#cases.at(-1);
    if (length > 1 && open !== undefined) Object.assign(open, { state: 'pattern', words: 0 });
  }

  #finish(how: 'pipes' | 'background' | 'ends'): void {
    const reading = this.#reading;
    const draft = this.#draft;
    const { pipedFrom } = this.#pipeline;
    const spawns = how !== 'ends' || pipedFrom !== undefined;
    if (spawns && isCallOfItself(reading, draft)) draft.via.push(recursiveSpawn);
    if (reading.variables !== undefined) {
      const isAlone = this.#isUnconditional && this.#cases.length === 0;
      noteCommand(reading, draft, { how, isAlone, groups: this.#pipeline.depth });
    }
    const command = draft.header === 'none' ? toCommand(draft, pipedFrom) : undefined;
    if (command !== undefined) {
      reading.found.push(command);
      reading.beforeBody = reading.heredocs.length === 0 ? 0 : reading.beforeBody + 1;
      // Bash writes a substitution anew, and loses what separates commands around a body.
      if (reading.isSubstitution && (reading.hasBody || reading.beforeBody > 2)) reading.doubtful = true;
    }
    if (draft.group !== undefined) redirectGroup(reading, draft);
    this.#pipeline.endStage(how, command !== undefined || draft.group !== undefined);
    this.#draft = emptyDraft();
  }

  #readParenthesis(): void {
    const reading = this.#reading;
    const { text } = reading;
    const draft = this.#draft;
    const isStart = draft.words.length + draft.assignments.length === 0;
    const opensArithmetic = isStart && reading.lexing.isBash && peekNext(reading) === '(';
    if (opensArithmetic && readArithmetic(reading)) {
      if (draft.header === 'for') draft.header = 'none';
      return;
    }
    const empty = /\((?:[ \t]|\\\n)*\)/y;
    empty.lastIndex = reading.at;
    const parentheses = empty.exec(text);
    const [name] = draft.words;
    if (parentheses !== null && (name !== undefined || draft.header === 'none')) {
      reading.at += parentheses[0].length;
      if (name !== undefined) openFunction(reading, name);
      this.#draft = emptyDraft();
      return;
    }
    reading.at += 1;
    const from = reading.found.length;
    const outer = reading.pipedFrom;
    reading.pipedFrom = this.#pipeline.pipedFrom;
    const ended = deeper(reading, () => reading.readCommands(reading));
    reading.pipedFrom = outer;
    if (ended === 'ended') reading.doubtful = true;
    if (draft.header === 'for') draft.header = 'none';
    draft.group = { from, pipedFrom: this.#pipeline.pipedFrom };
  }

  #readRedirect(): void {
    this.#draft.redirects.push(readRedirect(this.#reading));
  }

  #readPattern(character: string): void {
    const reading = this.#reading;
    const open = this.#cases.at(-1);
    if (open === undefined) return;
    if (character === ')') {
      reading.at += 1;
      open.state = 'commands';
      this.#pipeline.beginStage();
      return;
    }
    if ('(|;&'.includes(character)) {
      reading.at += 1;
      open.words += 1;
      return;
    }
    const start = reading.at;
    readLooseWord(reading, 'argument');
    if (reading.at === start) reading.at += 1;
    const isFirst = open.words === 0;
    open.words += 1;
    if (isFirst && withoutContinuations(reading.text.slice(start, reading.at)) === 'esac') {
      this.#cases.pop();
      this.#close();
    }
  }

  #readWord(): void {
    const reading = this.#reading;
    const draft = this.#draft;
    const start = reading.at;
    const word = readLooseWord(reading, draft.words.length === 0 ? 'start' : 'argument');
    // As written: only an unquoted word is a keyword.
    const bare = withoutContinuations(reading.text.slice(start, reading.at));
    if (peek(reading) === '(' && reading.lexing.isBash && arrayStart.test(bare)) {
      readArray(reading, draft, bare);
      return;
    }
    if (draft.header === 'case') {
      draft.headerWords += 1;
      if (draft.headerWords > 1 && bare === 'in') {
        this.#draft = emptyDraft();
        this.#cases.push({ state: 'pattern', words: 0 });
      }
      return;
    }
    if (draft.header === 'for') {
      // `for f do` has no list and no separator before `do`.
      draft.headerWords += 1;
      if (draft.headerWords === 1) draft.headerName = bare;
      else if (draft.headerWords > 2 && reading.variables !== undefined)
        draft.assigned.push({ name: draft.headerName ?? '', word, source: bare });
      if (draft.headerWords === 2 && bare === 'do') {
        reading.variables?.forget(draft.headerName ?? '');
        draft.header = 'none';
      }
      return;
    }
    if (draft.header === 'function') {
      draft.header = 'none';
      openFunction(reading, word);
      return;
    }
    if (isFresh(draft) && this.#takeKeyword(bare)) {
      draft.start ??= start;
      return;
    }
    draft.start ??= start;
    const redirectFollows = /[<>]/.test(peek(reading));
    if (redirectFollows && /^(?:\d+|\{\w+\})$/.test(bare)) return;
    const assignment = draft.words.length === 0 ? readAssignment(bare, word, reading) : undefined;
    if (assignment === undefined) {
      draft.words.push(word);
      if (reading.variables !== undefined) draft.sources.push(bare);
    } else {
      draft.assignments.push(assignment);
      const { name, value } = assignment;
      if (reading.variables === undefined) return;
      if (bare.startsWith(`${name}=`))
        draft.assigned.push({ name, word: value, source: bare.slice(name.length + 1) });
      else reading.variables.forget(name);
    }
  }

  /** Whether the word was grammar. */
  #takeKeyword(bare: string): boolean {
    const reading = this.#reading;
    const draft = this.#draft;
    if (draft.group !== undefined && !closers.has(bare)) draft.group = undefined;
    if (!reading.lexing.isBash && ofBashAlone.has(bare)) return false;
    if (openers.has(bare)) this.#pipeline.open();
    const header = Object.hasOwn(headers, bare) ? headers[bare] : undefined;
    if (header !== undefined) {
      draft.header = header;
      return true;
    }
    if (bare === '{') reading.braces += 1;
    if (bare === '}') closeBrace(reading);
    if (bare === 'esac' && this.#cases.length > 0) this.#cases.pop();
    if (closers.has(bare)) this.#close();
    if (bare === 'coproc') skipCoprocName(reading);
    if (skippedKeywords.has(bare)) return true;
    if (bare !== 'time' && !(/^(?:-p|--)$/.test(bare) && draft.via.at(-1) === 'time')) return false;
    if (bare === 'time') draft.via.push('time');
    return true;
  }

  #close(): void {
    const group = this.#pipeline.close();
    if (group !== undefined) this.#draft.group = group;
  }
}

/** `coproc NAME { …; }`: only before a compound command is the word behind `coproc` a name. */
function skipCoprocName(reading: Reading): void {
  const name = /[ \t]+[A-Za-z_]\w*(?=[ \t]+(?:[{(]|\[\[|(?:if|while|until|for|case|select)[ \t\n]))/y;
  name.lastIndex = reading.at;
  reading.at += name.exec(reading.text)?.[0].length ?? 0;
}
