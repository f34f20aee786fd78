// The last steps before the command: everything that must happen inside its own process.
#ifndef CORDON_COMMAND_H
#define CORDON_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/enforcement.h"
#include "protocol/failure.h"
#include "sandbox/landlock.h"
#include "protocol/policy.h"

// Sent over the set-up socket: first `MESSAGE_READY` with what is enforced, then end of file when execve succeeded,
// or `MESSAGE_FAILED`. The kernel adds the sender's pid, in the receiver's numbering.
// `MESSAGE_NO_NAMESPACES` comes from process 1: nothing was started, and less may still do. So does `MESSAGE_LISTENER`,
// first of all, with a descriptor.
enum message_kind { MESSAGE_READY = 1, MESSAGE_FAILED = 2, MESSAGE_NO_NAMESPACES = 3, MESSAGE_LISTENER = 4 };

struct setup_message {
  int kind;
  uint16_t port; // of the listener
  struct enforcement enforcement;
  struct failure failure;
};

struct command_place {
  struct landlock_view view;
  bool private_processes;
  bool holds_memory; // the limit of memory is a control group's, not each process's
  bool tells_denials;  // calls that mean to write stop for a look
  bool watches_starts; // every execve() waits for a verdict, this one among them
  bool has_foreign_roots; // a writable root belongs to another user than the one who runs this
  struct enforcement enforcement; // gaps found so far
  int stdio[3];                   // -1: keep what is there
  int setup_fd;
  int listener_fd; // where the connect() listener goes; -1 when nobody serves it
  pid_t parent;    // whose death is ours; 0 inside a pid namespace
};

// Turns the calling process into the command. Reports over the set-up socket; never returns.
_Noreturn void become_command(const struct policy *policy, struct command_place *place);

bool send_setup_message(int setup_fd, const struct setup_message *message);

// Sends a failure over the set-up socket and exits.
_Noreturn void give_up(int setup_fd, const struct failure *failure);

#endif
