// Gives privileges up.
#include "sandbox/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t kept_mask(enum kept_privileges kept) {
  const uint32_t file_access = 1U << CAP_DAC_OVERRIDE;
  switch (kept) {
    case KEEP_NOTHING:
      return 0;
    case KEEP_FILE_ACCESS:
      return file_access;
    case KEEP_FILE_OWNERSHIP:
      return file_access | 1U << CAP_FOWNER;
  }
  return 0;
}

enum kept_privileges privileges_to_keep(bool has_foreign_roots, bool has_private_mounts) {
  if (geteuid() != 0 || !has_foreign_roots) return KEEP_NOTHING;
  return has_private_mounts ? KEEP_FILE_OWNERSHIP : KEEP_FILE_ACCESS;
}

static bool set_effective(uint32_t low, uint32_t high) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2];
  memset(data, 0, sizeof data);
  if (syscall(SYS_capget, &header, data) != 0) return false;
  data[0].effective = data[0].permitted & low;
  data[1].effective = data[1].permitted & high;
  return syscall(SYS_capset, &header, data) == 0;
}

bool lower_privileges(enum kept_privileges kept) {
  return set_effective(kept_mask(kept), 0);
}

bool raise_privileges(void) {
  return set_effective(UINT32_MAX, UINT32_MAX);
}

bool command_may(enum kept_privileges kept, int file, int mode) {
  enum { NR_faccessat2 = 439 };
  if (!lower_privileges(kept)) return false;
  bool may = syscall(NR_faccessat2, file, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
  if (!raise_privileges()) _exit(1);
  return may;
}

int drop_privileges(enum kept_privileges kept, struct failure *failure) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2];
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot forbid new privileges");
  memset(data, 0, sizeof data);
  if (syscall(SYS_capget, &header, data) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot read capabilities");
  const uint32_t mask = kept_mask(kept) & data[0].permitted;
  // Without CAP_SETPCAP these fail, and no_new_privs alone keeps uid 0 from regaining anything at execve.
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (capability < 32 && (mask >> capability & 1U) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break; // the kernel knows no more
  }
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  const struct __user_cap_data_struct few = {.effective = mask | 1U << CAP_SETPCAP, .permitted = mask | 1U << CAP_SETPCAP,
                                             .inheritable = mask};
  memset(data, 0, sizeof data);
  data[0] = few;
  // Ambient, because uid 0 shall mean nothing at execve: that is what the secure bits say.
  if (mask != 0 && syscall(SYS_capset, &header, data) == 0) {
    for (unsigned long capability = 0; capability < 32; capability++) {
      if ((mask >> capability & 1U) != 0) (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
    }
  }
  (void)prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0);
  memset(data, 0, sizeof data);
  data[0].effective = data[0].permitted = data[0].inheritable = mask;
  if (syscall(SYS_capset, &header, data) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot drop capabilities");
  return 0;
}

// Not getrlimit and setrlimit: libcs disagree about the type of their first argument.
struct limit {
  uint64_t current, most;
};

static int set_limit(int resource, uint64_t value, const char *name, struct failure *failure) {
  struct limit limit;
  if (syscall(SYS_prlimit64, 0, resource, NULL, &limit) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot read the limit for %s", name);
  // Never above what the host has: raising would need a privilege and is not what a limit is for.
  if (value < limit.most) limit.most = value; // "unlimited" is the largest number
  limit.current = limit.most;
  if (syscall(SYS_prlimit64, 0, resource, &limit, NULL) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot limit %s", name);
  return 0;
}

int apply_limits(const struct policy *policy, bool holds_memory, struct failure *failure) {
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
    if (!policy->has_limit[limits[i].kind] || (limits[i].kind == LIMIT_MEMORY && holds_memory)) continue;
    if (set_limit(limits[i].resource, policy->limit[limits[i].kind], limits[i].name, failure) != 0) return -1;
  }
  return 0;
}
