// The banner's line about the sandbox: the mode that was asked for, and what this host really enforces of it.
import type { Availability } from '../../domain/index.ts';
import type { ShellRuntimeOptions } from '../../runtime/shell-runtime.ts';

export function describeSandbox(
  options: Pick<ShellRuntimeOptions, 'sandbox' | 'network' | 'writableRoots'>,
  host: Availability | undefined,
): string {
  const { sandbox = 'workspace-write', network = 'none', writableRoots = [] } = options;
  if (sandbox === 'danger-full-access') return `${sandbox}: commands run without a sandbox`;
  const more = writableRoots.length === 0 ? '' : `, also ${writableRoots.join(', ')}`;
  const wish = `${sandbox}${sandbox === 'workspace-write' ? more : ''}${network === 'full' ? ', with network' : ''}`;
  if (host === undefined) return wish;
  if (host.kind === 'missing') return `${wish}; not available: ${host.what}. ${host.hint}`;
  const { level, layers, missing } = host.enforcement;
  const gaps = missing.map(({ restriction }) => restriction).join(', ');
  return `${wish}; enforced by ${layers.join(', ')} (${level}${gaps === '' ? '' : `, without ${gaps}`})`;
}
