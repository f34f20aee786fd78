// What a child process gets from this one without being told, as one comparable text: user and groups, umask,
// privileges, limits, control group, niceness, namespaces, the place in line when memory is short. Only Linux tells all
// of it.
import { getPriority } from 'node:os';

const inherited = /^(?:Umask|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap[A-Z]\w+|Cpus_allowed|Mems_allowed):.*$/gmu;

/** Those a process can leave without its children noticing by themselves; the user namespace changes the capabilities. */
const links = ['ns/mnt', 'ns/net', 'ns/pid_for_children', 'ns/ipc', 'ns/uts', 'ns/cgroup', 'root'];

export interface ProcReader {
  text(path: string): string;
  link(path: string): string;
}

/** Undefined where it cannot be told. */
export function heritage(read: ProcReader): string | undefined {
  try {
    const status = read.text('/proc/self/status').match(inherited) ?? [];
    const texts = ['limits', 'cgroup', 'oom_score_adj'].map((name) => read.text(`/proc/self/${name}`));
    return [
      String(getPriority()),
      ...status,
      ...texts,
      ...links.map((name) => read.link(`/proc/self/${name}`)),
    ].join('\n');
  } catch {
    return undefined;
  }
}
