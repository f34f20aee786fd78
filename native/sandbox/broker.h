// Process 1 answers the calls that a filter alone cannot judge: where a connect() goes, what a chmod() with a set-id bit
// stands for, whose file a root command gives away, how a directory moves
// in a layer.
#ifndef CORDON_BROKER_H
#define CORDON_BROKER_H

#include <stdbool.h>

#include "evidence/tell.h"
#include "sandbox/connect_broker.h"
#include "sandbox/privileges.h"

struct broker {
  int listener;
  struct connect_rules connect;
  struct evidence *evidence;  // NULL: nobody wants any
  enum kept_privileges kept; // of the command: nothing is done for it that it may not do
};

// Receives the listener that the command installed; -1 when the command failed before that.
int receive_listener(int socket);

// Answers one waiting call that was taken off the listener; which calls wait for other answers is their taker's to know.
void serve_call(const struct broker *broker, const struct waiting_call *call);

#endif
