// The set-up of a command, as far as the launcher hears of it: a listener to pass on, readiness, failure, and the second
// start on a host without namespaces, where the policy settles for less.
#include "run/run.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run/command.h"
#include "run/init.h"
#include "protocol/report.h"
#include "run/reap.h"

enum { MAX_TRIES = 3 };

static struct cmsghdr *find_attachment(struct msghdr *message, int type) {
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == type) return header;
  }
  return NULL;
}

// The command has not started yet; without its listener it never does.
static void pass_listener_on(struct run *run, const struct cmsghdr *attachment, uint16_t port) {
  int listener = -1;
  if (attachment != NULL) memcpy(&listener, CMSG_DATA(attachment), sizeof listener);
  bool passed = listener >= 0 && report_listening(run->channel, listener, port);
  int error = errno;
  if (listener >= 0) (void)close(listener);
  const unsigned char order = ORDER_PASSED;
  if (passed && send(run->launch.order_fd, &order, 1, MSG_NOSIGNAL) == 1) return;
  run->failed = run->ended = run->gone = true;
  (void)refuse(&run->failure, STAGE_LAUNCHER, error, "Cannot pass the listener to the host: %s",
               error == EOPNOTSUPP ? "the control channel carries no descriptors" : strerror(error));
  drop_init(&run->launch);
}

// Less than was asked for, though nothing that a command could use.
static void tell_if_alone(struct run *run) {
  const struct policy *policy = run->policy;
  if (run->launch.alone_because == 0 || !run->launch.is_init) return;
  if (policy->network || policy->isolated || policy->has_listener) return;
  add_gap(&run->enforcement, RESTRICT_NETWORK, "the network is private, but the one that this runtime's commands share cannot be "
          "joined (%s): servers of its other commands do not answer", errno_name(run->launch.alone_because));
}

// The sender's pid, translated by the kernel into our numbering, comes with the message.
static void take_setup_message(struct run *run) {
  struct setup_message message;
  union {
    char room[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&message, sizeof message};
  struct msghdr header = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got = -1;
  // The message that could not be taken is still there.
  for (int tries = 0; got < 0 && (tries < MAX_TRIES || errno == EINTR); tries++)
    got = recvmsg(run->launch.setup_fd, &header, MSG_CMSG_CLOEXEC);
  if (got != (ssize_t)sizeof message) { // end of file: execve happened, or everybody died on the way there
    (void)close(run->launch.setup_fd);
    run->launch.setup_fd = -1;
    if (!run->failed && !run->ready && !run->lacks_namespaces) {
      run->failed = true;
      (void)refuse(&run->failure, STAGE_LAUNCHER, 0, "Cannot start the command: its set-up ended unexpectedly");
    }
    return;
  }
  if (message.kind == MESSAGE_READY) {
    run->ready = true;
    run->enforcement = message.enforcement;
    tell_if_alone(run);
    struct cmsghdr *credentials = find_attachment(&header, SCM_CREDENTIALS);
    if (credentials != NULL) {
      struct ucred sender;
      memcpy(&sender, CMSG_DATA(credentials), sizeof sender);
      run->command = sender.pid;
    }
  } else if (message.kind == MESSAGE_LISTENER) {
    pass_listener_on(run, find_attachment(&header, SCM_RIGHTS), message.port);
  } else if (!run->failed && !run->lacks_namespaces) {
    run->failed = message.kind == MESSAGE_FAILED;
    run->lacks_namespaces = message.kind == MESSAGE_NO_NAMESPACES;
    run->failure = message.failure;
  }
}

// Nothing was started yet: without namespaces, if the policy settles for less.
static int fall_back(struct run *run) {
  char why[sizeof run->failure.text];
  memcpy(why, run->failure.text, sizeof why);
  if (why[0] == 'C') why[0] = 'c';
  drop_init(&run->launch);
  close_janitor(&run->launch.janitor);
  run->lacks_namespaces = run->ended = run->gone = run->is_last = false;
  run->deadline = 0;
  return start_command(&run->launch, run->channel, run->policy, why, &run->failure);
}

// Other programs work in the same directories: what the search found may be gone before it is mounted. Looking again is
// the only answer that leaves nothing out; who goes on swapping for ever gets no command.
enum { MAX_LOOKS = 20 };

static bool may_look_again(const struct run *run) {
  return run->failure.error == ESTALE && run->failure.stage == STAGE_SANDBOX && run->looks < MAX_LOOKS;
}

static int look_again(struct run *run) {
  do {
    run->looks++;
    drop_init(&run->launch);
    close_janitor(&run->launch.janitor);
    open_janitor(&run->launch.janitor);
    run->failed = run->ended = run->gone = run->is_last = false;
    run->deadline = 0;
    if (start_command(&run->launch, run->channel, run->policy, NULL, &run->failure) == 0) return 0;
  } while (may_look_again(run));
  return -1;
}

// What is told as failed must not go on, whether its last word was heard or not.
static void end_what_began(struct run *run) {
  if (run->launch.is_init) drop_init(&run->launch);
  else kill_descendants();
  run->ended = run->gone = true;
}

int begin_run(struct run *run) {
  if (start_command(&run->launch, run->channel, run->policy, NULL, &run->failure) == 0) return 0;
  if (may_look_again(run) && look_again(run) == 0) return 0;
  if (run->failure.lacks_namespaces && run->policy->best_effort) return fall_back(run);
  drop_init(&run->launch);
  close_janitor(&run->launch.janitor);
  return -1;
}

bool hear_setup(struct run *run) {
  take_setup_message(run);
  if (run->launch.setup_fd >= 0) return true;
  if (run->failed && may_look_again(run)) {
    if (look_again(run) == 0) return true;
    run->failed = run->ended = run->gone = true;
  }
  if (run->lacks_namespaces && run->policy->best_effort) {
    if (fall_back(run) == 0) return true;
    run->failed = true;
    run->ended = run->gone = true;
  }
  close_inner_streams(&run->launch.streams);
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  run->failed = run->failed || run->lacks_namespaces;
  if (run->failed) end_what_began(run);
  if (run->failed) return report_failed(run->channel, &run->failure);
  return report_started(run->channel, run->command, &run->enforcement);
}
