// `--preview` and `--apply`, which mean the same wherever commands run.
import { UsageError } from '../edge.ts';

/** What becomes of what was held back: somebody is asked, or it comes in without a question. */
export type PreviewWish = 'ask' | 'apply';

/** @throws UsageError for `--apply` without `--preview`. */
export function previewWish(values: {
  readonly preview?: boolean | undefined;
  readonly apply?: boolean | undefined;
}): PreviewWish | undefined {
  if (values.preview === true) return values.apply === true ? 'apply' : 'ask';
  if (values.apply !== true) return undefined;
  throw new UsageError('--apply belongs to --preview: without it changes come in anyway');
}
