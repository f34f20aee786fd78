// Process 1 once its command runs, and what it has made until then.
#ifndef CORDON_SERVE_SANDBOX_H
#define CORDON_SERVE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "evidence/tell.h"
#include "protocol/policy.h"
#include "run/init.h"
#include "sandbox/privileges.h"
#include "sandbox/view.h"
#include "trace/trace.h"
#include "watch/watch.h"

struct sandbox {
  struct init_task *task;
  struct policy policy;
  struct plan *plan;
  struct janitor janitor;
  struct view view;
  int signal_fd;
  int mounts_fd; // says when a mount of this namespace is gone
  int watch;     // says when something stands at a hidden path
  int broker, broker_child; // the command sends its connect() listener from one end to the other
  int listener;             // -1 once no process is left that could call
  bool watches; // every program that starts
  struct watch starts;
  struct evidence evidence;
  bool traces;
  struct trace trace;
  pid_t command;
  bool ended;
  int64_t deadline;
};

// What the launcher wants; -1 when it is dead.
int next_order(int order_fd);

// False when something cannot be held, or hidden, any more: the sandbox must end.
bool mend_view(struct sandbox *sandbox);

// Of the command.
enum kept_privileges kept_of(const struct sandbox *sandbox);

// Until nobody is left.
_Noreturn void serve_sandbox(struct sandbox *sandbox);

#endif
