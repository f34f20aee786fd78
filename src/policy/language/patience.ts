// The clock for a file's time budget. Wall time alone would refuse an honest file on a busy machine, processor time
// alone would charge it for other threads of an embedder: the shorter of the two is at most what the file used.

/** Milliseconds between two questions for processor time: each is a system call, and the clock is read often. */
const refreshEvery = 5;

export function createPatience(): () => number {
  const wallStart = performance.now();
  const cpuStart = cpuMs();
  let used = 0;
  let asked = wallStart;
  return () => {
    const wall = performance.now();
    const sinceAsked = wall - asked;
    if (sinceAsked < refreshEvery) return used + sinceAsked;
    used = Math.min(wall - wallStart, cpuMs() - cpuStart);
    asked = wall;
    return used;
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
