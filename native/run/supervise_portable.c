// supervise() for systems without namespaces, Landlock and subreapers: starts the command, keeps its terminal, ends its
// session, reports. The sandbox of such a system (Seatbelt) wraps the command itself; a policy that asks this program
// for one is refused.
#include "run/supervise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/execute.h"
#include "run/keep_pty.h"
#include "run/probe.h"
#include "airlock/airlock.h"
#include "protocol/report.h"

enum { EXIT_NOTHING_RAN = 125, EXIT_BY_SIGNAL = 128 };

struct run {
  struct channel *channel;
  const struct policy *policy;
  struct failure failure;
  int terminal;
  int exec_pipe; // end of file: the program runs; a failure: it never will
  pid_t child;
  bool started, failed, ended;
  int status;
  struct rusage usage;
};

// A signal handler can reach nothing but this.
static int wake_up[2] = {-1, -1};

static void on_signal(int signal) {
  int error = errno;
  unsigned char byte = (unsigned char)signal;
  if (write(wake_up[1], &byte, 1) != 1) byte = 0; // full: a wake-up is on its way already
  errno = error;
}

static bool make_pipe(int ends[2]) {
  if (pipe(ends) != 0) return false;
  for (int i = 0; i < 2; i++) {
    if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0) return false;
  }
  return true;
}

static int watch_signals(struct run *run) {
  static const int watched[] = {SIGCHLD, SIGTERM, SIGHUP};
  if (!make_pipe(wake_up) || fcntl(wake_up[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(wake_up[1], F_SETFL, O_NONBLOCK) != 0)
    return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
    if (sigaction(watched[i], &action, NULL) != 0)
      return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
  }
  return 0;
}

// Whatever the host leaked, however many it has open. Where the system lists them, only what is there is closed.
static void close_inherited(int kept) {
  DIR *directory = opendir("/dev/fd");
  if (directory == NULL) {
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1 << 20 ? (int)limit.rlim_cur : 1 << 20;
    for (int fd = 3; fd < end; fd++) {
      if (fd != kept) (void)close(fd);
    }
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int fd = (int)strtol(entry->d_name, NULL, 10);
    // Marked, not closed: the list is read through one of them.
    if (fd >= 3 && fd != kept) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  (void)closedir(directory);
}

static _Noreturn void become_command(struct run *run, int report) {
  struct failure failure;
  memset(&failure, 0, sizeof failure);
  bool has_session = run->policy->tty || setsid() >= 0;
  if (!has_session) (void)refuse(&failure, STAGE_LAUNCHER, errno, "Cannot start a session");
  close_inherited(report);
  reset_signals();
  if (has_session && enter_directory(run->policy, &failure) == 0) (void)execute(run->policy, &failure);
  while (write(report, &failure, sizeof failure) < 0 && errno == EINTR) continue;
  _exit(EXIT_NOTHING_RAN);
}

static int start(struct run *run) {
  int ends[2];
  if (run->policy->mode != MODE_SUPERVISE)
    return refuse(&run->failure, STAGE_SANDBOX, 0, "Cannot sandbox the command: the launcher's sandbox is for Linux");
  if (watch_signals(run) != 0) return -1;
  if (run->policy->tty && (run->terminal = keep_terminal(&run->failure)) < 0) return -1;
  if (!make_pipe(ends)) return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot make a pipe");
  run->child = fork();
  if (run->child < 0) return refuse(&run->failure, STAGE_LAUNCHER, errno, "Cannot fork");
  if (run->child == 0) become_command(run, ends[1]);
  (void)close(ends[1]);
  run->exec_pipe = ends[0];
  // Readers must see the end when the command is gone, not when this process is.
  int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; nothing >= 0 && fd < 3; fd++) (void)dup2(nothing, fd);
  if (nothing > 2) (void)close(nothing);
  return 0;
}

static void signal_tree(const struct run *run, int signal) {
  // With a terminal the command shares this process's group, which must outlive it.
  if (run->ended) return;
  if (run->policy->tty) (void)kill(run->child, signal);
  else (void)kill(-run->child, signal);
}

static bool finish_start(struct run *run) {
  struct failure failure;
  ssize_t got;
  while ((got = read(run->exec_pipe, &failure, sizeof failure)) < 0 && errno == EINTR) continue;
  (void)close(run->exec_pipe);
  run->exec_pipe = -1;
  if (got == (ssize_t)sizeof failure) {
    run->failed = true;
    run->failure = failure;
    return report_failed(run->channel, &failure);
  }
  struct enforcement nothing;
  memset(&nothing, 0, sizeof nothing);
  run->started = true;
  return report_started(run->channel, run->child, &nothing);
}

static bool collect(struct run *run) {
  unsigned char signal;
  bool heard = true;
  while (read(wake_up[0], &signal, 1) == 1) {
    if (signal != SIGCHLD) signal_tree(run, SIGKILL);
  }
  int status;
  struct rusage usage;
  if (run->ended || wait4(run->child, &status, WNOHANG, &usage) != run->child) return true;
  if (run->exec_pipe >= 0) heard = finish_start(run);
  run->ended = true;
  run->status = status;
  run->usage = usage;
  return heard && (run->failed || report_exited(run->channel, status, &usage));
}

static bool obey_host(struct run *run) {
  for (;;) {
    struct host_command command = {0};
    enum host_word word = read_host(run->channel, &command);
    if (word == HOST_IS_GONE) return false;
    if (word == HOST_SAID_NOTHING) return true;
    if (word == HOST_SAID_SIGNAL) signal_tree(run, command.signal);
  }
}

static bool turn(struct run *run) {
  struct pollfd entries[] = {{.fd = run->channel->fd, .events = POLLIN},
                             {.fd = wake_up[0], .events = POLLIN},
                             {.fd = run->exec_pipe, .events = POLLIN}};
  if (poll(entries, 3, -1) < 0 && errno != EINTR) return false;
  bool heard = true;
  if (entries[2].revents != 0) heard = finish_start(run);
  if (heard && entries[1].revents != 0) heard = collect(run);
  return heard && entries[0].revents != 0 ? obey_host(run) : heard;
}

// What the command left in its own group. Whoever made a group or a session of its own is out of reach here.
static void end_group(const struct run *run) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 5000000};
  if (run->policy->tty) return;
  for (int tries = 0; tries < 200 && kill(-run->child, SIGKILL) == 0; tries++) (void)nanosleep(&pause, NULL);
}

