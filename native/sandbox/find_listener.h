// Who would answer at a socket's place in the file system, found out without knocking: a connection that is closed again has
// still been accepted, and a server may act on that alone.
#ifndef CORDON_FIND_LISTENER_H
#define CORDON_FIND_LISTENER_H

// Which processes a connection may reach.
enum listeners_allowed {
  LISTENERS_OF_OUR_NETWORK,   // every socket made in this network namespace, which is the sandbox's own
  LISTENERS_OF_OUR_PROCESSES, // the network is shared with strangers: a process of this pid namespace must hold it
};

// `place` is the socket's inode, opened with O_PATH: nothing else can be bound to it afterwards. 0 when one of the allowed
// is bound there, ECONNREFUSED when nobody is, EACCES when somebody else is or nobody can tell.
int find_listener(int place, enum listeners_allowed allowed);

#endif
