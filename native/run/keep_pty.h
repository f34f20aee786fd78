// The terminal of a run that has one: kept open until the host has read everything.
#ifndef CORDON_KEEP_PTY_H
#define CORDON_KEEP_PTY_H

#include <stdbool.h>

#include "protocol/channel.h"
#include "protocol/failure.h"
#include "protocol/policy.h"

// Makes the terminal on descriptor 0, if there is one, that of this process's session. Only this process and those it
// forks afterwards know of it: it comes before any fork.
bool lead_terminal(void);

// Leads the terminal on descriptor 0, keeps it open beyond the program's life, and keeps the terminal's own signals
// (Ctrl-C, Ctrl-\, Ctrl-Z) from this process, which shares the foreground with the program. Returns the descriptor, or
// -1 with the failure filled in.
int keep_terminal(struct failure *failure);

// Once no process of the tree is left: writes the end mark behind the last byte of output and waits until the host
// has read it. False when the host is gone.
bool end_terminal(int terminal, const struct policy *policy, struct channel *channel);

#endif
