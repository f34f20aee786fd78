// The command's last steps that need no kernel feature: signals, directory, program.
#ifndef CORDON_EXECUTE_H
#define CORDON_EXECUTE_H

#include "failure.h"
#include "policy.h"

// Default actions, nothing blocked: what the launcher arranged for itself ends here.
void reset_signals(void);

int enter_directory(const struct policy *policy, struct failure *failure);

// execve, with the search of execvp(3) over the command's own PATH. Returns only to say why it failed.
int execute(const struct policy *policy, struct failure *failure);

#endif
