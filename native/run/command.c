// From a fresh fork to execve: session, streams, limits, layers, program. Order matters: each step needs something
// the next one takes away.
#include "run/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/execute.h"
#include "sandbox/privileges.h"
#include "sandbox/roots.h"
#include "sandbox/seccomp.h"

enum { EXIT_NOTHING_RAN = 125 };

bool send_setup_message(int setup_fd, const struct setup_message *message) {
  ssize_t sent;
  while ((sent = send(setup_fd, message, sizeof *message, MSG_NOSIGNAL)) < 0 && errno == EINTR) continue;
  return sent == (ssize_t)sizeof *message;
}

_Noreturn void give_up(int setup_fd, const struct failure *failure) {
  struct setup_message message = {.kind = MESSAGE_FAILED, .failure = *failure};
  (void)send_setup_message(setup_fd, &message);
  _exit(EXIT_NOTHING_RAN);
}

static int die_with_parent(pid_t parent, struct failure *failure) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot tie the command to the launcher");
  // The parent may have died before the kernel knew that we care.
  if (getppid() != parent) _exit(EXIT_NOTHING_RAN);
  return 0;
}

static int arrange_streams(const struct command_place *place, struct failure *failure) {
  for (int fd = 0; fd < 3; fd++) {
    if (place->stdio[fd] >= 0 && dup2(place->stdio[fd], fd) < 0)
      return refuse(failure, STAGE_LAUNCHER, errno, "Cannot arrange the standard streams");
  }
  return 0;
}

// Whoever serves connect() holds the listener; the command must not.
static int hand_over_listener(int listener, int receiver, struct failure *failure) {
  char byte = 0, room[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  memset(room, 0, sizeof room);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &listener, sizeof listener);
  if (sendmsg(receiver, &message, MSG_NOSIGNAL) != 1)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot hand over the connect filter");
  (void)close(listener);
  return 0;
}

static int enter_sandbox(const struct policy *policy, struct command_place *place, struct failure *failure) {
  struct enforcement *enforcement = &place->enforcement;
  enforcement->sandboxed = 1;
  enum kept_privileges kept = privileges_to_keep(place->has_foreign_roots, place->view.private_mounts);
  if (drop_privileges(kept, failure) != 0) return -1;
  if (restrict_with_landlock(policy, &place->view, enforcement, failure) != 0) return -1;
  if (!policy->best_effort && has_profile_gap(enforcement)) return 0; // refused by the caller, with the reason
  struct seccomp_needs needs = {
      .allow_inet = policy->network || place->view.private_network,
      .allow_unix = place->listener_fd >= 0,
      .private_processes = place->private_processes,
      .landlock = (enforcement->layers & LAYER_LANDLOCK) != 0,
      .is_root = geteuid() == 0,
      .has_layers = policy->layer_count > 0,
      .watches_starts = place->watches_starts,
      .tells_denials = place->tells_denials,
  };
  int listener = -1;
  if (restrict_with_seccomp(&needs, &listener, failure) != 0) return -1;
  enforcement->layers |= LAYER_SECCOMP;
  return listener < 0 ? 0 : hand_over_listener(listener, place->listener_fd, failure);
}

static int refuse_gap(const struct enforcement *enforcement, struct failure *failure) {
  uint8_t first = 0;
  while (!is_profile_gap(&enforcement->gaps[first])) first++;
  (void)refuse(failure, STAGE_SANDBOX, 0, "Cannot sandbox the command fully: %s", enforcement->gaps[first].because);
  if (failure->hint[0] == '\0')
    return advise(failure, "Allow less with sandbox_require = \"best-effort\", or see `cordon doctor`");
  return -1;
}

// Without a terminal the command leads a session of its own. With one it stays in the launcher's; in a pid namespace
// it needs a process group that has a number there, in the foreground (SIGTTOU is blocked until execve).
static int enter_session(const struct policy *policy, bool private_processes, struct failure *failure) {
  if (!policy->tty)
    return setsid() < 0 ? refuse(failure, STAGE_LAUNCHER, errno, "Cannot start a session") : 0;
  if (!private_processes || (setpgid(0, 0) == 0 && tcsetpgrp(STDIN_FILENO, getpid()) == 0)) return 0;
  return refuse(failure, STAGE_LAUNCHER, errno, "Cannot take the foreground of the terminal");
}

// In a view of its own a place may be one that only the view has (a private /tmp, a layer over a root): another device at
// the same path, with no link on the way. On the device it was asked for on, it must be that very directory.
static int enter_place(const struct policy *policy, const struct command_place *place, struct failure *failure) {
  if (!place->view.private_mounts || !policy->has_cwd_identity) return enter_directory(policy, failure);
  struct stat found;
  int directory = open_exact(-1, policy->cwd);
  bool is_other = directory < 0 ? errno == ELOOP
                                : fstat(directory, &found) == 0 && found.st_dev == (dev_t)policy->cwd_device &&
                                      found.st_ino != (ino_t)policy->cwd_inode;
  if (directory >= 0 && !is_other && fchdir(directory) == 0) {
    (void)close(directory);
    return 0;
  }
  if (is_other) return refuse_other_directory(policy, failure);
  return refuse(failure, STAGE_CHDIR, errno, "Cannot enter %s: %s", policy->cwd, strerror(errno));
}

static int prepare(const struct policy *policy, struct command_place *place, struct failure *failure) {
  if (enter_session(policy, place->private_processes, failure) != 0) return -1;
  if (arrange_streams(place, failure) != 0) return -1;
  if (enter_place(policy, place, failure) != 0) return -1;
  if (policy->mode != MODE_SUPERVISE) {
    if (enter_sandbox(policy, place, failure) != 0) return -1;
    if (!policy->best_effort && has_profile_gap(&place->enforcement)) return refuse_gap(&place->enforcement, failure);
  }
  // Last, because they are meant for the command and not for its set-up.
  if (apply_limits(policy, place->holds_memory, failure) != 0) return -1;
  // After the credentials changed, which clears it.
  return die_with_parent(place->parent, failure);
}

_Noreturn void become_command(const struct policy *policy, struct command_place *place) {
  struct setup_message message = {.kind = MESSAGE_READY};
  if (prepare(policy, place, &message.failure) != 0) give_up(place->setup_fd, &message.failure);
  message.enforcement = place->enforcement;
  // What nobody was told of does not run.
  if (!send_setup_message(place->setup_fd, &message)) {
    (void)refuse(&message.failure, STAGE_LAUNCHER, errno, "Cannot tell the launcher that the command starts: %s", strerror(errno));
    give_up(place->setup_fd, &message.failure);
  }
  // Everything from 3 up, also what was inherited before this program knew of it, ends at execve.
  (void)syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
  release_signals();
  (void)execute(policy, &message.failure);
  give_up(place->setup_fd, &message.failure);
}
