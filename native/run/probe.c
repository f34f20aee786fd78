// Asks the kernel questions that Node cannot ask, one line each.
#include "run/probe.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/failure.h"
#include "sandbox/namespaces.h"

#ifndef SECCOMP_GET_ACTION_AVAIL
#define SECCOMP_GET_ACTION_AVAIL 2
#endif
#ifndef SECCOMP_RET_USER_NOTIF
#define SECCOMP_RET_USER_NOTIF 0x7fc00000U
#endif

static void tell_landlock(void) {
  long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */);
  if (abi > 0) (void)dprintf(STDOUT_FILENO, "landlock_abi=%ld\n", abi);
  else (void)dprintf(STDOUT_FILENO, "landlock_error=%s\n", errno_name(errno));
}

static const char *can_seccomp(uint32_t action) {
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0U, &action) == 0 ? "yes" : errno_name(errno);
}

static void tell_seccomp(void) {
  (void)dprintf(STDOUT_FILENO, "seccomp_filter=%s\n", can_seccomp(SECCOMP_RET_ERRNO));
  (void)dprintf(STDOUT_FILENO, "seccomp_notify=%s\n", can_seccomp(SECCOMP_RET_USER_NOTIF));
  // Mode 2: somebody above us, a container engine most often, filters system calls already.
  (void)dprintf(STDOUT_FILENO, "seccomp_inherited=%d\n", prctl(PR_GET_SECCOMP) == 2 ? 1 : 0);
}

static void tell_namespaces(void) {
  struct failure failure = {0};
  bool has_users = false;
  int answer[2];
  if (pipe(answer) != 0) return;
  pid_t child = fork_into_namespaces(&has_users, &failure);
  if (child == 0) {
    if (enter_empty_namespaces(NETWORK_OF_ITS_OWN, &failure) != 0 || enter_copied_namespaces(&failure) != 0)
      (void)!write(answer[1], &failure, sizeof failure);
    _exit(0);
  }
  (void)close(answer[1]);
  bool failed = child < 0 || read(answer[0], &failure, sizeof failure) == (ssize_t)sizeof failure;
  (void)close(answer[0]);
  while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  if (!failed) {
    (void)dprintf(STDOUT_FILENO, "namespaces=%s\n", has_users ? "user" : "privileged");
    return;
  }
  (void)dprintf(STDOUT_FILENO, "namespaces=none\nnamespaces_why=%s\nnamespaces_cure=%s\n", failure.text, failure.hint);
}

int probe_host(void) {
  tell_landlock();
  tell_seccomp();
  tell_namespaces();
  return 0;
}
