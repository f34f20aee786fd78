// The only door to native/: whoever runs something gets a LaunchedRun, and nobody else speaks the launcher's language.
export { exactEnvironment } from './exact-environment.ts';
export {
  LaunchedRun,
  launcherAlone,
  type LauncherTrees,
  type RunEnd,
  type RunningProgram,
  type RunSettings,
} from './launched-run.ts';
export { addLayers, addStreams, addAttended, encodeStart } from './launcher-frames.ts';
export type { LauncherPolicy, LauncherRoot, ProtectedName, RootGuard } from './launcher-policy.ts';
export {
  type LauncherSeat,
  type LauncherSource,
  type SeatStreams,
  spawnedSeats,
  spawnSeat,
} from './launcher-seat.ts';
export { LaunchServer, type LaunchServerOptions } from './launch-server.ts';
export { maxStartBytes } from './record-writer.ts';
export { type LaunchedCommand, supervised } from './supervised.ts';
export { waitForNews, waitWithin } from './wait-within.ts';
