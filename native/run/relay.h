// Carries bytes between the host's sockets and real pipes. Node hands out sockets as standard streams, and a socket
// cannot be reopened: `echo x > /dev/stderr` and `cat /dev/stdin` would fail. Pipes can. A file that a caller's shell opened
// for output is relayed, too: with the descriptor itself a command could truncate what others wrote to it before.
#ifndef CORDON_RELAY_H
#define CORDON_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { RELAY_BUFFER = 64 * 1024 };

enum relay_way { FROM_SOCKET, TO_SOCKET, TO_FILE };

struct relay {
  int from; // -1 once it ended
  int to;   // -1 once nobody wants it
  enum relay_way way;
  size_t start, end;
  unsigned char buffer[RELAY_BUFFER];
};

void begin_relay(struct relay *relay, int from, int to, enum relay_way way);

// What to wait for; at most one entry. Returns how many were filled in.
size_t poll_relay(const struct relay *relay, struct pollfd *entry);

// Moves what can be moved without waiting.
void run_relay(struct relay *relay);

// True when nothing will move any more.
bool relay_is_done(const struct relay *relay);

void end_relay(struct relay *relay);

#endif
