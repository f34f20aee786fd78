// From a policy to a running process tree.
#include "run/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/command.h"
#include "run/execute.h"
#include "run/init.h"
#include "run/keep_pty.h"
#include "sandbox/kernel_view.h"
#include "sandbox/namespaces.h"
#include "protect/make_plan.h"
#include "sandbox/roots.h"

static int watch_signals(struct launch *launch, bool tty, struct failure *failure) {
  // With a terminal the last two are typed, for the program.
  static const int watched[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
  size_t count = sizeof watched / sizeof watched[0] - (tty ? 2 : 0);
  sigset_t set;
  (void)sigemptyset(&set);
  for (size_t i = 0; i < count; i++) (void)sigaddset(&set, watched[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot block signals");
  launch->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (launch->signal_fd < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
  return 0;
}

// The lowest descriptor from `least` on that the shared network needs, or -1.
static int next_part(const struct shared_network *shared, int least) {
  const int parts[] = {shared->network, shared->users, shared->mounts};
  int next = -1;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (parts[i] >= least && (next < 0 || parts[i] < next)) next = parts[i];
  }
  return next;
}

// What the host leaked into this process ends here, before anything is opened that must stay.
static int keep_only_channel(struct channel *channel, const struct shared_network *shared, struct failure *failure) {
  if (channel->fd != 3) {
    if (dup3(channel->fd, 3, O_CLOEXEC) != 3)
      return refuse(failure, STAGE_LAUNCHER, errno, "Cannot move the control channel");
    channel->fd = 3;
  }
  unsigned int from = 4;
  for (int next = next_part(shared, 4); next >= 0; next = next_part(shared, next + 1)) {
    if ((unsigned int)next > from && syscall(SYS_close_range, from, (unsigned int)next - 1, 0U) != 0)
      return refuse(failure, STAGE_LAUNCHER, errno, "Cannot close inherited descriptors");
    from = (unsigned int)next + 1;
  }
  if (syscall(SYS_close_range, from, ~0U, 0U) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot close inherited descriptors");
  return 0;
}

int prepare_launch(struct launch *launch, struct channel *channel, struct failure *failure) {
  launch->setup_fd = launch->setup_child = launch->order_fd = launch->watch_fd = launch->signal_fd = launch->terminal = -1;
  open_janitor(&launch->janitor);
  launch->group.parent = launch->group.fd = -1;
  if (keep_only_channel(channel, &launch->shared, failure) != 0 || open_streams(&launch->streams, failure) != 0) return -1;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot adopt orphans");
  return 0;
}

int prepare_command(struct launch *launch, const struct policy *policy, struct failure *failure) {
  if (watch_signals(launch, policy->tty, failure) != 0) return -1;
  if (policy->has_input) {
    // One that was started ahead holds the stream as it was.
    drop_init(launch);
    if (keep_input(&launch->streams, policy->input_length, failure) != 0) return -1;
  }
  return policy->tty && (launch->terminal = keep_terminal(failure)) < 0 ? -1 : 0;
}

// A pair of packet sockets: ours is `ends[0]`, and on it the kernel names each sender's process.
static int make_sockets(int ends[2], struct failure *failure) {
  int on = 1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0 ||
      setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot make a socket for the set-up");
  return 0;
}

// What Landlock and seccomp cannot do without mounts of our own.
static void add_plain_gaps(const struct policy *policy, struct enforcement *enforcement, const char *why) {
  add_gap(enforcement, RESTRICT_FILE_METADATA, "modes, owners and times of outside files can be changed; %s", why);
  if (policy->mode == MODE_WORKSPACE_WRITE)
    add_gap(enforcement, RESTRICT_PROTECTED_PATHS, "protected names in writable roots can be written; %s", why);
  if (policy->deny_read_count > 0 || geteuid() == 0)
    add_gap(enforcement, RESTRICT_FILE_READ, "no path can be hidden, password hashes from root neither; %s", why);
  add_gap(enforcement, RESTRICT_PROCESSES, "processes outside can be seen, though not touched; %s", why);
  add_gap(enforcement, RESTRICT_KERNEL_SURFACE, "names of devices and mounts can be seen; %s", why);
  add_gap(enforcement, RESTRICT_IPC, "names of the user's keys can be seen, though not the keys; %s", why);
  if (policy->watches_starts)
    add_gap(enforcement, RESTRICT_PROGRAMS, "rules hold on what is asked for, and not on what it starts; %s", why);
  if (!policy->network)
    add_gap(enforcement, RESTRICT_NETWORK, "interfaces and connections can be listed, though not used; %s", why);
  if (geteuid() == 0 && policy->has_limit[LIMIT_PROCESSES])
    add_gap(enforcement, RESTRICT_RESOURCES, "the number of root's processes cannot be limited; %s", why);
}

static int start_plain(struct launch *launch, const struct policy *policy, const char *weaker, struct failure *failure) {
  static struct open_roots roots;
  static struct command_place place;
  if (policy->has_listener)
    return refuse(failure, STAGE_SANDBOX, 0, "Cannot listen inside the sandbox: it has no private network; %s",
                  weaker != NULL ? weaker : "none was asked for");
  if (open_roots(policy, &roots, failure) != 0) return -1;
  place = (struct command_place){
      .view = {.root_fds = roots.fds},
      .has_foreign_roots = has_foreign_root(roots.fds, policy->root_count),
      .stdio = {launch->streams.inner[0], launch->streams.inner[1], launch->streams.inner[2]},
      .setup_fd = launch->setup_child,
      .listener_fd = -1,
      .parent = getpid(),
  };
  if (weaker != NULL) add_plain_gaps(policy, &place.enforcement, weaker);
  launch->is_init = false;
  // A set-up that borrows this process spares a copy of it. On a terminal it could be stopped from the keyboard, and
  // this process with it.
  pid_t child = policy->tty ? fork() : vfork();
  if (child < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot fork");
  if (child == 0) become_command(policy, &place);
  launch->child = child;
  return 0;
}

static void hang_up(int *fd) {
  if (*fd >= 0) (void)close(*fd);
  *fd = -1;
}

static int open_setup(struct launch *launch, struct failure *failure) {
  int ends[2];
  if (make_sockets(ends, failure) != 0) return -1;
  launch->setup_fd = ends[0];
  launch->setup_child = ends[1];
  return 0;
}

enum network_kind usual_network(const struct launch *launch) {
  return has_shared_network(&launch->shared) ? NETWORK_SHARED : NETWORK_OF_ITS_OWN;
}

static enum network_kind wanted_network(const struct launch *launch, const struct policy *policy) {
  if (policy->network) return NETWORK_OF_HOST;
  // A door to a service of the host is for the run that asked for it.
  return policy->isolated || policy->has_listener ? NETWORK_OF_ITS_OWN : usual_network(launch);
}

// The child's users are mapped, and it was told, in a shared network only.
static pid_t fork_init(struct launch *launch, struct init_task *task, int orders, bool *has_users, struct failure *failure) {
  if (task->network == NETWORK_SHARED) {
    pid_t child = fork_into_shared_network(&launch->shared, orders, ORDER_MAPPED);
    if (child >= 0) return child;
    launch->alone_because = errno;
    task->network = NETWORK_OF_ITS_OWN; // alone is the stricter half of what was asked for; the record tells it
  }
  return fork_into_namespaces(has_users, failure);
}

int start_init(struct launch *launch, const struct channel *channel, enum network_kind network, struct failure *failure) {
  int orders[2], watch[2];
  bool has_users = false;
  if (launch->handout == NULL) launch->handout = make_handout();
  if (launch->handout == NULL) return refuse(failure, STAGE_SANDBOX, ENOMEM, "Cannot prepare the sandbox");
  if (open_setup(launch, failure) != 0) return -1;
  if (make_sockets(orders, failure) != 0 || make_sockets(watch, failure) != 0) return -1;
  launch->alone_because = network == NETWORK_OF_ITS_OWN ? launch->shared.error : 0;
  struct init_task task = {
      .handout = launch->handout,
      .network = network,
      .shared = &launch->shared,
      .streams = &launch->streams,
      .order_fd = orders[1],
      .watch_fd = watch[1],
      .setup_fd = launch->setup_child,
      .channel_fd = channel->fd,
      .signal_fd = launch->signal_fd,
  };
  launch->child = fork_init(launch, &task, orders[0], &has_users, failure);
  if (launch->child == 0) {
    (void)close(orders[0]);
    (void)close(watch[0]);
    (void)close(launch->setup_fd);
    run_init(&task);
  }
  (void)close(orders[1]);
  (void)close(watch[1]);
  launch->order_fd = orders[0];
  launch->watch_fd = watch[0];
  launch->network = network; // as it was wanted: what could not be had will not be had a moment later
  launch->is_init = launch->child > 0;
  if (launch->child < 0 || (has_users && map_users(launch->child, failure) != 0)) return -1;
  if (launch->child > 0 && task.network == NETWORK_SHARED) return 0;
  const unsigned char mapped = ORDER_MAPPED;
  if (send(launch->order_fd, &mapped, 1, MSG_NOSIGNAL) == 1) return 0;
  return refuse(failure, STAGE_SANDBOX, errno, "Cannot reach the sandbox's first process");
}

void drop_init(struct launch *launch) {
  hang_up(&launch->order_fd);
  hang_up(&launch->watch_fd);
  hang_up(&launch->setup_fd);
  hang_up(&launch->setup_child);
  if (launch->is_init && launch->child > 0) {
    (void)kill(launch->child, SIGKILL);
    while (waitpid(launch->child, NULL, __WALL) < 0 && errno == EINTR) continue;
    launch->child = 0; // its number is nobody's any more
  }
  launch->is_init = false;
  close_group(&launch->group);
}

// A group costs more than it is worth where the kernel's own bounds will do.
static void hold_limits(struct launch *launch, const struct policy *policy) {
  bool wants_count = policy->has_limit[LIMIT_PROCESSES] && !can_bound_processes();
  if (policy->has_limit[LIMIT_MEMORY] || wants_count) {
    open_group(&launch->group, policy);
    join_group(&launch->group, launch->child);
  }
  memcpy(launch->handout->held, launch->group.bounds, sizeof launch->handout->held);
}

static int start_namespaced(struct launch *launch, const struct channel *channel, const struct policy *policy,
                            struct failure *failure) {
  enum network_kind network = wanted_network(launch, policy);
  // One that was started ahead has the usual one.
  if (launch->is_init && launch->network != network) drop_init(launch);
  if (!launch->is_init && start_init(launch, channel, network, failure) != 0) return -1;
  // Meanwhile process 1 makes its network, which takes as long as this.
  if (make_plan(&launch->handout->plan, policy, &launch->janitor, failure) != 0) return -1;
  hold_limits(launch, policy);
  return hand_out(launch->order_fd, launch->handout, policy, &launch->janitor, failure);
}

int start_command(struct launch *launch, struct channel *channel, const struct policy *policy, const char *weaker,
                  struct failure *failure) {
  int result;
  int directory = open_directory(policy, failure); // as the host sees it: in a view of its own it may be another
  if (directory < 0) return -1;
  (void)close(directory);
  if (policy->mode != MODE_SUPERVISE && weaker == NULL) {
    result = start_namespaced(launch, channel, policy, failure);
  } else {
    drop_init(launch);
    result = open_setup(launch, failure);
    if (result == 0) result = start_plain(launch, policy, weaker, failure);
  }
  hang_up(&launch->setup_child);
  if (result != 0) hang_up(&launch->setup_fd);
  return result;
}
