// What make runs beside the recipes of a file that nobody looks at: `--eval`, `SHELL=`, `$(shell …)` in its words, and
// recipes that the script gives it.
import { makefilesOf, type Written } from './behind-file.ts';
import type { Found } from './found.ts';
import { isMarked, scriptText } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';
import { inputOf } from './shell-input.ts';
import { standardInput } from '../recognise-shell.ts';

/** `make --eval=…`, `make SHELL=…`, and `$(shell …)` in any of its words. */
export function behindMake(command: LooseCommand): Found {
  const { words } = command;
  const texts = words.slice(1).map(scriptText);
  const shells = texts.flatMap((text) =>
    [...text.matchAll(/\$[({]shell\s+([^)}]*)|^(?:\.?SHELL|CC|CXX|LD|AR|AS|FC|MAKE)\s*[:?+!]*=(.*)$/gs)].map(
      ([, shell, program]) => shell ?? program ?? '',
    ),
  );
  const evals = texts.filter((text) => /^(?:--ev?a?l?(?:=|$)|-E)/.test(text));
  // Recipes: what stands behind `;` or a tab.
  const written = [...makefilesOf(command), ...namedMakefiles(command)];
  const fed = [
    ...(readsMakefile(command) ? inputOf(command).texts : []),
    ...written.flatMap(({ texts }) => texts),
  ];
  const recipes = [...texts, ...fed].flatMap((text) =>
    [...text.matchAll(/[;\t]\s*[@+-]*([^\n]*)/g)].map(([, recipe = '']) => recipe),
  );
  return {
    argvs: [],
    scripts: [...shells, ...recipes],
    isUnread: evals.length > 0 || readsMakefile(command) || written.some(isUnreadMakefile),
  };
}

/** What its variables and the files it includes make of a recipe is not followed. */
function isUnreadMakefile({ texts, isUnread }: Written): boolean {
  return isUnread || texts.some((text) => /\$[({]|^-?s?include\b/m.test(text));
}

/** `make -f m`, where the script wrote `m`. */
function namedMakefiles({ words, files }: LooseCommand): readonly Written[] {
  return words
    .slice(1)
    .flatMap((word) => files?.read(word.replace(/^--(?:make)?file=|^-[A-Za-z]*f/, '')) ?? []);
}

/** `make -f -`, `make -f <(…)`: recipes that stand in no file. */
function readsMakefile({ words }: LooseCommand): boolean {
  return words.some((word, at) => {
    const attached = /^(?:-[A-Za-z]*f|--(?:make)?file=)(.*)$/s.exec(word)?.[1];
    if (attached === undefined) return false;
    const file = attached === '' ? (words[at + 1] ?? '-') : attached;
    return isMarked(file) || standardInput.test(file) || file === '-' || /^\/(?:dev|proc)\//.test(file);
  });
}
