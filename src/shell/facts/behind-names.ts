// Builtins that give commands other names, or read them from a file: `alias`, `hash`, `source`.
import type { Found } from './found.ts';
import { isMarked, looseExpansion, type MarkedWord, scriptText } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';
import { inputOf } from './shell-input.ts';
import { standardInput } from '../recognise-shell.ts';

/** Files that are sourced to set up an environment: `. .venv/bin/activate`, `source ~/.bashrc`. Programs like any other. */
const environments =
  /(?:^|[/~])(?:activate(?:\.\w+)?|\.env(?:\.\w+)?|[\w.-]+\.env|\.envrc|env(?:\.sh)?|nvm\.sh|conda\.sh|asdf\.sh|sdkman-init\.sh|setup\.bash|setvars\.sh|\.(?:bash|zsh)rc|\.(?:bash_)?profile|profile)$/;

/** `. /dev/stdin`: a script in what it is given to read, or in a file that the script wrote. */
export function behindSource(command: LooseCommand): Found {
  const file = command.words.slice(1).find((word) => word !== '--');
  const written = file === undefined ? undefined : command.files?.read(file);
  const isRead = file !== undefined && standardInput.test(file);
  if (written === undefined && !isRead) {
    // What an expansion in quotes turns into stays in front of the last name.
    const bare = file?.replaceAll('\0"', '').replaceAll('\0~', '~');
    const isKnown = bare !== undefined && !isMarked(bare) && environments.test(bare);
    return { argvs: [], scripts: [], isUnread: !isKnown };
  }
  const { texts, isUnread } = written ?? inputOf(command);
  return { argvs: [], scripts: texts, isSameShell: true, isUnread };
}

/** `alias g='git push'`, `g x`. */
export function behindAlias(words: readonly MarkedWord[]): Found {
  const values = words.slice(1).flatMap((word) => /^[^=]+=(.*)$/s.exec(word)?.[1] ?? []);
  return {
    argvs: [],
    // What follows the name stands behind the value.
    scripts: values.map((value) => `${scriptText(value)} \${_}`),
    isSameShell: true,
    isUnread: values.some(isMarked),
  };
}

/** `hash -p /bin/rm x; x y`. */
export function behindHash(words: readonly MarkedWord[]): Found {
  const argvs = words.flatMap((word, at) => {
    const attached = at === 0 ? undefined : /^-[A-Za-z]*p(.*)$/s.exec(word)?.[1];
    if (attached === undefined) return [];
    return [[attached === '' ? (words[at + 1] ?? '') : attached, looseExpansion]];
  });
  return { argvs, scripts: [] };
}
