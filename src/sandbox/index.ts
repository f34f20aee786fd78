export { buildProfile, type ProfileWish } from './build-profile.ts';
export { ensureLauncher, type LauncherMissing, type LauncherPlace } from './ensure-launcher.ts';
export { findDenial } from './find-denial.ts';
export { landlockBackend, type LandlockOptions, probeLauncher } from './landlock/index.ts';
export { type HostReport, probeHost } from './probe-host.ts';
export { protectedInGitDirectory, protectedInHome, protectedNames } from './protected-paths.ts';
export { type BackendOptions, sandboxBackends } from './sandbox-backends.ts';
export { seatbeltBackend, type SeatbeltOptions } from './seatbelt/index.ts';
export { type SandboxDemand, type SandboxHost, selectSandbox } from './select-sandbox.ts';
