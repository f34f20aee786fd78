// Commands that destroy what cannot be brought back, or stop the machine: one row each, with its reason. A match asks
// or refuses, it never allows, so a row may be generous.
import { isDangerousGit } from './dangerous-git.ts';
import type { OptionWords, Word } from './option-words.ts';

export interface Danger {
  /** One sentence, without a full stop. */
  readonly because: string;
  when(options: OptionWords): boolean;
}

const always = (): boolean => true;

const rows: readonly (Danger & { readonly programs: string })[] = [
  {
    programs: 'rm',
    because: 'it deletes files without asking',
    when: (options) =>
      options.hasLetter('f') ||
      options.hasLong('--force') ||
      // PowerShell's `rm -Force`, and a case-insensitive file system's habits.
      options.hasLetter('F') ||
      (isRecursive(options) && options.operands.some(isSystemRoot)),
  },
  {
    programs: 'rimraf del-cli trash-cli rmrf',
    because: 'it deletes files without asking',
    when: ({ operands }) => operands.length > 0,
  },
  { programs: 'find', because: 'it deletes every file it finds', when: ({ all }) => all.includes('-delete') },
  { programs: 'git', because: 'it discards work or history', when: ({ all }) => isDangerousGit(all) },
  {
    programs: 'dd',
    because: 'it writes to a device',
    when: ({ all }) =>
      all.some((word) => word !== undefined && /^of=\/dev\/(?!null$|stdout$|stderr$|fd\/|zero$)/.test(word)),
  },
  {
    programs: 'mkfs mkfs.* mke2fs mkswap newfs newfs_apfs newfs_hfs newfs_msdos wipefs blkdiscard shred srm',
    because: 'it erases a disk or a file for good',
    when: always,
  },
  {
    programs: 'fdisk sfdisk cfdisk gdisk sgdisk parted',
    because: 'it rewrites a partition table',
    when: always,
  },
  {
    programs: 'diskutil',
    because: 'it erases a disk',
    when: ({ all }) =>
      all.some(
        (word) => word !== undefined && /^(?:erase|secureerase|zero|partition|apfs$|reformat)/i.test(word),
      ),
  },
  {
    programs: 'cryptsetup zpool zfs nvme hdparm',
    because: 'it can erase a volume',
    when: ({ all }) =>
      all.some(
        (word) =>
          word !== undefined && /^(?:luksformat|erase|destroy|format|sanitize|--security-erase)/i.test(word),
      ),
  },
  {
    programs: 'shutdown reboot halt poweroff pm-suspend pm-hibernate kexec',
    because: 'it stops the machine',
    when: always,
  },
  {
    programs: 'init telinit',
    because: 'it stops the machine',
    when: ({ operands }) => operands.some((word) => word === '0' || word === '6' || word === '1'),
  },
  {
    programs: 'systemctl loginctl',
    because: 'it stops the machine',
    when: ({ operands }) =>
      operands.some(
        (word) =>
          word !== undefined &&
          /^(?:poweroff|reboot|halt|kexec|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|soft-reboot|emergency|rescue|exit)$/.test(
            word,
          ),
      ),
  },
  {
    programs: 'chmod',
    because: 'it opens a whole tree to everybody',
    when: (options) =>
      isRecursive(options) &&
      (options.operands.some(isSystemRoot) ||
        options.all.some((word) => word !== undefined && opensToAll(word))),
  },
  {
    programs: 'chown chgrp chattr setfacl',
    because: 'it changes the owner or the protection of a system directory',
    when: (options) => isRecursive(options) && options.operands.some(isSystemRoot),
  },
  {
    programs: 'mv',
    because: 'it moves a system directory away',
    when: ({ operands }) => operands.slice(0, -1).some(isSystemRoot),
  },
  {
    programs: 'kill',
    because: 'it signals every process',
    when: ({ all }) => all.slice(1).includes('-1') || all.at(-1) === '-1' || all.at(-1) === '0',
  },
  { programs: 'killall5', because: 'it signals every process', when: always },
  {
    programs: 'crontab',
    because: 'it deletes every scheduled job',
    when: (options) => options.hasLetter('r'),
  },
  {
    programs: 'remove-item ri del erase rd rmdir',
    because: 'it deletes files without asking',
    when: ({ all }) =>
      all.some(
        (word) => word !== undefined && /^(?:-fo(?:r(?:ce?)?)?|-r(?:ec(?:urse)?)?|\/[fsq]+)$/i.test(word),
      ),
  },
  {
    programs: 'clear-disk initialize-disk stop-computer restart-computer',
    because: 'it erases a disk or stops the machine',
    when: always,
  },
  {
    programs: 'format',
    because: 'it erases a disk',
    when: ({ operands }) => operands.some((word) => word !== undefined && /^[a-z]:$/i.test(word)),
  },
];

/** By lower-case base name; `mkfs.*` stands for every name that begins so. */
export const dangers: ReadonlyMap<string, Danger> = new Map(
  rows.flatMap((row) => row.programs.split(' ').map((program) => [program, row] as const)),
);

function isRecursive(options: OptionWords): boolean {
  return options.hasLetter('R') || options.hasLetter('r') || options.hasLong('--recursive');
}

/** The root, a home directory, or a directory right below the root. */
function isSystemRoot(word: Word): boolean {
  return (
    word !== undefined &&
    /^(?:\/+[^/]*\/*\*?|~|\.\.?(?:\/\.\.)*\/?\*?)$/.test(word) &&
    !/^\.\/?$/.test(word) &&
    !/^\/+tmp\/*$/.test(word)
  );
}

/** `777`, `0777`, `1777`, `a+rwx`, `ugo=rwx`, `+w`, `o+w`. */
function opensToAll(word: string): boolean {
  return /^[0-7]?[0-7][0-7][2367]$/.test(word) || /(?:^|,)(?:[ugo]*[ao][ugo]*)?[+=][rwxXst]*w/.test(word);
}
