// `-c key=value`, for every verb that reads the configuration.
import type { Override } from '../../config/index.ts';
import { UsageError } from '../edge.ts';

/** @throws UsageError for one that is none. */
export async function overridesIn(texts: readonly string[] | undefined): Promise<readonly Override[]> {
  if (texts === undefined || texts.length === 0) return [];
  const { parseOverride } = await import('../../config/parse-override.ts');
  return texts.map((text) => {
    const parsed = parseOverride(text);
    if (!parsed.ok) throw new UsageError(`-c ${text.split('=')[0] ?? ''}: ${parsed.error}`);
    return parsed.value;
  });
}
