// Moves directories and answers hard links on behalf of a sandbox with layers, where the overlay file system would answer
// otherwise than an ordinary one.
//
// A directory that the layer did not make cannot be renamed there (EXDEV), and few programs but mv know what to do then.
// A link to a file that the layer did not make gives the file another number; git compares the two and stops, but
// copies when there can be no link at all.
#ifndef CORDON_TREE_BROKER_H
#define CORDON_TREE_BROKER_H

#include <stdbool.h>

#include "sandbox/privileges.h"
#include "sandbox/waiting_call.h"

// Whether the call is one of the families of rename and link.
bool is_tree_call(int number);

// Answers one waiting call, with no more rights than the command's own.
void serve_tree(const struct waiting_call *call, enum kept_privileges kept);

#endif
