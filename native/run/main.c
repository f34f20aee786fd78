// cordon-launcher fd:N [ahead]: says hello on the control channel it inherits, and runs the one command it is told. With
// `ahead` it uses the time until then; it may wait for as long as its channel is open, and ends with it.
// cordon-launcher serve fd:N: the same for many commands, each in a fork of its own; see serve/serve.h.
// cordon-launcher --airlock [fd:N]: reads and commits what a command wrote, told over that channel or its
// standard streams; see airlock/airlock.h.
// Policy, command and environment come over the channel only: argv and the environment are for everybody to see.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include "airlock/airlock.h"
#include "protocol/channel.h"
#include "run/execute.h"
#include "run/keep_pty.h"
#include "protocol/policy.h"
#include "run/probe.h"
#include "protocol/report.h"
#include "run/supervise.h"
// The program of other systems can be built on this one, too, and has no server then either.
#if defined(__linux__) && !defined(CORDON_PORTABLE)
#define CORDON_SERVES
#endif
#ifdef CORDON_SERVES
#include "serve/serve.h"
#endif

enum { EXIT_NOTHING_RAN = 125 };

static int say(const struct failure *failure) {
  (void)dprintf(STDERR_FILENO, "cordon-launcher: %s\n", failure->text);
  if (failure->hint[0] != '\0') (void)dprintf(STDERR_FILENO, "%s\n", failure->hint);
  return EXIT_NOTHING_RAN;
}

// A launcher may wait long for its command, and whoever could trace it meanwhile would decide what that is. What comes
// later needs its own files in /proc back, and does the same again once the command is on its way.
static void allow_tracing(bool allowed) {
#ifdef __linux__
  static bool was_allowed;
  if (!allowed) was_allowed = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
  (void)prctl(PR_SET_DUMPABLE, allowed && was_allowed ? 1 : 0, 0, 0, 0);
#else
  (void)allowed;
#endif
}

static int run(struct channel *channel) {
  static struct policy policy;
  struct failure failure = {0};
  unsigned char *payload = NULL;
  size_t length = 0;
  allow_tracing(false);
  bool is_told = read_start(channel, &payload, &length, &failure) == 0;
  allow_tracing(true);
  if (!is_told ||
      parse_policy(&policy, payload, length, &failure) != 0) {
    stop_ahead();
    (void)report_failed(channel, &failure);
    return EXIT_NOTHING_RAN;
  }
  return supervise(channel, &policy);
}

static int attend(struct channel *channel, bool is_ahead) {
  if (!report_hello(channel)) return EXIT_NOTHING_RAN;
  if (is_ahead) {
    (void)lead_terminal();
    work_ahead(channel);
  }
  return run(channel);
}

#ifdef CORDON_SERVES
// Nothing else that it inherited stays open: it may hold the lock of the airlock for long.
static int run_airlock_on(int fd) {
  if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) return EXIT_NOTHING_RAN;
  if (syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, 0U) != 0) return EXIT_NOTHING_RAN;
  return run_airlock();
}

static int attend_airlock(const char *address) {
  struct channel host;
  struct failure failure = {0};
  return open_channel(&host, address, &failure) == 0 ? run_airlock_on(host.fd) : say(&failure);
}

static int attend_seat(const struct seat *seat) {
  static struct channel channel;
  if (seat->input == INPUT_AIRLOCK) return run_airlock_on(seat->inner[SEAT_CHANNEL]);
  channel.fd = seat->inner[SEAT_CHANNEL];
  share_network(&seat->network);
  allow_tracing(true);
  // Input that is to end before the command begins takes a place that work ahead would give away.
  return attend(&channel, seat->input != INPUT_BYTES);
}

static int serve_runs(const char *address) {
  struct channel host;
  struct failure failure = {0};
  if (open_channel(&host, address, &failure) != 0) return say(&failure);
  // It holds what the host holds, and whoever could trace it would decide what runs.
  allow_tracing(false);
  return serve(host.fd, attend_seat, &failure) == 0 ? 0 : say(&failure);
}
#endif

// A closed standard stream would be taken by the next descriptor opened.
static bool fill_standard_streams(void) {
  for (int fd = 0; fd < 3; fd++) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) return false;
  }
  return true;
}

int main(int argc, char **argv) {
  static struct channel channel;
  struct failure failure = {0};
  if (argc == 2 && strcmp(argv[1], "--probe") == 0) return probe_host();
  if (argc == 2 && strcmp(argv[1], "--airlock") == 0) return run_airlock();
  bool is_server = argc == 3 && strcmp(argv[1], "serve") == 0;
  bool is_ahead = argc == 3 && strcmp(argv[2], "ahead") == 0;
  bool is_airlock = argc == 3 && strcmp(argv[1], "--airlock") == 0;
  if (argc != 2 && !is_ahead && !is_server && !is_airlock) {
    (void)refuse(&failure, STAGE_LAUNCHER, 0, "Cannot start: this program is started by the cordon library");
    return say(&failure);
  }
  reset_signals();
  (void)signal(SIGPIPE, SIG_IGN);
  if (!fill_standard_streams()) return EXIT_NOTHING_RAN;
#ifdef CORDON_SERVES
  if (is_server) return serve_runs(argv[2]);
  if (is_airlock) return attend_airlock(argv[2]);
#endif
  if (open_channel(&channel, argv[1], &failure) != 0) return say(&failure);
  return attend(&channel, is_ahead);
}
