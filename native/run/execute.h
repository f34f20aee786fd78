// The command's last steps that need no kernel feature: signals, directory, program.
#ifndef CORDON_EXECUTE_H
#define CORDON_EXECUTE_H

#include "protocol/failure.h"
#include "protocol/policy.h"

// Default actions, nothing blocked: what the host ignores is no business of a command. For the start of the launcher.
void reset_signals(void);

// Undoes what the launcher arranged for itself since. Handlers end at execve by themselves.
void release_signals(void);

// Whether the directory of the policy is still the one it was asked for. Returns it open, or -1 with the reason.
int open_directory(const struct policy *policy, struct failure *failure);
int refuse_other_directory(const struct policy *policy, struct failure *failure);
int enter_directory(const struct policy *policy, struct failure *failure);

// execve, with the search of execvp(3) over the command's own PATH. Returns only to say why it failed.
int execute(const struct policy *policy, struct failure *failure);

#endif
