// A door for one service: a TCP listener on the loopback of a private network, whose descriptor goes to the host. What
// answers there is the host's affair; without somebody who holds the descriptor, nobody answers.
#ifndef CORDON_INNER_LISTENER_H
#define CORDON_INNER_LISTENER_H

#include <stdint.h>

#include "protocol/failure.h"

// For process 1, in the private network: makes the listener and hands it to the launcher. Port 0 takes any.
int hand_out_listener(int setup_fd, uint16_t port, struct failure *failure);

#endif
