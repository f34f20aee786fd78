// Holds capabilities inside its own user namespace and nothing outside; no process of the sandbox can signal or trace
// it. When it ends, the kernel ends every process of the sandbox.
#include "run/init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/command.h"
#include "sandbox/broker.h"
#include "protect/hold_again.h"
#include "protect/watch_hidden.h"
#include "sandbox/hide_paths.h"
#include "sandbox/inner_listener.h"
#include "sandbox/landlock.h"
#include "sandbox/namespaces.h"
#include "sandbox/roots.h"
#include "sandbox/seccomp.h"
#include "sandbox/view.h"
#include "trace/trace.h"
#include "watch/watch.h"

struct sandbox {
  struct init_task *task;
  struct policy policy;
  struct plan *plan;
  struct janitor janitor;
  struct view view;
  int signal_fd;
  int mounts_fd; // says when a mount of this namespace is gone
  int watch;     // says when something stands at a hidden path
  int broker, broker_child; // the command sends its connect() listener from one end to the other
  int listener;             // -1 once no process is left that could call
  bool watches; // every program that starts
  struct watch starts;
  struct evidence evidence;
  bool traces;
  struct trace trace;
  pid_t command;
  bool ended;
  int64_t deadline;
};

static int64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int next_order(int order_fd) {
  unsigned char order;
  ssize_t got;
  while ((got = recv(order_fd, &order, 1, 0)) < 0 && errno == EINTR) continue;
  return got == 1 ? order : -1;
}

// The launcher is dead, and perhaps the host too: this process is the last that knows of the placeholders.
static _Noreturn void last_one_out(struct sandbox *sandbox) {
  (void)kill(-1, SIGKILL);
  while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) continue;
  unpin_view(&sandbox->policy);
  close_janitor(&sandbox->janitor);
  _exit(0);
}

static _Noreturn void become(struct sandbox *sandbox) {
  struct init_task *task = sandbox->task;
  const struct policy *policy = &sandbox->policy;
  static struct command_place place;
  static bool full[MAX_ROOTS];
  bool has_full = false;
  for (size_t i = 0; i < policy->root_count; i++) has_full = (full[i] = sandbox->plan->roots[i].is_full) || has_full;
  place = (struct command_place){
      .view = {.root_fds = sandbox->view.root_fds,
               .full = has_full ? full : NULL,
               .private_mounts = true,
               .private_tmp = policy->private_tmp,
               .private_network = !policy->network},
      .private_processes = true,
      .holds_memory = task->handout->held[LIMIT_MEMORY],
      .has_foreign_roots = has_foreign_root(sandbox->view.root_fds, policy->root_count),
      .enforcement = {.layers = LAYER_NAMESPACES},
      .stdio = {task->streams->inner[0], task->streams->inner[1], task->streams->inner[2]},
      .setup_fd = task->setup_fd,
      .listener_fd = sandbox->broker_child,
      .watches_starts = sandbox->watches,
      .tells_denials = policy->tells_denials,
      .parent = 1,
  };
  if (sandbox->plan->still_readable[0] != '\0')
    add_gap(&place.enforcement, RESTRICT_FILE_READ, "%s", sandbox->plan->still_readable);
  if (policy->watches_starts && !sandbox->watches)
    add_gap(&place.enforcement, RESTRICT_PROGRAMS,
            "rules hold on what is asked for, and not on what it starts: this host lets no process trace another");
  if (policy->has_limit[LIMIT_PROCESSES] && !sandbox->view.bounds_processes &&
      !task->handout->held[LIMIT_PROCESSES] && geteuid() == 0)
    add_gap(&place.enforcement, RESTRICT_RESOURCES, "root's processes cannot be limited before Linux 6.14 without "
                                                    "a delegated control group");
  become_command(policy, &place);
}