// There is no kernel feature to ask for.
// No layers were made that could be read.
int run_airlock(void) {
  return EXIT_NOTHING_RAN;
}

int probe_host(void) {
  return 0;
}

void work_ahead(struct channel *channel) {
  (void)channel; // a fork is all there is
}

void stop_ahead(void) {}

int supervise(struct channel *channel, const struct policy *policy) {
  static struct run run;
  run.channel = channel;
  run.policy = policy;
  run.terminal = run.exec_pipe = -1;
  if (start(&run) != 0) {
    (void)report_failed(channel, &run.failure);
    return EXIT_NOTHING_RAN;
  }
  bool heard = true;
  while (heard && !run.ended) heard = turn(&run);
  if (!run.ended) {
    signal_tree(&run, SIGKILL);
    while (waitpid(run.child, NULL, 0) < 0 && errno == EINTR) continue;
  }
  end_group(&run);
  if (heard && run.terminal >= 0 && !run.failed) heard = end_terminal(run.terminal, policy, channel);
  if (heard && !run.failed) (void)report_gone(channel);
  if (run.failed) return EXIT_NOTHING_RAN;
  if (!heard) return EXIT_BY_SIGNAL + SIGKILL;
  return WIFSIGNALED(run.status) ? EXIT_BY_SIGNAL + WTERMSIG(run.status) : WEXITSTATUS(run.status);
}
