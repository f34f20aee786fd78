// Programs that do nothing but start another one a little differently: later killed, slower, timed. With exactly the
// options listed here they do not change what the inner command is, so an allow rule for that one covers the whole.
import { isNonEmpty, type Argv } from '../../domain/index.ts';

interface TransparentWrapper {
  /** Options without a value. */
  readonly flags: RegExp | undefined;
  /** Options whose value is the next word. */
  readonly valued: readonly string[];
  readonly value: RegExp;
  /** Options with the value attached. */
  readonly attached: RegExp | undefined;
  /** What the operand before the program looks like; undefined when there is none. */
  readonly operand: RegExp | undefined;
}

const duration = /^\d+(?:\.\d+)?[smhd]?$/;
const signal = /^(?:SIG)?[A-Z]{2,8}\d?$|^\d{1,2}$/;

const timeout: TransparentWrapper = {
  flags: /^(?:-v|--verbose|--foreground|--preserve-status)$/,
  valued: ['-k', '-s', '--kill-after', '--signal'],
  value: new RegExp(`${duration.source}|${signal.source}`),
  attached: /^(?:-k\d+[smhd]?|-s\w+|--kill-after=\d+[smhd]?|--signal=\w+)$/,
  operand: duration,
};

const wrappers: ReadonlyMap<string, TransparentWrapper> = new Map([
  ['timeout', timeout],
  ['gtimeout', timeout],
  [
    'nice',
    {
      flags: /^-\d+$/,
      valued: ['-n', '--adjustment'],
      value: /^-?\d+$/,
      attached: /^(?:-n-?\d+|--adjustment=-?\d+)$/,
      operand: undefined,
    },
  ],
  [
    'ionice',
    { flags: /^-t$/, valued: ['-c', '-n'], value: /^\d$/, attached: /^-[cn]\d$/, operand: undefined },
  ],
  ['time', { flags: /^-[plv]$/, valued: [], value: /^$/, attached: undefined, operand: undefined }],
  [
    'stdbuf',
    {
      flags: undefined,
      valued: ['-i', '-o', '-e'],
      value: /^[L0]$/,
      attached: /^-[ioe][L0]$/,
      operand: undefined,
    },
  ],
  ['nohup', { flags: undefined, valued: [], value: /^$/, attached: undefined, operand: undefined }],
]);

/** The command behind the wrapper; undefined when the program is none, or is used in any other way. */
export function readTransparentWrapper(argv: Argv): Argv | undefined {
  const name = argv[0].slice(argv[0].lastIndexOf('/') + 1);
  const wrapper = wrappers.get(name);
  if (wrapper === undefined) return undefined;
  let at = 1;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) break;
    if (wrapper.valued.includes(word)) {
      at += 1;
      if (!wrapper.value.test(argv[at] ?? '-')) return undefined;
    } else if (word === '--') {
      at += 1;
      break;
    } else if (wrapper.flags?.test(word) !== true && wrapper.attached?.test(word) !== true) {
      return undefined;
    }
  }
  if (wrapper.operand !== undefined) {
    if (!wrapper.operand.test(argv[at] ?? '')) return undefined;
    at += 1;
  }
  const inner = argv.slice(at);
  return isNonEmpty(inner) && !inner[0].startsWith('-') ? inner : undefined;
}
