// The control channel: a stream socket to the host, cut into frames.
#ifndef CORDON_CHANNEL_H
#define CORDON_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/failure.h"

enum host_frame { FRAME_START = 1, FRAME_SIGNAL = 2, FRAME_RELEASE = 3, FRAME_VERDICT = 4 };
enum launcher_frame {
  FRAME_HELLO = 16,
  FRAME_STARTED = 17,
  FRAME_FAILED = 18,
  FRAME_EXITED = 19,
  FRAME_GONE = 20,
  FRAME_DENIED = 21,      // something that the sandbox refuses: see evidence/tell.c
  FRAME_LISTENING = 22,
  FRAME_EXEC = 23,        // a program is about to start, and waits for a verdict
  FRAME_EXEC_FAILED = 24, // it was let go on, and did not run
  FRAME_TRACED = 25,      // something that happened: see trace/trace_record.h
};

struct channel {
  int fd;
  unsigned char pending[16]; // a frame after START is at most header plus nine bytes
  size_t pending_length;
};

// Takes the inherited socket of `fd:N`. The descriptor ends up close-on-exec.
int open_channel(struct channel *channel, const char *address, struct failure *failure);

// Waits for START. `*payload` is malloc'd. End of file, another type or a length beyond the cap refuse.
int read_start(struct channel *channel, unsigned char **payload, size_t *length, struct failure *failure);

enum host_word { HOST_SAID_NOTHING, HOST_SAID_SIGNAL, HOST_SAID_RELEASE, HOST_SAID_VERDICT, HOST_IS_GONE };

struct host_command {
  int signal;
  uint64_t id; // of the program that is judged
  uint8_t verdict;
};

// Reads one command without blocking. Anything that is not a command counts as the host being gone.
enum host_word read_host(struct channel *channel, struct host_command *command);

// The same with whole frames behind it, in one message.
bool send_frames(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length,
                 const unsigned char *more, size_t more_length);

// The same with a descriptor. False, with errno EOPNOTSUPP, on a channel that carries none.
bool send_descriptor(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length,
                     int fd);

// Sends one frame; false when the host is gone.
bool send_frame(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length);

#endif
