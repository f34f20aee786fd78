// The clock a budget is measured on when nobody gives another.

/** Up to here the cheap clock alone is asked. */
const quietMs = 20;

/**
 * Milliseconds since it was made, counted only while this process was really working: the smaller of wall time and
 * processor time. On a machine with too much to do, an honest file must not fail because others were served first.
 */
export function workClock(): () => number {
  const startedAt = performance.now();
  const usedBefore = process.cpuUsage();
  return () => {
    const wall = performance.now() - startedAt;
    if (wall < quietMs) return wall;
    const used = process.cpuUsage(usedBefore);
    return Math.min(wall, (used.user + used.system) / 1000);
  };
}
