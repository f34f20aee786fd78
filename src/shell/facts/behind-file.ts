// What runs because it stands in a file that the script wrote itself: the file as a program, and files that a program
// of its own accord takes for commands (`package.json`, a git hook, what a shell reads when it starts).
import { isShell } from '../recognise-shell.ts';
import { behindText, isLanguage } from './behind-code.ts';
import type { Found } from './found.ts';
import { literalWord } from './marked-word.ts';
import type { LooseCommand, WrittenText } from './reading.ts';

const hooks =
  /^(?:(?:pre|post|prepare)-[a-z-]+|commit-msg|applypatch-msg|fsmonitor-watchman|reference-transaction|update|proc-receive|push-to-checkout|sendemail-validate)$/;
const startFiles =
  /^\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin)$/;
const makefiles = /^(?:GNUmakefile|[Mm]akefile)$/;

const gitSettings = /^\.?(?:git)?config$/;

/** Aliases, filters and pagers are commands; what else is in there does not matter. */
function isGitConfiguration({ texts, isUnread }: Written): boolean {
  return isUnread || texts.some((text) => /^\s*\[/m.test(text));
}

/** Programs that run files which no word of theirs names. */
const ofTheirOwn: Readonly<Record<string, RegExp>> = {
  git: hooks,
  'run-parts': /./,
  ...Object.fromEntries(
    ['gcc', 'g++', 'cc', 'c++', 'clang', 'clang++'].map((name) => [
      name,
      /^(?:as|ld|cc1\w*|collect2|lto\S*)$/,
    ]),
  ),
  ...Object.fromEntries(['npm', 'pnpm', 'yarn', 'bun', 'npx'].map((name) => [name, /^package\.json$/])),
};

/** Whether programs of this name run files that no word names. */
export function runsFilesOfItsOwn(name: string): boolean {
  return Object.hasOwn(ofTheirOwn, name);
}

/** Undefined when nothing that the script wrote runs. */
export function behindFiles(name: string, { words, files }: LooseCommand): Found | undefined {
  if (files === undefined) return undefined;
  const program = literalWord(words[0] ?? '');
  const own = program === undefined ? undefined : files.read(program);
  const found: Found[] = own === undefined ? [] : [run(own)];
  const taken = Object.hasOwn(ofTheirOwn, name) ? ofTheirOwn[name] : undefined;
  if (taken !== undefined) found.push(...namedBy(files, taken).map(run));
  const isConfigured = name === 'git' && namedBy(files, gitSettings).some(isGitConfiguration);
  if (found.length === 0 && !isConfigured) return undefined;
  return {
    argvs: [],
    scripts: found.flatMap(({ scripts }) => scripts),
    isUnread: isConfigured || found.some(({ isUnread }) => isUnread === true),
  };
}

/** What a shell reads before its script, as far as the script wrote it. */
export function startFilesOf({ files }: LooseCommand): readonly Written[] {
  return files === undefined ? [] : namedBy(files, startFiles);
}

/** Recipes that make takes without being told. */
export function makefilesOf({ files }: LooseCommand): readonly Written[] {
  return files === undefined ? [] : namedBy(files, makefiles);
}

export type Written = NonNullable<ReturnType<WrittenText['read']>>;

function namedBy(files: WrittenText, pattern: RegExp): readonly Written[] {
  return files.matching(pattern).flatMap((name) => files.read(name) ?? []);
}

function run({ texts, isUnread }: Written): Found {
  const found = texts.map(behindProgramText);
  return {
    argvs: [],
    scripts: found.flatMap(({ scripts }) => scripts),
    isUnread: isUnread || found.some((each) => each.isUnread === true),
  };
}

/** A shell runs what has no other interpreter in its first line. */
function behindProgramText(text: string): Found {
  const [, program = '', word = ''] = /^#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?/.exec(text) ?? [];
  const base = program.slice(program.lastIndexOf('/') + 1);
  const interpreter = base === 'env' ? word : base;
  if (isLanguage(interpreter)) return behindText(interpreter, text);
  // `#!/usr/bin/rm`: the file is a word of that program.
  if (program !== '' && !isShell(interpreter)) return { argvs: [], scripts: [`${lineOf(text)} $_`, text] };
  const scripts = scriptsOfPackage(text);
  return { argvs: [], scripts: scripts ?? [text] };
}

function lineOf(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(2).trim();
}

/** The commands in a `package.json`; undefined for any other text. */
function scriptsOfPackage(text: string): readonly string[] | undefined {
  if (!/^\s*\{\s*"/.test(text)) return undefined;
  try {
    const { scripts } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, unknown>> };
    return Object.values(scripts ?? {}).filter((script) => typeof script === 'string');
  } catch {
    return undefined;
  }
}
