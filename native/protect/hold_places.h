// Mounts what keeps the places of a plan as they are: pins first, while the whole tree can still be changed, then what is
// read-only, on top of the opened roots.
#ifndef CORDON_HOLD_PLACES_H
#define CORDON_HOLD_PLACES_H

#include <stdbool.h>

#include "protect/plan.h"
#include "protocol/failure.h"
#include "sandbox/view.h"

struct holder {
  struct view *view;
  const struct policy *policy;
  const struct plan *plan;
  struct failure *failure;
  const struct place *spelled;  // the last that was found to have no second spelling
  bool lacks_pins;
  bool is_gone[MAX_PLACES];     // pinned places that were not there any more
};

// -1 with the failure; ESTALE in it where the search may begin anew.
int pin_names(struct holder *holder);
int protect_places(struct holder *holder);

#endif
