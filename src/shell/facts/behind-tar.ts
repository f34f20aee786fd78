// The programs tar runs: to compress, to write each member to, at checkpoints and at the end of a volume. Their options
// may be shortened, stand in a cluster, or in the bundle that comes first and has no dash.
import { type MarkedWord, scriptText } from './marked-word.ts';

const options: readonly string[] = [
  'checkpoint-action',
  'info-script',
  'new-volume-script',
  'rsh-command',
  'to-command',
  'use-compress-program',
];

/** Every text that may be a command line. */
export function behindTar(words: readonly MarkedWord[]): string[] {
  const texts = words.map(scriptText);
  return texts.flatMap((text, index) => {
    // A bundle takes a word for each of its letters.
    const values = index === 1 ? text.length : 1;
    return commandsOf(text, index === 1, texts.slice(index + 1, index + 1 + values));
  });
}

function commandsOf(word: string, isFirst: boolean, rest: readonly string[]): readonly string[] {
  const next = rest.slice(0, 1);
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals);
    if (name === '' || !options.some((option) => option.startsWith(name))) return [];
    return (equals === -1 ? next : [word.slice(equals + 1)]).map(withoutAction);
  }
  // Each letter of a bundle takes its value from the words behind it, in order.
  if (isFirst && /^[A-Za-z]*[IF]/.test(word)) return rest.slice(0, word.length);
  const attached = /^-[A-Za-z]*?[IF](.*)$/s.exec(word)?.[1];
  if (attached === undefined) return [];
  return attached === '' ? next : [attached];
}

/** `exec=COMMAND` is one of the things to do at a checkpoint. */
function withoutAction(text: string): string {
  return text.replace(/^exec=/, '');
}
