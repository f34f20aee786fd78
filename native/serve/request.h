// What the host asks of the server, one line each: pure, and strict. The host writes JSON, because that is how Node
// speaks to a process it shares descriptors with; of JSON this knows the three shapes that are ever sent.
#ifndef CORDON_REQUEST_H
#define CORDON_REQUEST_H

#include <stddef.h>
#include <stdint.h>

enum { MAX_REQUEST = 128, MAX_TERMINAL = 32 };

enum request_kind {
  REQUEST_INCOMPLETE, // nothing whole has come yet
  REQUEST_BROKEN,     // this host speaks another language: nothing it says counts
  REQUEST_RUN,
  REQUEST_TAKEN, // the host has the oldest descriptor that was sent to it
  REQUEST_LOST,  // the host could not take the oldest descriptor
};

// What the standard input of a run is.
enum run_input {
  INPUT_NONE,
  INPUT_OPEN,  // a stream, for as long as the host likes
  INPUT_BYTES, // a stream that ends before the command begins
  INPUT_TERMINAL,
  INPUT_AIRLOCK, // no run: the program that reads layers, asked and answering over the channel
};

struct request {
  uint32_t run;
  enum run_input input;
  char terminal[MAX_TERMINAL];
};

struct request_reader {
  char line[MAX_REQUEST];
  size_t length;
};

// Takes one line out of `bytes`; `*used` says how many of them it has consumed.
enum request_kind read_request(struct request_reader *reader, const char *bytes, size_t count, size_t *used,
                               struct request *request);

#endif
