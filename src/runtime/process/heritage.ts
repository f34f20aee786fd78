// What a child process gets from this one without being told, as one comparable text: user and groups, umask,
// privileges, limits, control group, niceness. Only Linux tells all of it.
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

const inherited = /^(?:Umask|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap[A-Z]\w+|Cpus_allowed|Mems_allowed):.*$/gmu;

/** Undefined where it cannot be told. */
export function heritage(read: (path: string) => string = readText): string | undefined {
  try {
    const status = read('/proc/self/status').match(inherited) ?? [];
    return [String(getPriority()), ...status, read('/proc/self/limits'), read('/proc/self/cgroup')].join(
      '\n',
    );
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
