// Nothing here waits: not for the host, not for a program. What is not answered stays where it is until its run ends.
#include "watch/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/channel.h"
#include "trace/trace.h"

// More at once are told to try again; so are those that would need more memory than this together.
enum { MAX_STARTS = 4096, MAX_HELD_BYTES = 64 * 1024 * 1024 };

bool can_trace(void) {
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    for (;;) (void)pause();
  }
  bool could = ptrace(PTRACE_SEIZE, child, NULL, (void *)PTRACE_O_TRACEEXEC) == 0;
  (void)kill(child, SIGKILL);
  while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR) continue;
  return could;
}

bool begin_watch(struct watch *watch, int host, const struct policy *policy) {
  *watch = (struct watch){.policy = policy, .host = host};
  return open_alike(&watch->alike, policy);
}

bool is_start_call(int number) {
  return number == SYS_execve || number == SYS_execveat;
}

static size_t held_bytes(const struct watch *watch) {
  size_t held = 0;
  for (const struct start *start = watch->starts; start != NULL; start = start->next)
    held += start->expected.length + start->record_length;
  return held;
}

static void forget(struct watch *watch, struct start *start) {
  struct start **place = &watch->starts;
  while (*place != start) place = &(*place)->next;
  *place = start->next;
  watch->count--;
  drop_start(start);
  free(start);
}

static void say_failure(const struct watch *watch, uint64_t id, enum start_failure why) {
  unsigned char record[10] = {FRAME_EXEC_FAILED};
  for (size_t i = 0; i < 8; i++) record[1 + i] = (unsigned char)(id >> (8 * i));
  record[9] = (unsigned char)why;
  (void)send(watch->host, record, sizeof record, MSG_NOSIGNAL);
}

// In the order of their coming.
void tell(struct watch *watch) {
  for (;;) {
    struct start *oldest = NULL;
    for (struct start *start = watch->starts; start != NULL; start = start->next) {
      if (start->state == START_UNTOLD) oldest = start; // the newest is first
    }
    if (oldest == NULL) return;
    ssize_t sent;
    while ((sent = send(watch->host, oldest->record, oldest->record_length, MSG_NOSIGNAL | MSG_DONTWAIT)) < 0 && errno == EINTR)
      continue;
    if (sent < 0) return; // full, or the launcher is gone: this process hears of that elsewhere
    oldest->state = START_ASKED;
    free(oldest->record);
    oldest->record = NULL;
    oldest->record_length = 0;
  }
}

bool has_untold(const struct watch *watch) {
  for (const struct start *start = watch->starts; start != NULL; start = start->next) {
    if (start->state == START_UNTOLD) return true;
  }
  return false;
}

static struct start *find_going(const struct watch *watch, pid_t thread) {
  struct start *start = watch->starts;
  while (start != NULL && (start->state != START_GOING || start->call.thread != thread)) start = start->next;
  return start;
}

// The call goes on under our eyes. When it has failed, nothing stops of itself, so a stop is asked for: it comes with
// the return to the program, or with the execve() itself, whichever is first.
static void go_on(struct watch *watch, struct start *start) {
  pid_t thread = start->call.thread;
  if (!start->is_runnable) {
    answer_call(&start->call, ENOEXEC);
    forget(watch, start);
    return;
  }
  // A thread that calls again has failed before, though its stop has not come: it is traced already.
  struct start *before = find_going(watch, thread);
  if (before != NULL) forget(watch, before);
  else if (ptrace(PTRACE_SEIZE, thread, NULL, (void *)PTRACE_O_TRACEEXEC) != 0) {
    if (is_waiting(&start->call)) say_failure(watch, start->id, START_WAS_TRACED);
    answer_call(&start->call, EACCES);
    forget(watch, start);
    return;
  }
  start->state = START_GOING;
  pass_call_on(&start->call);
  (void)ptrace(PTRACE_INTERRUPT, thread, NULL, NULL);
}

void take_start(struct watch *watch, const struct waiting_call *call) {
  struct start *start = watch->count < MAX_STARTS && held_bytes(watch) < MAX_HELD_BYTES ? malloc(sizeof *start) : NULL;
  if (start == NULL) {
    answer_call(call, EAGAIN);
    return;
  }
  int error = read_start_call(call, watch->policy, &watch->alike, ++watch->last_id, start);
  // What was read by number was the caller's only if it still waits.
  bool waits = is_waiting(call);
  if (error != 0 || !waits) {
    if (waits) answer_call(call, error);
    drop_start(start);
    free(start);
    return;
  }
  start->state = START_UNTOLD;
  start->next = watch->starts;
  watch->starts = start;
  watch->count++;
  if (start->is_plain) go_on(watch, start);
  else tell(watch);
}

void take_answer(struct watch *watch) {
  struct start_answer answer;
  ssize_t got;
  while ((got = recv(watch->host, &answer, sizeof answer, MSG_DONTWAIT)) < 0 && errno == EINTR) continue;
  if (got != (ssize_t)sizeof answer) return;
  struct start *start = watch->starts;
  while (start != NULL && (start->id != answer.id || start->state != START_ASKED)) start = start->next;
  if (start == NULL) return;
  if (answer.verdict == START_GO_ON) {
    go_on(watch, start);
    return;
  }
  answer_call(&start->call, EACCES);
  forget(watch, start);
}

// The process has the number of its first thread now, whichever of them made the call.
static void take_exec(struct watch *watch, pid_t process) {
  unsigned long before = 0;
  struct start *start = NULL;
  if (ptrace(PTRACE_GETEVENTMSG, process, NULL, &before) == 0) start = find_going(watch, (pid_t)before);
  bool is_it = start != NULL && is_as_read(start, &watch->alike, process);
  if (!is_it) {
    (void)kill(process, SIGKILL); // before it is let go: it runs no instruction
    say_failure(watch, start == NULL ? 0 : start->id, START_WAS_OTHER);
  } else if (watch->trace != NULL) {
    trace_start(watch->trace, process, &start->expected);
  }
  (void)ptrace(PTRACE_DETACH, process, NULL, NULL);
  if (start != NULL) forget(watch, start);
}

void take_stop(struct watch *watch, pid_t thread, int status) {
  int event = status >> 16;
  if (event == PTRACE_EVENT_EXEC) {
    take_exec(watch, thread);
    return;
  }
  struct start *start = find_going(watch, thread);
  if (start != NULL) forget(watch, start); // the call failed
  // A signal that was on its way still is; one that stops the process has stopped it already.
  long signal = event == 0 ? WSTOPSIG(status) : 0;
  (void)ptrace(PTRACE_DETACH, thread, NULL, (void *)signal);
}

void take_end_of_thread(struct watch *watch, pid_t thread) {
  struct start *start = find_going(watch, thread);
  if (start != NULL) forget(watch, start);
}
