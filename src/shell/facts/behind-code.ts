// Programs in other languages, handed over as words: `awk 'BEGIN{system("rm x")}'`, `python3 -c 'os.system("rm x")'`. No
// parser of those languages: code that can start a program may start any, and what it quotes is read as a script, so
// that the rule that is met can be named.
import type { Found } from './found.ts';
import { isMarked, scriptText, type MarkedWord } from './marked-word.ts';

interface Language {
  /** The option whose value is code; undefined when the first operand is. */
  readonly option: RegExp | undefined;
  /** What starts programs, or makes code of text. */
  readonly starts: RegExp;
}

const awk: Language = {
  option: undefined,
  // A bar in a pattern starts nothing.
  starts: /\bsystem\b|\|&?\s*(?:"|getline)|print[^;}\n]*[^|]\|\s*[A-Za-z_"]|@load|\/inet/,
};
const perl: Language = {
  option: /^-[A-Za-z0-9]*[eE](.*)$/s,
  starts: /`|\b(?:system|exec|fork|eval|qx|syscall|popen\w*|open\d?|readpipe)\b|\/e\b/,
};
const python: Language = {
  option: /^-[A-Za-z]*?c(.*)$/s,
  starts:
    /\b(?:system|popen\d?|Popen|subprocess|exec\w*|spawn\w*|eval|pty|ctypes|__import__|importlib|getattr|fork\w*|posix\w*|runpy)\b|(?<!re\.)\bcompile\b/,
};
const node: Language = {
  option: /^(?:-[pie]*[pe]|--eval|--print)(?:=(.*))?$/s,
  starts:
    /child_process|\b(?:execSync|execFile\w*|spawn\w*|fork|eval|Function|binding|dlopen)\b|require\s*\(\s*[^'"\s]|['"]\s*\+|Bun\s*\.\s*\$|Deno\s*\.\s*Command/,
};
const ruby: Language = {
  option: /^-[A-Za-z]*?e(.*)$/s,
  starts: /`|%x|\b(?:system|exec|spawn|popen\w*|fork|eval|send|syscall)\b|Open3|PTY/,
};
const php: Language = {
  option: /^-[A-Za-z]*?r(.*)$/s,
  starts: /`|\b(?:system|\w*exec|passthru|popen|proc_open|eval|assert|call_user_func\w*)\b/,
};
const lua: Language = { option: /^-e(.*)$/s, starts: /\b(?:execute|popen|load\w*|dofile|require)\b/ };
const tcl: Language = { option: /^-c(.*)$/s, starts: /\b(?:exec|open|eval|source|spawn|system)\b/ };

const languages: readonly (readonly [RegExp, Language])[] = [
  [/^(?:[gmn]|original-)?awk$/, awk],
  [/^perl[\d.]*$/, perl],
  [/^(?:python|pypy)[\d.]*$/, python],
  [/^(?:node|nodejs|bun|deno|tsx)$/, node],
  [/^(?:ruby|jruby)[\d.]*$/, ruby],
  [/^php[\d.]*$/, php],
  [/^(?:lua|luajit)[\d.]*$/, lua],
  [/^expect$/, tcl],
];

/** Whether programs of this name run code of their words. */
export function isLanguage(name: string): boolean {
  return languages.some(([names]) => names.test(name));
}

/** `name` is the base name of the program. Undefined when it runs no code of its words. */
export function behindCode(name: string, words: readonly MarkedWord[]): Found | undefined {
  const language = languages.find(([names]) => names.test(name))?.[1];
  if (language === undefined) return undefined;
  const texts = codeIn(language, words);
  const starting = texts.filter((word) => language.starts.test(scriptText(word)));
  if (starting.length === 0) return { argvs: [], scripts: [], isUnread: texts.some(isMarked) };
  const quoted = starting.flatMap((word) => quotedIn(scriptText(word)));
  return { argvs: [], scripts: [...quoted, quoted.join(' ')], isUnread: true };
}

function codeIn({ option }: Language, words: readonly MarkedWord[]): readonly MarkedWord[] {
  const args = words.slice(1);
  if (option === undefined) {
    // Any of its words may be the code: `-v` and `-f` take values.
    return args.some((word) => /^-[A-Za-z]*f|^--file/.test(word)) ? [] : args;
  }
  return args.flatMap((word, at) => {
    const found = option.exec(word);
    if (found === null) return [];
    const attached = found[1] ?? '';
    return attached === '' ? args.slice(at + 1, at + 2) : [attached];
  });
}

/** More strings than this are no one-liner. */
const mostStrings = 64;

function quotedIn(text: string): string[] {
  const strings = /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|`((?:\\[\s\S]|[^`\\])*)`/g;
  return [...text.matchAll(strings)]
    .slice(0, mostStrings)
    .map((found) => found[1] ?? found[2] ?? found[3] ?? '');
}
