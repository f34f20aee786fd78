#include "evidence/tell.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "protocol/channel.h"
#include "trace/trace.h"

struct record {
  unsigned char bytes[3 * PATH_MAX];
  size_t length;
};

void begin_evidence(struct evidence *evidence, int host, const struct bounds *bounds) {
  *evidence = (struct evidence){.host = host, .bounds = *bounds, .left = MOST_DENIALS};
}

static int64_t now_in_seconds(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return (int64_t)time.tv_sec;
}

static bool has_room(struct evidence *evidence) {
  int64_t now = now_in_seconds();
  if (evidence->counted_at != 0 && now > evidence->counted_at) {
    int64_t more = (now - evidence->counted_at) * DENIALS_PER_SECOND + evidence->left;
    evidence->left = more > MOST_DENIALS ? MOST_DENIALS : (unsigned)more;
  }
  evidence->counted_at = now;
  return evidence->left > 0;
}

static uint64_t mark(int number, const char *target) {
  uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)number;
  for (; *target != '\0'; target++) hash = (hash ^ (unsigned char)*target) * UINT64_C(1099511628211);
  return hash == 0 ? 1 : hash;
}

static bool is_told(const struct evidence *evidence, uint64_t hash) {
  for (size_t i = 0; i < MOST_DENIALS; i++) {
    if (evidence->told[i] == hash) return true;
  }
  return false;
}

static void put_number(struct record *record, uint64_t value, size_t width) {
  for (size_t i = 0; i < width; i++) record->bytes[record->length++] = (unsigned char)(value >> (8 * i));
}

// No text is longer than a path and a name: there is room for three.
static void put_text(struct record *record, const char *text) {
  size_t length = strnlen(text, PATH_MAX - 64);
  put_number(record, length, 2);
  memcpy(record->bytes + record->length, text, length);
  record->length += length;
}

static void read_program(const struct waiting_call *call, char program[static PATH_MAX]) {
  char path[32];
  (void)snprintf(path, sizeof path, "/proc/%d/exe", (int)call->thread);
  ssize_t length = readlink(path, program, PATH_MAX - 1);
  program[length < 0 ? 0 : length] = '\0';
}

static void tell(struct evidence *evidence, const struct waiting_call *call, const char *name, const struct denial *denial) {
  static struct record record; // too large for a stack
  static char program[PATH_MAX];
  uint64_t hash = mark(call->number, denial->target);
  unsigned long process = 0;
  if (is_told(evidence, hash)) return;
  read_program(call, program);
  (void)read_caller_field(call, "status", "Tgid:", 10, &process);
  // What was read by number was the caller's only if it still waits.
  if (!is_waiting(call)) return;
  record.length = 0;
  put_number(&record, FRAME_DENIED, 1);
  put_number(&record, denial->restriction, 1);
  put_number(&record, denial->by, 1);
  put_number(&record, process, 4);
  put_text(&record, name);
  put_text(&record, program);
  put_text(&record, denial->target);
  if (send(evidence->host, record.bytes, record.length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return; // no room: it is not told
  evidence->told[evidence->next] = hash;
  evidence->next = (evidence->next + 1) % MOST_DENIALS;
  evidence->left--;
}

void look_at_write(struct evidence *evidence, const struct waiting_call *call, const struct write_call *write) {
  static struct denial denial; // too large for a stack
  bool is_denied = (has_room(evidence) || evidence->trace != NULL) && foresee_denial(&evidence->bounds, call, write, &denial);
  if (is_denied && evidence->left > 0) tell(evidence, call, write->name, &denial);
  if (!is_denied && evidence->trace != NULL) trace_write(evidence->trace, call, write);
}

void tell_connection(struct evidence *evidence, const struct waiting_call *call, enum restriction restriction,
                     enum denied_by by, const char *address) {
  static struct denial denial;
  if (evidence->host < 0 || !has_room(evidence)) return;
  denial.restriction = restriction;
  denial.by = by;
  (void)snprintf(denial.target, sizeof denial.target, "%s", address);
  tell(evidence, call, "connect", &denial);
}
