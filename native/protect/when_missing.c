#include "protect/when_missing.h"

bool is_part_of_git(enum when_missing when_missing) {
  return when_missing >= FORBID_HOOKS;
}

enum placeholder placeholder_for(enum when_missing when_missing) {
  switch (when_missing) {
    case FORBID_WITH_LINK:
      return PLACEHOLDER_LINK;
    case FORBID_WITH_EMPTY_FILE:
      return PLACEHOLDER_EMPTY_FILE;
    case FORBID_WITH_DOT:
      return PLACEHOLDER_DOT_FILE;
    case FORBID_WITH_SOCKET:
    case FORBID_HOOKS:
    case IGNORE_MISSING:
      break;
  }
  return PLACEHOLDER_SOCKET;
}