static int watch_children(struct sandbox *sandbox, struct failure *failure) {
  sigset_t set;
  (void)sigfillset(&set);
  if (sigprocmask(SIG_SETMASK, &set, NULL) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot block signals");
  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGCHLD);
  sandbox->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return sandbox->signal_fd >= 0 ? 0 : refuse(failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
}

// Nothing starts before the host has its end: a run without it is refused. Whoever wants to end the run sooner, ends it.
static int open_door(struct sandbox *sandbox, struct failure *failure) {
  if (!sandbox->policy.has_listener) return 0;
  if (hand_out_listener(sandbox->task->setup_fd, sandbox->policy.listener_port, failure) != 0) return -1;
  if (next_order(sandbox->task->order_fd) != ORDER_PASSED) _exit(1);
  return 0;
}

// Where a directory cannot be watched, somebody looks from time to time.
static void watch_again(struct sandbox *sandbox) {
  if (watch_hidden(sandbox->watch, sandbox->plan)) return;
  (void)close(sandbox->watch);
  sandbox->watch = -1;
}

// False when something cannot be held, or hidden, any more: the sandbox must end.
static bool mend_view(struct sandbox *sandbox) {
  watch_again(sandbox);
  return hide_again(&sandbox->view, sandbox->plan) && hold_again(&sandbox->view, sandbox->plan, &sandbox->janitor);
}

static enum kept_privileges kept_of(const struct sandbox *sandbox) {
  return privileges_to_keep(has_foreign_root(sandbox->view.root_fds, sandbox->policy.root_count), true);
}

static int set_up(struct sandbox *sandbox, struct failure *failure) {
  if (enter_copied_namespaces(failure) != 0) return -1;
  if (open_door(sandbox, failure) != 0) return -1;
  // Before a root is anything but what the host sees.
  sandbox->watch = open_hidden_watch(sandbox->plan);
  watch_again(sandbox);
  if (build_view(&sandbox->view, &sandbox->policy, sandbox->plan, failure) != 0) return -1;
  sandbox->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (sandbox->mounts_fd < 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot watch the sandbox's mounts");
  // What was replaced before anybody watched.
  if (!mend_view(sandbox)) return refuse(failure, STAGE_SANDBOX, ESTALE, "Cannot hold what is protected: it is replaced for ever");
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot make a socket for the set-up");
  sandbox->broker = ends[0];
  sandbox->broker_child = ends[1];
  sandbox->watches = sandbox->policy.watches_starts && can_trace();
  if (sandbox->watches && !begin_watch(&sandbox->starts, sandbox->task->watch_fd, &sandbox->policy))
    return refuse(failure, STAGE_SANDBOX, ENOMEM, "Cannot watch what the command starts");
  sandbox->traces = sandbox->watches && sandbox->policy.traces && sandbox->policy.tells_denials;
  if (sandbox->traces && !begin_trace(&sandbox->trace, sandbox->task->watch_fd, kept_of(sandbox)))
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot trace the command");
  sandbox->starts.trace = sandbox->traces ? &sandbox->trace : NULL;
  // The command's set-up borrows this process and its memory until it executes: a copy would only be thrown away. Where
  // its calls stop for this process, this process has to be there for them.
  pid_t command = sandbox->watches || sandbox->policy.tells_denials ? fork() : vfork();
  if (command < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot fork");
  if (command == 0) become(sandbox);
  sandbox->command = command;
  (void)close(sandbox->broker_child);
  return 0;
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
  if (order < 0) last_one_out(sandbox);
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

static _Noreturn void serve(struct sandbox *sandbox) {
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

_Noreturn void run_init(struct init_task *task) {
  static struct sandbox sandbox;
  struct failure failure = {0};
  sandbox.task = task;
  // What only the launcher may hold: the host must see its end when the launcher ends.
  close_outer_streams(task->streams);
  (void)close(task->channel_fd);
  close_shared_network(task->shared);
  if (task->signal_fd >= 0) (void)close(task->signal_fd);
  bool failed = watch_children(&sandbox, &failure) != 0 || enter_empty_namespaces(task->network, &failure) != 0;
  prepare_seccomp(&(struct seccomp_needs){
      .allow_inet = true, .allow_unix = true, .private_processes = true, .landlock = true, .is_root = geteuid() == 0, .has_layers = true});
  if (!wait_for_order(task->order_fd, ORDER_MAPPED, &sandbox.view.shared_sys)) _exit(1);
  // The wait may be long: whoever could trace this process meanwhile would decide what the sandbox is.
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (take_handout(task->order_fd, task->handout, &sandbox.policy, &sandbox.janitor) != 0) _exit(1);
  sandbox.plan = &task->handout->plan;
  (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); // its own files in /proc are its own again
  if (failed || set_up(&sandbox, &failure) != 0) {
    // A view that cannot be built is no lack of namespaces: a link that a command made is enough to bring it about.
    struct setup_message message = {.kind = failure.lacks_namespaces ? MESSAGE_NO_NAMESPACES : MESSAGE_FAILED,
                                    .failure = failure};
    (void)send_setup_message(task->setup_fd, &message);
    _exit(1);
  }
  (void)close(task->setup_fd);
  (void)setsid(); // after the fork: a command on a terminal stays in the launcher's session
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  close_inner_streams(task->streams);
  sandbox.listener = receive_listener(sandbox.broker);
  (void)close(sandbox.broker);
  if (sandbox.watches || sandbox.policy.tells_denials) expect_turns(sandbox.listener);
  serve(&sandbox);
}
