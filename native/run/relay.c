// One direction, one buffer, no waiting: back-pressure is the buffer being full.
#include "run/relay.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void begin_relay(struct relay *relay, int from, int to, enum relay_way way) {
  relay->from = from;
  relay->to = to;
  relay->way = way;
  relay->start = relay->end = 0;
}

static void hang_up(int *fd) {
  if (*fd >= 0) (void)close(*fd);
  *fd = -1;
}

void end_relay(struct relay *relay) {
  hang_up(&relay->from);
  hang_up(&relay->to);
  relay->start = relay->end = 0;
}

bool relay_is_done(const struct relay *relay) {
  return relay->from < 0 && relay->to < 0;
}

size_t poll_relay(const struct relay *relay, struct pollfd *entry) {
  if (relay_is_done(relay)) return 0;
  bool has_bytes = relay->start < relay->end;
  // With events 0 poll still reports that the reader is gone: a program nobody listens to gets its SIGPIPE.
  *entry = has_bytes ? (struct pollfd){.fd = relay->to, .events = POLLOUT}
                     : (struct pollfd){.fd = relay->from, .events = POLLIN};
  return 1;
}

static void fill(struct relay *relay) {
  ssize_t got = relay->way != FROM_SOCKET ? read(relay->from, relay->buffer, RELAY_BUFFER)
                                 : recv(relay->from, relay->buffer, RELAY_BUFFER, MSG_DONTWAIT);
  if (got > 0) {
    relay->start = 0;
    relay->end = (size_t)got;
  } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    end_relay(relay);
  }
}

static void drain(struct relay *relay) {
  size_t length = relay->end - relay->start;
  ssize_t put = relay->way == TO_SOCKET ? send(relay->to, relay->buffer + relay->start, length, MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : write(relay->to, relay->buffer + relay->start, length);
  if (put > 0) {
    relay->start += (size_t)put;
  } else if (put < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    end_relay(relay);
  }
}

void run_relay(struct relay *relay) {
  if (relay->from >= 0 && relay->start == relay->end) fill(relay);
  if (relay->to >= 0 && relay->start < relay->end) drain(relay);
}
