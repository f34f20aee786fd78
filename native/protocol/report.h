// What the launcher tells the host, one function a frame. Each returns false when the host is gone.
#ifndef CORDON_REPORT_H
#define CORDON_REPORT_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "protocol/channel.h"
#include "protocol/enforcement.h"
#include "protocol/failure.h"

enum { PROTOCOL_VERSION = 5 };

bool report_hello(struct channel *channel);
bool report_started(struct channel *channel, pid_t pid, const struct enforcement *enforcement);
bool report_failed(struct channel *channel, const struct failure *failure);
// `status` is a wait status.
bool report_exited(struct channel *channel, int status, const struct rusage *usage);
// A listener inside the sandbox, its descriptor and its port.
bool report_listening(struct channel *channel, int listener, uint16_t port);

// The end of the command and, in the same breath, of everything.
bool report_ended(struct channel *channel, int status, const struct rusage *usage);
bool report_gone(struct channel *channel);

#endif
