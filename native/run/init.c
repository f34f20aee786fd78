// Holds capabilities inside its own user namespace and nothing outside; no process of the sandbox can signal or trace
// it. When it ends, the kernel ends every process of the sandbox.
#include "run/init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protect/hold_again.h"
#include "protect/watch_hidden.h"
#include "run/command.h"
#include "run/serve_sandbox.h"
#include "sandbox/broker.h"
#include "sandbox/hide_paths.h"
#include "sandbox/inner_listener.h"
#include "sandbox/landlock.h"
#include "sandbox/namespaces.h"
#include "sandbox/roots.h"
#include "sandbox/seccomp.h"

int next_order(int order_fd) {
  unsigned char order;
  ssize_t got;
  while ((got = recv(order_fd, &order, 1, 0)) < 0 && errno == EINTR) continue;
  return got == 1 ? order : -1;
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

bool mend_view(struct sandbox *sandbox) {
  watch_again(sandbox);
  return hide_again(&sandbox->view, sandbox->plan) && hold_again(&sandbox->view, sandbox->plan, &sandbox->janitor);
}

enum kept_privileges kept_of(const struct sandbox *sandbox) {
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
  serve_sandbox(&sandbox);
}
