// What to do about a protected name that does not exist.
#ifndef CORDON_WHEN_MISSING_H
#define CORDON_WHEN_MISSING_H

#include <stdbool.h>

#include "protect/janitor.h"

enum when_missing {
  IGNORE_MISSING,
  FORBID_WITH_SOCKET, // the directories above it are made, too
  FORBID_WITH_LINK,
  // In a git directory, which its owner may remove at any moment: nothing is made where it was.
  FORBID_HOOKS,
  FORBID_WITH_EMPTY_FILE,
  FORBID_WITH_DOT,
};

bool is_part_of_git(enum when_missing when_missing);

// What stands at the name meanwhile.
enum placeholder placeholder_for(enum when_missing when_missing);

#endif
