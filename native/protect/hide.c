#include "protect/hide.h"

#include <errno.h>
#include <unistd.h>

#include "sandbox/roots.h"

int hide_also(struct planner *planner, const char *path) {
  struct plan *plan = planner->plan;
  for (size_t i = 0; i < plan->hidden_count; i++) {
    if (!plan->hidden[i].is_missing && lies_in(path, plan->hidden[i].path)) return 0;
  }
  if (plan->hidden_count == MAX_HIDDEN)
    return refuse(planner->failure, STAGE_SANDBOX, 0, "Cannot hide more than %d paths", MAX_HIDDEN);
  int place = open_exact(-1, path);
  int error = errno;
  if (place >= 0) (void)close(place);
  char *copy = keep_text(planner, path);
  if (copy == NULL) return -1;
  plan->hidden[plan->hidden_count++] = (struct hidden){
      .path = copy,
      .is_closed = place < 0 && error == EACCES && is_closed_for_good(-1, path),
      .is_missing = place < 0 && (error == ENOENT || error == ENOTDIR),
  };
  return 0;
}
