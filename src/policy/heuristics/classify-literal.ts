// One literal command of an opaque script, or behind a wrapper, to dangerous or unknown. Never to safe.
import { type LiteralCommand, readingStopped, recursiveSpawn } from '../../domain/index.ts';
import { findDanger } from './find-danger.ts';

export interface ClassifiedLiteral {
  readonly class: 'dangerous' | 'unknown';
  /** One sentence for the person who is asked, without a full stop. */
  readonly because: string;
}

const deviceThatHoldsData =
  /^\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper\/|dm-|md|loop|zvol\/|mem$|kmem$|port$)/;

export function classifyLiteral(command: LiteralCommand): ClassifiedLiteral {
  if (command.via.includes(readingStopped)) {
    return { class: 'dangerous', because: 'it is nested too deeply to be read' };
  }
  if (command.via.includes(recursiveSpawn)) {
    return { class: 'dangerous', because: 'the function starts itself again and again' };
  }
  for (const { operator, target } of command.redirects) {
    if (target === undefined || !/>/.test(operator)) continue;
    if (deviceThatHoldsData.test(target))
      return { class: 'dangerous', because: `it overwrites the device ${target}` };
    if (target === '/proc/sysrq-trigger')
      return { class: 'dangerous', because: 'it commands the kernel directly' };
  }
  const danger = findDanger(command.words);
  return danger === undefined
    ? { class: 'unknown', because: 'no rule and no list speaks about it' }
    : { class: 'dangerous', because: danger };
}
