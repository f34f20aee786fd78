// The Linux sandbox as the rest of the library sees it: one contract, the launcher behind it.
import {
  type AbsolutePath,
  type Availability,
  type Enforcement,
  err,
  noEnforcement,
  type ResourceLimits,
  type Result,
  type SandboxBackend,
} from '../../domain/index.ts';
import { confirmDenials } from '../confirm-denials.ts';
import type { LauncherMissing } from '../ensure-launcher.ts';
import { findDenial } from '../find-denial.ts';
import type { OwnPlace } from '../own-places.ts';
import type { privatePlace } from '../private-place.ts';
import { prepareLaunch } from './prepare-launch.ts';
import { probeLauncher } from './probe-launcher.ts';

export interface LandlockOptions {
  readonly launcher: Result<AbsolutePath, LauncherMissing>;
  readonly require: 'full' | 'best-effort';
  /** Laid over the default of at most 4096 processes. */
  readonly limits?: ResourceLimits;
  /** Roots that are directories for everybody: `/tmp` and the real path of `$TMPDIR`. */
  readonly temporary?: readonly AbsolutePath[];
  /** What the host itself writes, reads later or executes: held wherever it lies inside a writable root. */
  readonly ownPlaces?: readonly OwnPlace[];
  /** Where the probe works, in a directory of its own. Default: the first private place there is. */
  readonly probePlace?: () => ReturnType<typeof privatePlace>;
}

const defaultLimits: ResourceLimits = { processes: 4096 };

export function landlockBackend(options: LandlockOptions): SandboxBackend {
  const { launcher } = options;
  let probed: Promise<Availability> | undefined;
  let expected: Enforcement = noEnforcement;

  async function askHost(): Promise<Availability> {
    if (!launcher.ok) return { kind: 'missing', ...launcher.error };
    const answer = await probeLauncher(launcher.value, options.probePlace);
    if (answer.kind === 'available') expected = answer.enforcement;
    return answer;
  }

  return {
    kind: 'landlock',
    probe: async () => await (probed ??= askHost()),
    prepare: (command, profile) => {
      if (!launcher.ok) {
        return err({ kind: 'unsupported', restriction: 'file-write', because: launcher.error.what });
      }
      return prepareLaunch(command, profile, {
        launcher: launcher.value,
        require: options.require,
        limits: { ...defaultLimits, ...options.limits },
        temporary: options.temporary ?? ['/tmp' as AbsolutePath],
        ownPlaces: options.ownPlaces ?? [],
        expected,
      });
    },
    findDenial,
    confirmDenials,
  };
}
