// Changes modes and owners on behalf of the sandbox where a filter cannot tell what it would be good for.
//
// A set-id bit makes of a program one that lends its owner's rights to whoever starts it; on a directory it only says
// which group the files in it get, and shared repositories cannot do without. A filter sees the mode and not the file.
//
// To give a file away takes a capability that no command keeps. Programs that run as uid 0 expect it all the same
// (`tar x`, `cp -a`, package managers): for root, a change of owner that is not permitted is done by doing nothing, as
// rootless containers do. Really done, it would let a command put files of other users where they trust their own: /tmp.
#ifndef CORDON_METADATA_BROKER_H
#define CORDON_METADATA_BROKER_H

#include <stdbool.h>

#include "sandbox/privileges.h"
#include "sandbox/waiting_call.h"

bool is_owner_call(int number);

// Answers one waiting call of the families of chmod and chown, with no more rights than the command's own.
void serve_metadata(const struct waiting_call *call, enum kept_privileges kept);

#endif
