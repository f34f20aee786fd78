// The backends a platform has: one on Linux, one on macOS, none elsewhere.
import type { SandboxBackend } from '../domain/index.ts';
import { landlockBackend, type LandlockOptions } from './landlock/index.ts';
import { seatbeltBackend, type SeatbeltOptions } from './seatbelt/index.ts';

export interface BackendOptions {
  readonly platform: string;
  readonly landlock: LandlockOptions;
  readonly seatbelt?: SeatbeltOptions;
}

export function sandboxBackends(options: BackendOptions): readonly SandboxBackend[] {
  switch (options.platform) {
    case 'linux':
      return [landlockBackend(options.landlock)];
    case 'darwin':
      return [seatbeltBackend(options.seatbelt)];
    default:
      return [];
  }
}
