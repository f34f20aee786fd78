// Gives privileges up.
#include "privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int drop_privileges(struct failure *failure) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot forbid new privileges");
  // Without CAP_SETPCAP these fail, and no_new_privs alone keeps uid 0 from regaining anything at execve.
  for (unsigned long capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) continue;
  (void)prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0);
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &header, none) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot drop capabilities");
  return 0;
}

static int set_limit(int resource, uint64_t value, const char *name, struct failure *failure) {
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot read the limit for %s", name);
  // Never above what the host has: raising would need a privilege and is not what a limit is for.
  if (limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max) limit.rlim_max = (rlim_t)value;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot limit %s", name);
  return 0;
}

int apply_limits(const struct policy *policy, struct failure *failure) {
  static const struct {
    enum limit_kind kind;
    int resource;
    const char *name;
  } limits[] = {
      {LIMIT_PROCESSES, RLIMIT_NPROC, "processes"}, {LIMIT_MEMORY, RLIMIT_AS, "memory"},
      {LIMIT_FILE_SIZE, RLIMIT_FSIZE, "file size"}, {LIMIT_CPU, RLIMIT_CPU, "CPU time"},
      {LIMIT_OPEN_FILES, RLIMIT_NOFILE, "open files"},
  };
  // A core file would be written with this process's memory wherever core_pattern says, by the kernel itself.
  if (policy->mode != MODE_SUPERVISE && set_limit(RLIMIT_CORE, 0, "core dumps", failure) != 0) return -1;
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    if (!policy->has_limit[limits[i].kind]) continue;
    if (set_limit(limits[i].resource, policy->limit[limits[i].kind], limits[i].name, failure) != 0) return -1;
  }
  return 0;
}
