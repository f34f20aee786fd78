// `cordon-launcher --airlock`: reads what commands wrote, and commits what the host decides to keep. Asked over standard
// input, answered over standard output, as the user who owns both the layers and the workspace.
#ifndef CORDON_AIRLOCK_H
#define CORDON_AIRLOCK_H

int run_airlock(void);

#endif
