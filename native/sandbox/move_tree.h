// Moves a directory where it cannot be renamed: what is in it moves, one by one, into a new one.
#ifndef CORDON_MOVE_TREE_H
#define CORDON_MOVE_TREE_H

struct tree_spot {
  int directory;
  const char *name;
};

// With the flags of renameat2. 0, or an errno for whoever wanted it; what was moved until then is moved back.
int move_tree(struct tree_spot from, struct tree_spot to, unsigned int flags);

#endif
