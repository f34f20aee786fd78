// What git runs because its own words say so: aliases, configuration given on the command line, filters, transports.
import { isMarked, type MarkedWord, plainMarked, scriptText } from './marked-word.ts';
import type { Found } from './found.ts';

/** Configuration whose value git runs, by the last part of its name; the middle is anybody's. */
const codeKeys =
  /^[a-z][a-z0-9-]*\.(?:.*\.)?(?:\w*(?:command|cmd|program|pager|editor|helper|driver|textconv|clean|smudge|process|hook|askpass|proxy|fsmonitor|external|difffilter|uploadpack|receivepack|vcs|url|pushurl|insteadof|tunnel|httpd|browser|update|ssh|variant)|path)$|^(?:pager|sendemail|ssh|man|browser)\..*$/is;
/** Configuration that leads git to files with code in them. */
const unreadKeys = /^(?:core\.hookspath|include\.path|includeif\..*\.path|init\.templatedir|alias\.)$/i;
const valued =
  /^--(?:upl[a-z-]*|rece[a-z-]*|exec|extcmd|sendmail-cmd|smtp-server|to-cmd|cc-cmd|open-files-in-pager|access-hook|browser|[a-z-]+-filter)$/;
const attachedValue =
  /^(?:--(?:up[a-z-]*|rec[a-z-]*|exec|extcmd|sendmail-cmd|smtp-server|to-cmd|cc-cmd|open-files-in-pager|access-hook|browser|[a-z-]+-filter)=|-O|-x|-u)(.+)$/s;

/** `-u` is the short form of `--upload-pack` for these alone. */
const transferring: readonly string[] = ['clone', 'fetch-pack', 'ls-remote'];
/** Each alias means that the whole command is read once more. */
const mostAliases = 8;

export function behindGit(words: readonly MarkedWord[]): Found {
  const scripts: string[] = [];
  const argvs: (readonly MarkedWord[])[] = [];
  let isUnread = false;
  const configAt = words.indexOf('config', 1);
  const transfers = transferring.some((name) => words.includes(name));
  for (const [index, marked] of words.entries()) {
    if (index === 0) continue;
    const word = scriptText(marked);
    const next = words[index + 1];
    const following = next === undefined ? undefined : scriptText(next);
    const setting = settingAt(words, index, configAt);
    if (setting !== undefined) {
      const { key, value } = setting;
      const alias = /^alias\.(.*)$/is.exec(key)?.[1];
      if (alias !== undefined && value.startsWith('!')) scripts.push(value.slice(1));
      else if (alias !== undefined && argvs.length < mostAliases)
        argvs.push(behindAlias(words, { index, alias, value }));
      else if (alias !== undefined) isUnread = true;
      else if (codeKeys.test(key)) scripts.push(value.replace(/^!/, ''));
      isUnread ||= unreadKeys.test(key) || (isMarked(marked) && !/^[a-z]+\.[a-z]+=/i.test(marked));
    }
    const attached = attachedValue.exec(word)?.[1];
    if (attached !== undefined) scripts.push(attached);
    else if (following !== undefined && (valued.test(word) || word === '-x' || (word === '-u' && transfers)))
      scripts.push(following);
    if (word === 'run' && words[index - 1] === 'bisect' && argvs.length < mostAliases)
      argvs.push(words.slice(index + 1));
    if (word === 'for-each-repo')
      argvs.push(['git', ...words.slice(index + 1).filter((each) => !each.startsWith('-'))]);
    if (word === 'remote-ext') scripts.push(...words.slice(index + 2).map(scriptText));
    if (word === 'foreach' && words.slice(1, index).includes('submodule'))
      scripts.push(joined(words.slice(index + 1)));
    if (/^--(?:exec-path|config-env)=?/.test(word) && word !== '--exec-path') isUnread = true;
    const remote = /^ext::(.*)$/s.exec(word)?.[1];
    if (remote !== undefined) scripts.push(remote.replaceAll('% ', '\\ '), remote);
  }
  return { argvs, scripts, isUnread };
}

/** `-c KEY=VALUE`, `-cKEY=VALUE`, `clone --config KEY=VALUE`, and `config KEY VALUE`. */
function settingAt(
  words: readonly MarkedWord[],
  index: number,
  configAt: number,
): { readonly key: string; readonly value: string } | undefined {
  const word = scriptText(words[index] ?? '');
  const before = words[index - 1];
  if (before === '-c' || before === '--config') return splitSetting(word);
  if (/^-c./s.test(word)) return splitSetting(word.slice(2));
  if (word.startsWith('--config=')) return splitSetting(word.slice(9));
  const value = words[index + 1];
  if (configAt === -1 || configAt >= index || value === undefined || !/^[A-Za-z][\w-]*\./.test(word))
    return undefined;
  return { key: word, value: scriptText(value) };
}

function joined(words: readonly MarkedWord[]): string {
  return words
    .filter((word) => !word.startsWith('-'))
    .map(scriptText)
    .join(' ');
}

function splitSetting(text: string): { readonly key: string; readonly value: string } {
  const equals = text.indexOf('=');
  return equals === -1
    ? { key: text, value: '' }
    : { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** `git -c alias.i=init i x` is `git -c … init x`. */
function behindAlias(
  words: readonly MarkedWord[],
  { index, alias, value }: { readonly index: number; readonly alias: string; readonly value: string },
): readonly MarkedWord[] {
  const own = value
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(plainMarked);
  if (own[0] === alias) return ['git', ...own, '\0$'];
  const called = words.findIndex((word, at) => at > index && word === alias);
  if (called === -1) return ['git', ...own, '\0$'];
  return ['git', ...words.slice(1, called), ...own, ...words.slice(called + 1)];
}
