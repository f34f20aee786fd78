// The log of decisions of one runtime, where it can be kept from commands.
import { absolutePath, type AccessProfile } from '../domain/index.ts';
import { isLogExposed } from '../sandbox/index.ts';
import { type DecisionLog, openDecisionLog } from './decision-log.ts';

/** Undefined also where commands could rewrite it: they are refused, and the file is left alone. */
export function openLog(file: string | undefined, profile: AccessProfile): DecisionLog | undefined {
  if (file === undefined) return undefined;
  const path = absolutePath(file);
  const roots = profile.kind === 'workspace-write' ? profile.writable : [];
  return path !== undefined && isLogExposed(path, roots) ? undefined : openDecisionLog(file, Date.now);
}
