// Who ends is asked of a process descriptor: nothing is traced for it, and debuggers inside work as without.
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trace/exit_status.h"
#include "trace/trace_record.h"
#include "trace/written.h"

enum { NR_pidfd_open = 434, PATIENCE_MS = 500, MOST_WORD_BYTES = 8 * 1024, MOST_WORDS = 1024, MOST_GENERATIONS = 64 };

static struct trace_record record; // too large for a stack

static int64_t now_in_microseconds(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

bool begin_trace(struct trace *trace, int host, enum kept_privileges kept) {
  trace->host = host;
  trace->kept = kept;
  trace->began_at = now_in_microseconds();
  trace->endings = epoll_create1(EPOLL_CLOEXEC);
  return trace->endings >= 0;
}

// Waits a little for a host that has much to read, once: a trace with holes is worse than a command that is a little slower.
static void say(struct trace *trace) {
  bool is_over = trace->records >= MOST_TRACE_RECORDS || trace->bytes + record.length > MOST_TRACE_BYTES;
  if (!is_over && send(trace->host, record.bytes, record.length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    struct pollfd room = {.fd = trace->host, .events = POLLOUT};
    is_over = trace->is_slow || poll(&room, 1, PATIENCE_MS) != 1 ||
              send(trace->host, record.bytes, record.length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
    trace->is_slow = is_over;
  } else {
    trace->is_slow = false;
  }
  if (is_over) {
    trace->lost++;
    return;
  }
  trace->records++;
  trace->bytes += record.length;
}

static struct traced_program *find_program(struct trace *trace, pid_t process) {
  for (size_t i = 0; i < trace->count; i++) {
    if (trace->programs[i].pid == process) return &trace->programs[i];
  }
  return NULL;
}

// The program that a process runs, or was forked from; 0 where that is not known any more.
static pid_t program_of(struct trace *trace, pid_t process) {
  for (int i = 0; process > 1 && i < MOST_GENERATIONS; i++) {
    const struct waiting_call call = {.thread = process};
    unsigned long parent;
    if (find_program(trace, process) != NULL) return process;
    if (!read_caller_field(&call, "status", "PPid:", 10, &parent)) return 0;
    process = (pid_t)parent;
  }
  return 0;
}

static void say_end(struct trace *trace, pid_t process, enum how_ended how, uint32_t value) {
  begin_trace_record(&record, TRACE_ENDED);
  add_number(&record, (uint64_t)process, 4);
  add_number(&record, (uint64_t)(now_in_microseconds() - trace->began_at), 8);
  add_number(&record, (uint64_t)how, 1);
  add_number(&record, value, 4);
  say(trace);
}

static void say_status(struct trace *trace, struct traced_program *program, const int *status) {
  pid_t process = program->pid;
  if (program->ending >= 0) (void)close(program->ending);
  program->pid = 0;
  if (status == NULL) say_end(trace, process, ENDED_UNSEEN, 0);
  else if (WIFSIGNALED(*status)) say_end(trace, process, ENDED_BY_SIGNAL, (uint32_t)WTERMSIG(*status));
  else say_end(trace, process, ENDED_BY_ITSELF, (uint32_t)WEXITSTATUS(*status));
}

void trace_end(struct trace *trace, pid_t process, int status) {
  struct traced_program *program = find_program(trace, process);
  if (program != NULL) say_status(trace, program, &status);
}

static void look_for_end(struct trace *trace, struct traced_program *program) {
  int status;
  if (program->pid == 0) return;
  switch (read_exit_status(program->ending, program->pid, &status)) {
    case STATUS_READ:
      say_status(trace, program, &status);
      return;
    case STATUS_LOST:
      say_status(trace, program, NULL);
      return;
    case STATUS_NONE:
      return;
  }
}

void trace_endings(struct trace *trace) {
  struct epoll_event events[64];
  int count;
  while ((count = epoll_wait(trace->endings, events, 64, 0)) > 0) {
    for (int i = 0; i < count; i++) look_for_end(trace, &trace->programs[events[i].data.u32]);
  }
}

static struct traced_program *remember(struct trace *trace, pid_t process) {
  struct traced_program *program = find_program(trace, process);
  if (program != NULL) return program; // it became another program
  program = find_program(trace, 0);
  if (program == NULL && trace->count < MOST_TRACED) program = &trace->programs[trace->count++];
  if (program == NULL) return NULL;
  *program = (struct traced_program){.pid = process, .ending = (int)syscall(NR_pidfd_open, process, 0)};
  struct epoll_event event = {.events = EPOLLIN | EPOLLHUP | EPOLLET, .data.u32 = (uint32_t)(program - trace->programs)};
  if (program->ending >= 0) (void)epoll_ctl(trace->endings, EPOLL_CTL_ADD, program->ending, &event);
  return program;
}

static void add_link(pid_t process, const char *name) {
  char link[48], path[PATH_MAX];
  (void)snprintf(link, sizeof link, "/proc/%d/%s", (int)process, name);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  (void)add_text(&record, path, PATH_MAX);
}

static void add_words(const struct words *words) {
  size_t at = record.length, room = MOST_WORD_BYTES, count = 0;
  add_number(&record, words->count, 4);
  add_number(&record, 0, 2);
  const char *word = words->bytes;
  for (; count < words->count && count < MOST_WORDS && room > 0; count++, word = next_word(word)) {
    size_t length = add_text(&record, word, room);
    room -= length < room ? length : room;
  }
  record.bytes[at + 4] = (unsigned char)count;
  record.bytes[at + 5] = (unsigned char)(count >> 8);
}

void trace_start(struct trace *trace, pid_t process, const struct words *words) {
  const struct waiting_call call = {.thread = process};
  unsigned long parent = 0;
  trace_endings(trace); // a number may have been somebody else's before
  pid_t before = find_program(trace, process) != NULL ? process : 0;
  if (before == 0 && read_caller_field(&call, "status", "PPid:", 10, &parent)) before = program_of(trace, (pid_t)parent);
  begin_trace_record(&record, TRACE_BEGAN);
  add_number(&record, (uint64_t)process, 4);
  add_number(&record, (uint64_t)before, 4);
  add_number(&record, (uint64_t)(now_in_microseconds() - trace->began_at), 8);
  add_link(process, "exe");
  add_link(process, "cwd");
  add_words(words);
  if (remember(trace, process) == NULL) trace->lost++;
  else say(trace);
}

static uint64_t mark(const struct written *written, pid_t process) {
  uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)process ^ ((uint64_t)written->change << 32);
  const char *texts[] = {written->path, written->from};
  for (size_t i = 0; i < 2; i++) {
    for (const char *text = texts[i]; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
  }
  return hash;
}

static bool is_told(struct trace *trace, uint64_t hash) {
  for (size_t i = 0; i < REMEMBERED_WRITES; i++) {
    if (trace->written[i] == hash) return true;
  }
  trace->written[trace->next_written] = hash;
  trace->next_written = (trace->next_written + 1) % REMEMBERED_WRITES;
  return false;
}

void trace_write(struct trace *trace, const struct waiting_call *call, const struct write_call *write) {
  static struct written written; // too large for a stack
  unsigned long process = 0;
  if (!find_written(call, write, trace->kept, &written)) return;
  if (!read_caller_field(call, "status", "Tgid:", 10, &process)) return;
  pid_t program = program_of(trace, (pid_t)process);
  // What was read by number was the caller's only if it still waits.
  if (!is_waiting(call) || is_told(trace, mark(&written, program))) return;
  begin_trace_record(&record, TRACE_WROTE);
  add_number(&record, (uint64_t)program, 4);
  add_number(&record, (uint64_t)written.change, 1);
  (void)add_text(&record, written.path, PATH_MAX);
  (void)add_text(&record, written.from, PATH_MAX);
  say(trace);
}

void finish_trace(struct trace *trace) {
  trace_endings(trace);
  if (trace->lost == 0) return;
  begin_trace_record(&record, TRACE_LOST);
  add_number(&record, trace->lost, 4);
  (void)send(trace->host, record.bytes, record.length, MSG_NOSIGNAL | MSG_DONTWAIT);
}
