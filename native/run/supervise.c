// One loop over everything that can happen to a run. Whatever way it ends (the command, a failure, the host dying, a
// signal to this process), the tree is gone before this process is.
#include "run/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/command.h"
#include "run/init.h"
#include "run/launch.h"
#include "run/keep_pty.h"
#include "run/reap.h"
#include "protocol/report.h"
#include "run/run.h"
#include "watch/watch.h"

enum { EXIT_NOTHING_RAN = 125, EXIT_BY_SIGNAL = 128 };

static int64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void signal_tree(struct run *run, int signal) {
  if (!run->launch.is_init) {
    signal_descendants(signal);
    return;
  }
  unsigned char order = (unsigned char)signal;
  (void)send(run->launch.order_fd, &order, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Returns when nothing is left.
static void kill_tree(struct run *run) {
  if (run->launch.is_init) drop_init(&run->launch); // and with process 1 the kernel ends the rest
  kill_descendants();
  run->gone = true;
}

static void note_end(struct run *run, int status, const struct rusage *usage) {
  run->ended = true;
  run->status = status;
  run->usage = *usage;
  run->deadline = now() + run->policy->linger_ms;
}

// Process 1 tells how the command ended, once.
static void take_end(struct run *run) {
  struct command_end end;
  ssize_t got;
  while ((got = recv(run->launch.order_fd, &end, sizeof end, MSG_DONTWAIT)) < 0 && errno == EINTR) continue;
  if (got == (ssize_t)sizeof end && !run->ended) {
    run->is_last = end.is_last != 0;
    note_end(run, end.status, &end.usage);
  }
  if (got > 0 || (got < 0 && errno == EAGAIN)) return;
  (void)close(run->launch.order_fd);
  run->launch.order_fd = -1;
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
    if (pid != run->launch.child) continue; // an orphan
    if (run->launch.is_init) take_end(run);
    // Process 1 without a last word was killed, and its whole tree with it.
    if (!run->ended) note_end(run, run->launch.is_init ? SIGKILL : status, &usage);
    run->launch.child = 0;
  }
}

static bool notice_end(struct run *run) {
  collect_children(run);
  bool heard = true;
  // The last word of the set-up was said before the command could end, and starting over undoes the end.
  while (run->ended && run->launch.setup_fd >= 0 && heard) heard = hear_setup(run);
  return heard;
}

static bool take_signal(struct run *run) {
  struct signalfd_siginfo info;
  bool heard = true;
  while (read(run->launch.signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) heard = notice_end(run) && heard;
    else signal_tree(run, SIGKILL); // somebody wants this process gone: the tree goes first
  }
  return heard;
}

// What starts in the sandbox is judged by the host: this process only carries. Process 1 never waits for it to be heard, so
// waiting here for room ends.
static void carry_verdict(const struct run *run, const struct host_command *command) {
  const struct start_answer answer = {.id = command->id, .verdict = command->verdict};
  if (run->launch.watch_fd < 0) return;
  while (send(run->launch.watch_fd, &answer, sizeof answer, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

// One record, when the host has room for it: signals and ends of the run must never wait behind one.
static bool carry_record(struct run *run) {
  static unsigned char record[MAX_START_RECORD];
  struct pollfd host = {.fd = run->channel->fd, .events = POLLOUT};
  run->has_record = poll(&host, 1, 0) == 0;
  if (run->has_record) return true;
  ssize_t got;
  while ((got = recv(run->launch.watch_fd, record, sizeof record, MSG_DONTWAIT)) < 0 && errno == EINTR) continue;
  if (got == 0) {
    (void)close(run->launch.watch_fd);
    run->launch.watch_fd = -1;
  }
  if (got <= 0) return true;
  return send_frame(run->channel, (enum launcher_frame)record[0], record + 1, (size_t)got - 1);
}

// What was told before the end comes before it. Nobody is left who could tell more.
static bool carry_rest(struct run *run) {
  enum { PATIENCE_MS = 1000 };
  bool heard = true;
  do {
    struct pollfd more = {.fd = run->launch.watch_fd, .events = POLLIN};
    if (run->launch.watch_fd < 0 || poll(&more, 1, 0) != 1 || (more.revents & POLLIN) == 0) return heard;
    struct pollfd host = {.fd = run->channel->fd, .events = POLLOUT};
    (void)poll(&host, 1, PATIENCE_MS);
    heard = carry_record(run);
  } while (heard && !run->has_record);
  return heard;
}

static bool obey_host(struct run *run) {
  for (;;) {
    struct host_command command = {0};
    switch (read_host(run->channel, &command)) {
      case HOST_SAID_NOTHING:
        return true;
      case HOST_SAID_SIGNAL:
        if (!run->gone) signal_tree(run, command.signal);
        break;
      case HOST_SAID_VERDICT:
        carry_verdict(run, &command);
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
  struct pollfd entries[8];
  size_t count = 0, first_relay;
  entries[count++] = (struct pollfd){.fd = run->channel->fd, .events = POLLIN};
  entries[count++] = (struct pollfd){.fd = run->launch.signal_fd, .events = POLLIN};
  entries[count++] = (struct pollfd){.fd = run->launch.setup_fd, .events = POLLIN};
  entries[count++] = (struct pollfd){.fd = run->launch.order_fd, .events = POLLIN};
  // A record is fetched when it can be told: what has no room waits with process 1, and its program with it.
  entries[count++] = run->has_record ? (struct pollfd){.fd = run->channel->fd, .events = POLLOUT}
                                     : (struct pollfd){.fd = run->launch.watch_fd, .events = POLLIN};
  first_relay = count;
  struct relay *relayed[3];
  for (int i = 0; i < 3; i++) {
    if (poll_relay(&run->launch.streams.relays[i], &entries[count]) == 1) relayed[count++ - first_relay] = &run->launch.streams.relays[i];
  }
  if (poll(entries, count, time_left(run)) < 0 && errno != EINTR) return false;
  bool heard = true;
  for (size_t i = first_relay; i < count; i++) {
    if (entries[i].revents != 0) run_relay(relayed[i - first_relay]);
  }
  if (entries[2].revents != 0) heard = hear_setup(run) && heard;
  if (heard && entries[4].revents != 0 && run->launch.watch_fd >= 0) heard = carry_record(run);
  if (entries[3].revents != 0 && run->launch.order_fd >= 0) take_end(run);
  if (entries[1].revents != 0) heard = take_signal(run) && heard;
  if (heard && entries[0].revents != 0) heard = obey_host(run);
  if (run->ended && !run->gone && time_left(run) == 0) kill_tree(run);
  return heard;
}

static bool has_output_left(const struct run *run) {
  return !relay_is_done(&run->launch.streams.relays[1]) || !relay_is_done(&run->launch.streams.relays[2]);
}

static int exit_status(const struct run *run) {
  if (run->failed) return EXIT_NOTHING_RAN;
  return WIFSIGNALED(run->status) ? EXIT_BY_SIGNAL + WTERMSIG(run->status) : WEXITSTATUS(run->status);
}

// Two reports that belong together wake the host once.
static bool report_both(struct run *run, bool told) {
  if (told) return report_gone(run->channel);
  return report_ended(run->channel, run->status, &run->usage);
}

static int finish(struct run *run, bool heard, bool told) {
  if (heard) heard = carry_rest(run);
  if (heard && run->launch.terminal >= 0 && !run->failed && !told) {
    heard = told = report_exited(run->channel, run->status, &run->usage);
  }
  if (heard && run->launch.terminal >= 0 && !run->failed)
    heard = end_terminal(run->launch.terminal, run->policy, run->channel);
  if (!heard) kill_tree(run);
  close_janitor(&run->launch.janitor);
  close_group(&run->launch.group);
  if (!heard) return EXIT_BY_SIGNAL + SIGKILL;
  if (!run->failed) (void)report_both(run, told);
  return exit_status(run);
}

// The buffers are too large for a stack.
static struct run the_run = {.launch = {.shared = {-1, -1, -1, 0}}};

void share_network(const struct shared_network *shared) {
  the_run.launch.shared = *shared;
}

static bool prepare(struct run *run, struct channel *channel) {
  if (run->prepared) return true;
  run->channel = channel;
  run->prepared = prepare_launch(&run->launch, channel, &run->failure) == 0;
  return run->prepared;
}

void work_ahead(struct channel *channel) {
  struct run *run = &the_run;
  // Nothing that a later mount, link or file could make untrue: see init.c. The usual network is right for most.
  if (!prepare(run, channel) || start_init(&run->launch, channel, usual_network(&run->launch), &run->failure) != 0) stop_ahead();
}

void stop_ahead(void) {
  if (the_run.prepared) drop_init(&the_run.launch);
}

// The end of the command is told at once, but for the moment in which the end of everything follows.
static bool may_wait(const struct run *run) {
  return run->is_last && run->launch.terminal < 0 && !has_output_left(run);
}

int supervise(struct channel *channel, const struct policy *policy) {
  struct run *run = &the_run;
  run->policy = policy;
  if (!prepare(run, channel) || prepare_command(&run->launch, policy, &run->failure) != 0 || begin_run(run) != 0) {
    stop_ahead();
    (void)report_failed(channel, &run->failure);
    return EXIT_NOTHING_RAN;
  }
  bool heard = true, told = false;
  while (heard && !(run->ended && run->gone && run->launch.setup_fd < 0 && !has_output_left(run))) {
    heard = turn(run);
    if (!heard || told || !run->ended || run->launch.setup_fd >= 0 || run->failed || may_wait(run)) continue;
    told = true;
    heard = report_exited(channel, run->status, &run->usage);
  }
  return finish(run, heard, told);
}
