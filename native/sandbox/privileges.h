// What the command must not be able to become: capabilities, set-user-id programs, core dumps, limits.
#ifndef CORDON_PRIVILEGES_H
#define CORDON_PRIVILEGES_H

#include <stdbool.h>

#include "protocol/failure.h"
#include "protocol/policy.h"

// What root may keep. Without capabilities uid 0 is a user like any other, and cannot write the work tree of somebody
// else: a root shell in a container, with a directory of the host's user in it. Mounts and Landlock still hold.
enum kept_privileges {
  KEEP_NOTHING,
  KEEP_FILE_ACCESS,      // past file modes
  KEEP_FILE_OWNERSHIP,   // and the owner's rights: only where metadata outside is safe
};

// What the command of this user keeps, by whether one of its roots belongs to somebody else.
enum kept_privileges privileges_to_keep(bool has_foreign_roots, bool has_private_mounts);

// Until `raise_privileges`, this process may do no more than the command. False where that cannot be.
bool lower_privileges(enum kept_privileges kept);
bool raise_privileges(void);

// What access() would answer the command about an open file. Where this process cannot have its privileges back, it ends.
bool command_may(enum kept_privileges kept, int file, int mode);

// Drops every other capability, also from the bounding set, and forbids new ones for good.
int drop_privileges(enum kept_privileges kept, struct failure *failure);

// Applies the policy's limits to the calling process.
int apply_limits(const struct policy *policy, bool holds_memory, struct failure *failure);

#endif
