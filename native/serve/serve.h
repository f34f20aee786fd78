// The launch server: one small process that forks for a host that must not, because a fork copies the page tables of
// whoever forks. It holds no secret and no policy: each run hears from the host over a channel of its own, and so does the
// program that reads what a run wrote.
#ifndef CORDON_SERVE_H
#define CORDON_SERVE_H

#include "protocol/failure.h"
#include "serve/seat.h"

enum { SERVER_VERSION = 2 };

// Runs one run in a process of its own, whose exit status it answers.
typedef int attend_run(const struct seat *seat);

// Serves the host behind `fd` until it is gone; the runs hear of that themselves. Answers with an exit status.
int serve(int fd, attend_run *attend, struct failure *failure);

#endif
