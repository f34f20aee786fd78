// Moves one node from one directory to another: by renaming where that can be, else by copying.
#ifndef CORDON_CARRY_H
#define CORDON_CARRY_H

#include <stdbool.h>
#include <sys/stat.h>

// A directory and a name in it.
struct spot {
  int directory;
  const char *name;
};

// The name under which copies are made; one that nothing else has. What a killed commit left there is removed first.
void carry_beside(const char *name);

enum carried { CARRIED, IS_IN_THE_WAY, CANNOT_CARRY };

// Puts the node at `from` to `to`, where nothing is. Never replaces anything: what stands there is in the way.
enum carried carry_new(struct spot from, struct spot to);

// Exchanges the two. `*old` is then where what stood at `to` is.
enum carried carry_over(struct spot from, struct spot to, struct spot *old);

// Takes what is at `from` away, to `to` where that can be. `*old` is then where it is.
enum carried carry_aside(struct spot from, struct spot to, struct spot *old);

// The two again the other way round. False when it is no longer possible: what stood there is at `old` then.
bool carry_back_over(struct spot old, struct spot to);
bool carry_back_aside(struct spot old, struct spot from);

// What stood there may go, and so may what was copied (`from`; no name without). A private directory keeps it until it goes.
void end_carrying(struct spot from, struct spot old);

// Whether what stood there is only where `end_carrying` removes it.
bool is_beside(struct spot old);

// Where a copy to this directory is made, or what stood there is kept while one was.
struct spot beside_in(int directory);

// Whether everything at `from` is at `to`, too, as a copy of it.
bool has_copy(struct spot from, struct spot to);

// Copies the node at `from` with everything in it to `to`, where nothing is. -1 with errno; what was made then stays.
int copy_node(struct spot from, struct spot to);

#endif
