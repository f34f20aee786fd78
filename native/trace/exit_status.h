// How a process ended that is somebody else's child.
#ifndef CORDON_EXIT_STATUS_H
#define CORDON_EXIT_STATUS_H

#include <sys/types.h>

// Numbers on the wire.
enum how_ended { ENDED_BY_ITSELF = 0, ENDED_BY_SIGNAL = 1, ENDED_UNSEEN = 2 };

enum status_found {
  STATUS_NONE, // it has not ended
  STATUS_READ,
  STATUS_LOST, // it has, and nobody can say any more how
};

// `process` is the number that `descriptor` was opened by. `*status` is as wait() gives it.
enum status_found read_exit_status(int descriptor, pid_t process, int *status);

#endif
