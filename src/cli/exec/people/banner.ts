// What a run begins with: what will be asked of whom, and what commands may do.
import { stripControl } from '../../../exec/index.ts';
import type { Paint } from './paint.ts';
import { layOut } from './screen.ts';

export interface Banner {
  readonly version: string;
  readonly workdir: string;
  /** `never`, `allowlist`, or how questions are answered. */
  readonly approval: string;
  readonly model: string;
  readonly provider: string;
  readonly sandbox: string;
  readonly prompt: string;
}

export function bannerRows(
  banner: Banner,
  threadId: string,
  paint: Paint,
  columns: number | undefined,
): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['workdir', banner.workdir],
    ['model', banner.model],
    ['provider', banner.provider],
    ['approval', banner.approval],
    ['sandbox', banner.sandbox],
    ['thread', threadId],
  ];
  return [
    paint.strong(`cordon ${banner.version}`),
    ...facts.flatMap(([name, value]) => {
      const [first = '', ...rest] = layOut(stripControl(value), columns, ' '.repeat(10));
      return [`${paint.dim(`${name}:`.padEnd(10))}${first.slice(10)}`, ...rest];
    }),
    '',
    paint.strong('user'),
    ...layOut(stripControl(banner.prompt), columns),
    '',
  ];
}
