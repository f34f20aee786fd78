// The directories that may hold what launchers tell each other (journals) and what commands write for the time being
// (layers): this user's alone, by name.
#ifndef CORDON_STATE_DIRECTORY_H
#define CORDON_STATE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

// The candidate of that number, best first; false behind the last.
bool state_directory(size_t number, char *path, size_t room);

// Whether a directory of this user is there, as far as anybody can tell.
bool is_state_directory(const char *path);

// Opens one that nobody else may enter, made when it is missing; -1 when it cannot be had.
int make_state_directory(const char *path);

#endif
