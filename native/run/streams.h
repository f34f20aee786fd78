// The command's standard streams: real pipes, relayed, where the host handed out sockets or files to
// write to.
#ifndef CORDON_STREAMS_H
#define CORDON_STREAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/failure.h"
#include "run/relay.h"

struct streams {
  int inner[3];           // what the command gets; -1 where it gets the host's descriptor as it is
  struct relay relays[3]; // stdin, stdout, stderr
};

int open_streams(struct streams *streams, struct failure *failure);

// Reads so many bytes of standard input and puts them, in memory, in its place: a program's input that can be opened again
// by name, has no reader to wait for, and was never on a disk. Before anybody else has a copy of the streams.
int keep_input(struct streams *streams, uint64_t length, struct failure *failure);

// Drops this process's copies of the command's ends and of what the command got as it is.
void close_inner_streams(struct streams *streams);

// In a child: drops the host's ends.
void close_outer_streams(struct streams *streams);

#endif
