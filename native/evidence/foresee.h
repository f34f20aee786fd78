// Says of a waiting call whether the sandbox will refuse it, by the facts that the kernel will use: the caller's view of
// the file system, whether a mount is read-only, and what Landlock was told. For reports only: nothing is decided here,
// and the caller can change what was read before the kernel reads it again.
#ifndef CORDON_FORESEE_H
#define CORDON_FORESEE_H

#include <limits.h>
#include <stdbool.h>

#include "evidence/write_call.h"
#include "protocol/enforcement.h"
#include "protocol/policy.h"
#include "sandbox/privileges.h"
#include "sandbox/waiting_call.h"

// Numbers on the wire: src/launcher/launcher-reports.ts has the same.
enum denied_by { BY_READ_ONLY_MOUNT = 1, BY_LANDLOCK = 2, BY_NETWORK_NAMESPACE = 3, BY_CONNECT_RULE = 4 };

struct denial {
  enum restriction restriction;
  enum denied_by by;
  char target[PATH_MAX + NAME_MAX + 2];
};

struct bounds {
  const struct policy *policy;
  bool has_landlock;
  enum kept_privileges kept; // of the command
};

// False where it will pass, and where it would fail without a sandbox too: nothing there, there already, closed by its modes.
bool foresee_denial(const struct bounds *bounds, const struct waiting_call *call, const struct write_call *write,
                    struct denial *denial);

#endif
