// The banner's line about the sandbox: the mode that was asked for, and what this host can enforce of it.
import { assertNever } from '../../domain/index.ts';
import type { SandboxStatus } from '../../runtime/index.ts';

export function describeSandbox({ profile, selection, enforcement }: SandboxStatus): string {
  const network = profile.kind !== 'danger-full-access' && profile.network === 'full' ? ', with network' : '';
  const wish = `${profile.kind}${network}`;
  switch (selection.kind) {
    case 'unsandboxed':
      return `${wish}: commands run without a sandbox`;
    case 'unavailable':
      return `${wish}: NOT AVAILABLE, so every command will be refused: ${selection.missing}. ${selection.hint}`;
    case 'sandboxed': {
      const gaps = enforcement.missing.map(({ restriction }) => restriction).join(', ');
      const what = `${enforcement.layers.join(', ')}: ${enforcement.level}`;
      return `${wish} (${what}${gaps === '' ? '' : `, without ${gaps}`})`;
    }
    default:
      return assertNever(selection, 'describeSandbox');
  }
}
