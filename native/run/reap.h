// Finds and ends the descendants of this process, which is their subreaper: nobody can leave the tree.
#ifndef CORDON_REAP_H
#define CORDON_REAP_H

// Sends `signal` to every descendant.
void signal_descendants(int signal);

// Kills and collects descendants until none is left. A tree that forks faster than one sweep is stopped first.
void kill_descendants(void);

#endif
