// Waits for everything that can happen while a command runs: its calls that stop here, its ends, orders, and changes of what
// is held.
#include "run/serve_sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protect/watch_hidden.h"
#include "sandbox/broker.h"
#include "sandbox/landlock.h"

static int64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// The launcher is dead, and perhaps the host too: this process is the last that knows of the placeholders.
static _Noreturn void end_without_launcher(struct sandbox *sandbox) {
  (void)kill(-1, SIGKILL);
  while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) continue;
  unpin_view(&sandbox->policy);
  close_janitor(&sandbox->janitor);
  _exit(0);
}

// Tells the launcher how the command ended; what it left behind gets a little time of its own.
static void report_end(struct sandbox *sandbox, const struct command_end *end) {
  while (send(sandbox->task->order_fd, end, sizeof *end, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
  sandbox->ended = true;
  sandbox->deadline = now() + sandbox->policy.linger_ms;
}

// False when nobody is left.
static bool collect(struct sandbox *sandbox) {
  struct signalfd_siginfo ignored;
  struct command_end end;
  bool has_ended = false, is_last = false;
  while (read(sandbox->signal_fd, &ignored, sizeof ignored) == (ssize_t)sizeof ignored) continue;
  memset(&end, 0, sizeof end);
  for (;;) {
    int status;
    struct rusage usage;
    pid_t pid = wait4(-1, &status, WNOHANG | __WALL, &usage);
    if (pid <= 0) {
      is_last = pid < 0 && errno == ECHILD;
      break;
    }
    if (WIFSTOPPED(status)) {
      take_stop(&sandbox->starts, pid, status);
      continue;
    }
    if (sandbox->watches) take_end_of_thread(&sandbox->starts, pid);
    if (sandbox->traces) trace_end(&sandbox->trace, pid, status);
    if (pid != sandbox->command) continue;
    has_ended = true;
    end.status = status;
    end.usage = usage;
  }
  end.is_last = is_last ? 1 : 0;
  if (has_ended) report_end(sandbox, &end);
  return !is_last;
}

static void obey(struct sandbox *sandbox) {
  int order = next_order(sandbox->task->order_fd);
  if (order < 0) end_without_launcher(sandbox);
  if (order != ORDER_BEGIN) (void)kill(-1, order);
}

enum { LOOK_EVERY_MS = 50 };

// Until the command's children must be gone; where nothing tells of what is put at a hidden path, not longer than that
// may stay unseen.
static int longest_wait(const struct sandbox *sandbox, int64_t left) {
  bool looks = sandbox->watch < 0 && sandbox->plan->watched_count > 0;
  return looks && (left < 0 || left > LOOK_EVERY_MS) ? LOOK_EVERY_MS : (int)left;
}

static bool needs_mending(struct sandbox *sandbox, const struct pollfd *mounts, const struct pollfd *watch, int ready) {
  bool heard = watch->revents != 0 && hear_hidden_watch(watch->fd, sandbox->plan);
  return heard || mounts->revents != 0 || (ready == 0 && sandbox->watch < 0 && sandbox->plan->watched_count > 0);
}

static void serve_listener(struct sandbox *sandbox, const struct broker *broker) {
  struct waiting_call call;
  if (!take_call(broker->listener, &call)) return;
  if (is_start_call(call.number)) take_start(&sandbox->starts, &call);
  else serve_call(broker, &call);
}

static _Noreturn void leave(struct sandbox *sandbox) {
  if (sandbox->traces) finish_trace(&sandbox->trace);
  _exit(0);
}

_Noreturn void serve_sandbox(struct sandbox *sandbox) {
  struct pollfd entries[] = {{.fd = sandbox->signal_fd, .events = POLLIN},
                              {.fd = sandbox->task->order_fd, .events = POLLIN},
                              {.fd = sandbox->listener, .events = POLLIN},
                              {.fd = sandbox->mounts_fd, .events = POLLPRI},
                              {.fd = sandbox->watch, .events = POLLIN},
                              {.fd = sandbox->watches ? sandbox->task->watch_fd : -1},
                              {.fd = sandbox->traces ? sandbox->trace.endings : -1, .events = POLLIN}};
  enum kept_privileges kept = kept_of(sandbox);
  struct evidence *evidence = sandbox->policy.tells_denials ? &sandbox->evidence : NULL;
  begin_evidence(&sandbox->evidence, sandbox->task->watch_fd,
                 &(struct bounds){.policy = &sandbox->policy, .has_landlock = landlock_abi() > 0, .kept = kept});
  sandbox->evidence.trace = sandbox->traces ? &sandbox->trace : NULL;
  const struct broker broker = {
      .listener = sandbox->listener,
      .connect = {.private_network = !sandbox->policy.network,
                  .policy = &sandbox->policy,
                  .lower_fds = sandbox->view.lower_fds,
                  .evidence = evidence},
      .evidence = evidence,
      .kept = kept,
  };
  for (;;) {
    int64_t left = sandbox->ended ? sandbox->deadline - now() : -1;
    if (sandbox->ended && left <= 0) leave(sandbox);
    entries[5].events = (short)(POLLIN | (sandbox->watches && has_untold(&sandbox->starts) ? POLLOUT : 0));
    int ready = poll(entries, sizeof entries / sizeof entries[0], longest_wait(sandbox, left));
    if (ready < 0 && errno != EINTR) _exit(1);
    if (needs_mending(sandbox, &entries[3], &entries[4], ready) && !mend_view(sandbox)) _exit(1);
    if ((entries[2].revents & POLLIN) != 0) serve_listener(sandbox, &broker);
    if ((entries[5].revents & POLLOUT) != 0) tell(&sandbox->starts);
    if ((entries[5].revents & POLLIN) != 0) take_answer(&sandbox->starts);
    if ((entries[2].revents & (POLLHUP | POLLERR)) != 0) entries[2].fd = -1; // nobody is left who could call
    if (entries[1].revents != 0) obey(sandbox);
    if (entries[0].revents != 0 && !collect(sandbox)) leave(sandbox);
    if (entries[6].revents != 0) trace_endings(&sandbox->trace);
  }
}
