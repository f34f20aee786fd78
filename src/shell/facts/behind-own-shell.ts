// Programs that start a shell when nobody names a program, and that shell runs what it reads: `sudo -s <<< 'rm x'`,
// `echo 'rm x' | ssh host`.
import type { Found } from './found.ts';
import { type MarkedWord, scriptText } from './marked-word.ts';
import { plainWrappers } from './plain-wrappers.ts';
import { readWrapper } from './read-wrapper.ts';
import type { LooseCommand } from './reading.ts';
import { behindRunner } from './runners.ts';
import { inputOf } from './shell-input.ts';
import { wrappers } from './wrappers.ts';

/** How its words say that it starts a shell, beside naming no program. */
type Sign = RegExp | 'no-program' | 'no-script';

const signs: Readonly<Record<string, Sign>> = {
  ...ofNames('su runuser sg newgrp login', 'no-script'),
  ...ofNames('sudo sudo-rs doas', /^(?:-[A-Za-z]*[si][A-Za-z]*|--shell|--login)$/),
  ...ofNames(
    `chroot unshare nsenter setarch linux32 linux64 i386 x86_64 script ssh fakeroot fakechroot firejail proot schroot
    lxc-attach run0 systemd-nspawn nix-shell distrobox-enter arch-chroot dbus-run-session`,
    'no-program',
  ),
  ...ofNames('systemd-run', /^(?:-[A-Za-z]*S|--shell)$/),
  ...ofNames('nix', /^(?:develop|shell)$/),
  ...ofNames('poetry pipenv pixi machinectl multipass limactl adb', /^shell$/),
  ...ofNames('vagrant gcloud minikube colima', /^ssh$/),
  ...ofNames('toolbox distrobox', /^enter$/),
  ...ofNames('docker podman nerdctl', /^run$/),
};

export const programsWithShells: readonly string[] = Object.keys(signs);

export function behindOwnShell(name: string, command: LooseCommand): Found {
  const sign = signs[name];
  if (sign === undefined || !isFed(command) || !startsShell(name, command.words, sign)) return nothing;
  const { texts, isUnread } = inputOf(command);
  return { argvs: [], scripts: texts, isUnread };
}

const nothing: Found = { argvs: [], scripts: [] };

function ofNames(names: string, sign: Sign): Record<string, Sign> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, sign]));
}

function isFed({ pipedFrom, redirects, around }: LooseCommand): boolean {
  const isInput = ({ operator }: { readonly operator: string }): boolean => operator.startsWith('<');
  return pipedFrom !== undefined || redirects.some(isInput) || around?.some(isInput) === true;
}

function startsShell(name: string, words: readonly MarkedWord[], sign: Sign): boolean {
  if (sign instanceof RegExp && !words.some((word, at) => at > 0 && sign.test(scriptText(word))))
    return false;
  const wrapper = wrappers.get(name) ?? plainWrappers.get(name);
  const named = wrapper === undefined ? behindRunner(name, words) : readWrapper(wrapper, words);
  if (named.scripts.some((script) => script !== '')) return false;
  return sign === 'no-script' || named.argvs.every((argv) => argv.length === 0);
}
