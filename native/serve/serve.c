// One loop: requests of the host, and children that ended. Nothing of a command comes by here, and nothing waits for
// a run: once the host has its descriptors, the run is between the two of them.
#include "serve/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/request.h"

enum { HOST_FD = 3, MAX_UNTAKEN = 4096 };

// Descriptors on their way: the host answers them in the order in which they were sent.
struct untaken {
  uint32_t runs[MAX_UNTAKEN];
  size_t first, count;
};

struct server {
  int host, signals;
  struct shared_network network; // until this process ends
  attend_run *attend;
  struct request_reader reader;
  struct untaken untaken;
};

static bool say(int host, const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t sent = send(host, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text += sent;
    length -= (size_t)sent;
  }
  return true;
}

static bool say_refused(struct server *server, uint32_t run, int error) {
  char text[96];
  (void)snprintf(text, sizeof text, "{\"run\":%u,\"refused\":\"%s\"}\n", run, errno_name(error));
  return say(server->host, text);
}

static void add_untaken(struct untaken *untaken, uint32_t run, unsigned count) {
  for (; count > 0; count--) untaken->runs[(untaken->first + untaken->count++) % MAX_UNTAKEN] = run;
}

static uint32_t take_untaken(struct untaken *untaken) {
  uint32_t run = untaken->runs[untaken->first];
  untaken->first = (untaken->first + 1) % MAX_UNTAKEN;
  untaken->count -= 1;
  return run;
}

static _Noreturn void become_run(struct server *server, struct seat *seat) {
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
  (void)close(server->host);
  (void)close(server->signals);
  close_outer(seat);
  seat->network = server->network;
  // A session of its own, as every launcher: no terminal but the one it is given, and no signal for somebody else.
  bool seated = setsid() >= 0 && take_seat(seat);
  _exit(seated ? server->attend(seat) : 1);
}

static bool start_run(struct server *server, const struct request *request) {
  struct seat seat;
  if (server->untaken.count + SEAT_PARTS > MAX_UNTAKEN) return say_refused(server, request->run, EAGAIN);
  if (open_seat(&seat, request) != 0) return say_refused(server, request->run, errno);
  pid_t launcher = fork();
  if (launcher == 0) become_run(server, &seat);
  int error = errno;
  close_inner(&seat);
  bool heard = true;
  if (launcher < 0) heard = say_refused(server, request->run, error);
  else if (give_seat(server->host, &seat, launcher)) add_untaken(&server->untaken, request->run, outer_count(&seat));
  else heard = false; // a host that got some of it knows no more than one that got nothing
  close_outer(&seat);
  return heard;
}

static bool obey(struct server *server, enum request_kind kind, const struct request *request) {
  char text[48];
  switch (kind) {
    case REQUEST_INCOMPLETE:
      return true;
    case REQUEST_BROKEN:
      return false;
    case REQUEST_RUN:
      return start_run(server, request);
    case REQUEST_TAKEN:
      if (server->untaken.count == 0) return false;
      (void)take_untaken(&server->untaken);
      return true;
    case REQUEST_LOST:
      if (server->untaken.count == 0) return false;
      (void)snprintf(text, sizeof text, "{\"run\":%u,\"refused\":\"EMFILE\"}\n", take_untaken(&server->untaken));
      return say(server->host, text);
  }
  return false;
}

static bool hear_host(struct server *server) {
  char bytes[4096];
  ssize_t got = recv(server->host, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (got == 0) return false;
  for (size_t at = 0; at < (size_t)got;) {
    struct request request;
    size_t used;
    enum request_kind kind = read_request(&server->reader, bytes + at, (size_t)got - at, &used, &request);
    at += used;
    if (!obey(server, kind, &request)) return false;
  }
  return true;
}

static void collect_children(const struct server *server) {
  struct signalfd_siginfo ignored;
  while (read(server->signals, &ignored, sizeof ignored) == (ssize_t)sizeof ignored) continue;
  while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) continue;
}

static int prepare(struct server *server, int fd, struct failure *failure) {
  sigset_t set;
  if (fd != HOST_FD && dup3(fd, HOST_FD, O_CLOEXEC) != HOST_FD)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot move the server's channel");
  server->host = HOST_FD;
  // What the host leaked into this process must not reach every command from here.
  if (syscall(SYS_close_range, HOST_FD + 1U, ~0U, 0U) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot close inherited descriptors");
  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot block signals");
  server->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (server->signals < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot watch signals");
  return 0;
}

int serve(int fd, attend_run *attend, struct failure *failure) {
  static struct server server;
  char hello[32];
  server.attend = attend;
  if (prepare(&server, fd, failure) != 0) return -1;
  (void)snprintf(hello, sizeof hello, "{\"server\":%d}\n", SERVER_VERSION);
  bool heard = say(server.host, hello);
  make_shared_network(&server.network);
  while (heard) {
    struct pollfd entries[] = {{.fd = server.host, .events = POLLIN}, {.fd = server.signals, .events = POLLIN}};
    if (poll(entries, 2, -1) < 0 && errno != EINTR) break;
    if (entries[1].revents != 0) collect_children(&server);
    if (entries[0].revents != 0) heard = hear_host(&server);
  }
  return 0;
}
