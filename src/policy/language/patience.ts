// The clock for a file's time budget. Wall time alone would refuse an honest file on a busy machine, processor time
// alone would charge it for other threads of an embedder: the shorter of the two is at most what the file used.

export function createPatience(): () => number {
  const wallStart = performance.now();
  const cpuStart = cpuMs();
  return () => Math.min(performance.now() - wallStart, cpuMs() - cpuStart);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
