// Descriptors travel in the form Node knows from the processes it starts itself: a line of JSON with one attached.
#include "serve/seat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void hang_up(int *fd) {
  if (*fd >= 0) (void)close(*fd);
  *fd = -1;
}

void close_outer(struct seat *seat) {
  for (int part = 0; part < SEAT_PARTS; part++) hang_up(&seat->outer[part]);
}

void close_inner(struct seat *seat) {
  bool is_terminal = seat->input == INPUT_TERMINAL;
  if (is_terminal) seat->inner[SEAT_STDOUT] = seat->inner[SEAT_STDERR] = -1; // one descriptor in three places
  for (int part = 0; part < SEAT_PARTS; part++) hang_up(&seat->inner[part]);
}

static bool open_pair(struct seat *seat, enum seat_part part) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  seat->inner[part] = ends[0];
  seat->outer[part] = ends[1];
  return fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0; // as the host's event loop wants it
}

static bool open_terminal(struct seat *seat, const char *path) {
  int terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
  for (int stream = 0; stream < 3; stream++) seat->inner[stream] = terminal;
  return terminal >= 0 && isatty(terminal) == 1;
}

static bool open_parts(struct seat *seat, const struct request *request) {
  if (!open_pair(seat, SEAT_CHANNEL)) return false;
  if (request->input == INPUT_AIRLOCK) return true;
  if (request->input == INPUT_TERMINAL) return open_terminal(seat, request->terminal);
  bool has_input = request->input != INPUT_NONE;
  return open_pair(seat, SEAT_STDOUT) && open_pair(seat, SEAT_STDERR) && (!has_input || open_pair(seat, SEAT_STDIN));
}

int open_seat(struct seat *seat, const struct request *request) {
  *seat = (struct seat){.run = request->run, .input = request->input, .inner = {-1, -1, -1, -1}, .outer = {-1, -1, -1, -1}};
  if (open_parts(seat, request)) return 0;
  int error = errno;
  close_outer(seat);
  close_inner(seat);
  errno = error;
  return -1;
}

bool take_seat(struct seat *seat) {
  for (int stream = 0; stream < 3; stream++) {
    if (seat->inner[stream] >= 0 && dup2(seat->inner[stream], stream) < 0) return false;
  }
  int channel = seat->inner[SEAT_CHANNEL];
  seat->inner[SEAT_CHANNEL] = -1;
  close_inner(seat);
  seat->inner[SEAT_CHANNEL] = channel;
  return true;
}

unsigned outer_count(const struct seat *seat) {
  unsigned count = 0;
  for (int part = 0; part < SEAT_PARTS; part++) count += seat->outer[part] >= 0 ? 1 : 0;
  return count;
}

static bool send_whole(int host, const char *text, size_t length, int fd) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {(void *)(uintptr_t)text, length};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  memset(&control, 0, sizeof control);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  while (part.iov_len > 0) {
    ssize_t sent = sendmsg(host, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    part = (struct iovec){(char *)part.iov_base + sent, part.iov_len - (size_t)sent};
    message.msg_control = NULL; // it went with the first byte
    message.msg_controllen = 0;
  }
  return true;
}

bool give_seat(int host, const struct seat *seat, pid_t launcher) {
  static const char *const names[SEAT_PARTS] = {"stdin", "stdout", "stderr", "channel"};
  for (int part = 0; part < SEAT_PARTS; part++) {
    char text[160];
    if (seat->outer[part] < 0) continue;
    int length = snprintf(text, sizeof text,
                          "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Socket\",\"msg\":{\"run\":%u,\"part\":\"%s\",\"pid\":%d}}\n",
                          seat->run, names[part], (int)launcher);
    if (!send_whole(host, text, (size_t)length, seat->outer[part])) return false;
  }
  return true;
}
