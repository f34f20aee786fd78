// The clock a budget is measured on when nobody gives another.

/** Up to here the cheap clock alone is asked. */
const quietMs = 50;
/** Asking how much the processor worked can take a good part of a millisecond on a busy machine. */
const askedEveryMs = 10;

/**
 * Milliseconds since it was made, counted only while this process was really working: the smaller of wall time and
 * processor time. On a machine with too much to do, an honest file must not fail because others were served first.
 */
export function workClock(): () => number {
  const startedAt = performance.now();
  const usedBefore = process.cpuUsage();
  let idleMs = 0;
  let askAt = quietMs;
  return () => {
    const wall = performance.now() - startedAt;
    if (wall >= askAt) {
      const used = process.cpuUsage(usedBefore);
      idleMs = Math.max(0, wall - (used.user + used.system) / 1000);
      askAt = wall + askedEveryMs;
    }
    return wall - idleMs;
  };
}
