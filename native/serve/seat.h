// One run's descriptors: a socket for its control channel and for each stream that is not a terminal. One end is the
// run's, the other goes to the host, and the server keeps neither.
#ifndef CORDON_SEAT_H
#define CORDON_SEAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/shared_network.h"
#include "serve/request.h"

enum seat_part { SEAT_STDIN, SEAT_STDOUT, SEAT_STDERR, SEAT_CHANNEL, SEAT_PARTS };

struct seat {
  uint32_t run;
  enum run_input input;
  int inner[SEAT_PARTS]; // the run's ends; a terminal is in all three of the streams
  int outer[SEAT_PARTS]; // the host's ends; -1 where there is none
  struct shared_network network; // of all runs of this server: not the seat's to close
};

// 0, or -1 with errno and nothing open.
int open_seat(struct seat *seat, const struct request *request);

void close_outer(struct seat *seat);
void close_inner(struct seat *seat);

// In the run's own process: the streams become its standard streams. False when they do not.
bool take_seat(struct seat *seat);

// How many descriptors the host is given.
unsigned outer_count(const struct seat *seat);

// Gives the host its ends, the channel last. False when the host is gone or the kernel refuses.
bool give_seat(int host, const struct seat *seat, pid_t launcher);

#endif
