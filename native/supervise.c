// One loop over everything that can happen to a run. Whatever way it ends (the command, a failure, the host dying, a
// signal to this process), the tree is gone before this process is.
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "keep_pty.h"
#include "reap.h"
#include "report.h"
#include "roots.h"
#include "streams.h"

enum { EXIT_NOTHING_RAN = 125, EXIT_BY_SIGNAL = 128 };

struct run {
  struct channel *channel;
  const struct policy *policy;
  struct streams streams;
  int terminal; // kept open until the host has read its end; -1 without one
  int signal_fd;
  int setup_fd; // until execve succeeded or failed
  pid_t child;
  pid_t command; // as the host numbers it
  struct enforcement enforcement;
  struct failure failure;
  bool ready, started, failed, ended, gone;
  int status;
  struct rusage usage;
  int64_t deadline; // when leftovers have had their time, in milliseconds; 0 for none
};

static int64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int watch_signals(struct run *run) {
  sigset_t set;
  // With a terminal the last two are typed, for the program.
  static const int watched[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
  size_t count = sizeof watched / sizeof watched[0] - (run->policy->tty ? 2 : 0);
  (void)sigemptyset(&set);
  for (size_t i = 0; i < count; i++) (void)sigaddset(&set, watched[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
    return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot block signals");
  run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (run->signal_fd < 0) return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
  return 0;
}

// What the host leaked into this process ends here, before anything is opened that must stay.
static int keep_only_channel(struct run *run) {
  int *fd = &run->channel->fd;
  if (*fd != 3) {
    if (dup3(*fd, 3, O_CLOEXEC) != 3) return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot move the channel");
    *fd = 3;
  }
  if (syscall(SYS_close_range, 4U, ~0U, 0U) != 0)
    return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot close inherited descriptors");
  return 0;
}

// What Landlock and seccomp cannot do without mounts of our own. `because` is a clause.
static void add_plain_gaps(const struct policy *policy, struct enforcement *enforcement, const char *because) {
  add_gap(enforcement, RESTRICT_FILE_METADATA, "Modes, owners and times of files outside can be changed: %s", because);
  if (policy->mode == MODE_WORKSPACE_WRITE)
    add_gap(enforcement, RESTRICT_PROTECTED_PATHS, "Protected names inside writable roots can be written: %s", because);
  if (policy->deny_read_count > 0)
    add_gap(enforcement, RESTRICT_FILE_READ, "Paths cannot be hidden from reading: %s", because);
}

static int start_plain(struct run *run, int setup_child) {
  struct open_roots roots;
  if (open_roots(run->policy, &roots, &run->failure) != 0) return -1;
  pid_t self = getpid();
  run->child = fork();
  if (run->child < 0) return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot fork");
  if (run->child > 0) return 0;
  static struct command_place place;
  place = (struct command_place){
      .view = {.root_fds = roots.fds},
      .stdio = {run->streams.inner[0], run->streams.inner[1], run->streams.inner[2]},
      .setup_fd = setup_child,
      .listener_fd = -1,
      .parent = self,
  };
  if (run->policy->mode != MODE_SUPERVISE)
    add_plain_gaps(run->policy, &place.enforcement, "no namespaces");
  become_command(run->policy, &place);
}

static int start(struct run *run) {
  int ends[2], on = 1;
  if (keep_only_channel(run) != 0 || watch_signals(run) != 0) return -1;
  if (run->policy->tty && (run->terminal = keep_terminal(&run->failure)) < 0) return -1;
  if (open_streams(&run->streams, run->policy->tty, &run->failure) != 0) return -1;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot adopt orphans");
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0 ||
      setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
    return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot make the set-up socket");
  if (start_plain(run, ends[1]) != 0) return -1;
  run->setup_fd = ends[0];
  (void)close(ends[1]);
  close_inner_streams(&run->streams);
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return 0;
}

static void signal_tree(struct run *run, int signal) {
  (void)run;
  signal_descendants(signal);
}

static void kill_tree(struct run *run) {
  (void)run;
  kill_descendants();
}

// The sender's pid, translated by the kernel into our numbering, comes with the message.
static void take_setup_message(struct run *run) {
  struct setup_message message;
  union {
    char room[CMSG_SPACE(sizeof(struct ucred))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&message, sizeof message};
  struct msghdr header = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got;
  while ((got = recvmsg(run->setup_fd, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  if (got != (ssize_t)sizeof message) { // end of file: execve happened, or everybody died on the way there
    (void)close(run->setup_fd);
    run->setup_fd = -1;
    if (!run->failed && run->ready) run->started = true;
    if (!run->failed && !run->ready) {
      run->failed = true;
      (void)refuse(&run->failure, STAGE_LAUNCHER, 0, "Cannot start the command: its set-up ended unexpectedly");
    }
    return;
  }
  if (message.kind == MESSAGE_READY) {
    run->ready = true;
    run->enforcement = message.enforcement;
    struct cmsghdr *credentials = CMSG_FIRSTHDR(&header);
    if (credentials != NULL && credentials->cmsg_type == SCM_CREDENTIALS) {
      struct ucred sender;
      memcpy(&sender, CMSG_DATA(credentials), sizeof sender);
      run->command = sender.pid;
    }
  } else if (!run->failed) {
    run->failed = true;
    run->failure = message.failure;
  }
}

static bool finish_setup(struct run *run) {
  take_setup_message(run);
  if (run->setup_fd >= 0) return true;
  if (run->failed) return report_failed(run->channel, &run->failure);
  return report_started(run->channel, run->command, &run->enforcement);
}

// Collects whoever ended. The command's own end is news; orphans that became our children are not.
static void collect_children(struct run *run) {
  for (;;) {
    int status;
    struct rusage usage;
    pid_t pid = wait4(-1, &status, WNOHANG | __WALL, &usage);
    if (pid == 0) return;
    if (pid < 0) {
      run->gone = errno == ECHILD;
      return;
    }
    if (pid != run->child) continue;
    run->ended = true;
    run->status = status;
    run->usage = usage;
  }
}

static bool notice_end(struct run *run) {
  bool had_ended = run->ended;
  collect_children(run);
  if (!run->ended || had_ended) return true;
  bool heard = true;
  while (run->setup_fd >= 0 && heard) heard = finish_setup(run);
  run->deadline = now() + run->policy->linger_ms;
  if (run->failed) return heard;
  return heard && report_exited(run->channel, run->status, &run->usage);
}

static bool take_signal(struct run *run) {
  struct signalfd_siginfo info;
  bool heard = true;
  while (read(run->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) heard = notice_end(run) && heard;
    else signal_tree(run, SIGKILL); // somebody wants this process gone: the tree goes first
  }
  return heard;
}

static bool obey_host(struct run *run) {
  for (;;) {
    int signal = 0;
    switch (read_host(run->channel, &signal)) {
      case HOST_SAID_NOTHING:
        return true;
      case HOST_SAID_SIGNAL:
        if (!run->gone) signal_tree(run, signal);
        break;
      case HOST_SAID_RELEASE:
        break;
      case HOST_IS_GONE:
        return false;
    }
  }
}

static int time_left(const struct run *run) {
  if (run->gone || run->deadline == 0) return -1;
  int64_t left = run->deadline - now();
  return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

// Waits for one round of events and handles them. False when the host is gone.
static bool turn(struct run *run) {
  struct pollfd entries[6];
  size_t count = 0, first_relay;
  entries[count++] = (struct pollfd){.fd = run->channel->fd, .events = POLLIN};
  entries[count++] = (struct pollfd){.fd = run->signal_fd, .events = POLLIN};
  entries[count++] = (struct pollfd){.fd = run->setup_fd, .events = POLLIN};
  first_relay = count;
  struct relay *relayed[3];
  for (int i = 0; i < 3; i++) {
    if (poll_relay(&run->streams.relays[i], &entries[count]) == 1) relayed[count++ - first_relay] = &run->streams.relays[i];
  }
  if (poll(entries, count, time_left(run)) < 0 && errno != EINTR) return false;
  bool heard = true;
  for (size_t i = first_relay; i < count; i++) {
    if (entries[i].revents != 0) run_relay(relayed[i - first_relay]);
  }
  if (entries[2].revents != 0) heard = finish_setup(run) && heard;
  if (entries[1].revents != 0) heard = take_signal(run) && heard;
  if (heard && entries[0].revents != 0) heard = obey_host(run);
  if (run->ended && !run->gone && time_left(run) == 0) {
    kill_tree(run);
    run->gone = true;
  }
  return heard;
}

static bool has_output_left(const struct run *run) {
  return !relay_is_done(&run->streams.relays[1]) || !relay_is_done(&run->streams.relays[2]);
}

static int exit_status(const struct run *run) {
  if (run->failed) return EXIT_NOTHING_RAN;
  return WIFSIGNALED(run->status) ? EXIT_BY_SIGNAL + WTERMSIG(run->status) : WEXITSTATUS(run->status);
}

int supervise(struct channel *channel, const struct policy *policy) {
  static struct run run; // the buffers are too large for a stack
  run.channel = channel;
  run.policy = policy;
  run.setup_fd = -1;
  run.terminal = -1;
  if (start(&run) != 0) {
    (void)report_failed(channel, &run.failure);
    return EXIT_NOTHING_RAN;
  }
  bool heard = true;
  while (heard && !(run.ended && run.gone && !has_output_left(&run))) heard = turn(&run);
  if (heard && run.terminal >= 0 && !run.failed) heard = end_terminal(run.terminal, policy, channel);
  if (!heard) {
    kill_tree(&run);
    return EXIT_BY_SIGNAL + SIGKILL;
  }
  if (!run.failed) (void)report_gone(channel);
  return exit_status(&run);
}
