// `--limit-memory 512M` and its like, for every verb that runs one command.
import type { ResourceLimits } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';
import { wholeNumber } from './option-values.ts';

type LimitFlag = 'limit-processes' | 'limit-memory' | 'limit-file' | 'limit-cpu' | 'limit-open-files';

export const limitOptions: Readonly<Record<LimitFlag, { readonly type: 'string' }>> = {
  'limit-processes': { type: 'string' },
  'limit-memory': { type: 'string' },
  'limit-file': { type: 'string' },
  'limit-cpu': { type: 'string' },
  'limit-open-files': { type: 'string' },
};

export const limitHelp: string = `
      --limit-memory SIZE      bytes of memory, also 512K, 512M, 2G: for all of it in a control group, else each process
      --limit-processes N      processes and threads at a time (default 4096)
      --limit-file SIZE        the largest file it may write
      --limit-cpu SECONDS      processor time of each process, in whole seconds
      --limit-open-files N     open descriptors of each process`.slice(1);

type Given = { readonly [Name in LimitFlag]?: string | undefined };

export function readLimits(given: Given): ResourceLimits {
  const number = (name: LimitFlag): number | undefined =>
    given[name] === undefined ? undefined : wholeNumber(`--${name}`, given[name]);
  const size = (name: LimitFlag): number | undefined =>
    given[name] === undefined ? undefined : bytes(`--${name}`, given[name]);
  const limits = {
    processes: number('limit-processes'),
    memoryBytes: size('limit-memory'),
    fileBytes: size('limit-file'),
    cpuSeconds: number('limit-cpu'),
    openFiles: number('limit-open-files'),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

function bytes(option: string, text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,14})([KMGT]?)$/u.exec(text) ?? [];
  const size = Number(digits) * (units[unit ?? ''] ?? Number.NaN);
  if (Number.isSafeInteger(size)) return size;
  throw new UsageError(`${option} takes bytes, or a number with K, M, G or T, found ${JSON.stringify(text)}`);
}
