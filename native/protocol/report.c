// Encodes reports; src/launcher/launcher-reports.ts decodes them.
#include "protocol/report.h"

#include <string.h>
#include <sys/wait.h>

enum { MAX_REPORT = 4096, MAX_TEXT = 512 };

struct payload {
  unsigned char bytes[MAX_REPORT];
  size_t length;
};

static void put_number(struct payload *payload, uint64_t value, size_t width) {
  if (payload->length + width > MAX_REPORT) return;
  for (size_t i = 0; i < width; i++) payload->bytes[payload->length++] = (unsigned char)(value >> (8 * i));
}

static void put_text(struct payload *payload, const char *text) {
  size_t length = strnlen(text, MAX_TEXT);
  if (payload->length + 2 + length > MAX_REPORT) return;
  put_number(payload, length, 2);
  memcpy(payload->bytes + payload->length, text, length);
  payload->length += length;
}

static bool send_payload(struct channel *channel, enum launcher_frame type, const struct payload *payload) {
  return send_frame(channel, type, payload->bytes, payload->length);
}

bool report_hello(struct channel *channel) {
  struct payload payload = {.length = 0};
  put_number(&payload, PROTOCOL_VERSION, 4);
  return send_payload(channel, FRAME_HELLO, &payload);
}

bool report_started(struct channel *channel, pid_t pid, const struct enforcement *enforcement) {
  struct payload payload = {.length = 0};
  put_number(&payload, (uint64_t)pid, 4);
  put_number(&payload, enforcement->sandboxed, 1);
  put_number(&payload, enforcement->layers, 1);
  put_number(&payload, enforcement->landlock_abi, 4);
  put_number(&payload, enforcement->gap_count, 1);
  for (uint8_t i = 0; i < enforcement->gap_count; i++) {
    put_number(&payload, enforcement->gaps[i].restriction, 1);
    put_text(&payload, enforcement->gaps[i].because);
  }
  return send_payload(channel, FRAME_STARTED, &payload);
}

bool report_failed(struct channel *channel, const struct failure *failure) {
  struct payload payload = {.length = 0};
  put_number(&payload, (uint64_t)failure->stage, 1);
  put_text(&payload, errno_name(failure->error));
  put_text(&payload, failure->text);
  put_text(&payload, failure->hint);
  return send_payload(channel, FRAME_FAILED, &payload);
}

static void put_end(struct payload *out, int status, const struct rusage *usage) {
  bool signalled = WIFSIGNALED(status);
  put_number(out, signalled ? 1 : 0, 1);
  put_number(out, (uint64_t)(signalled ? WTERMSIG(status) : WEXITSTATUS(status)), 4);
  put_number(out, (uint64_t)usage->ru_utime.tv_sec * 1000000 + (uint64_t)usage->ru_utime.tv_usec, 8);
  put_number(out, (uint64_t)usage->ru_stime.tv_sec * 1000000 + (uint64_t)usage->ru_stime.tv_usec, 8);
#ifdef __APPLE__
  put_number(out, (uint64_t)usage->ru_maxrss / 1024, 8);
#else
  put_number(out, (uint64_t)usage->ru_maxrss, 8);
#endif
}

bool report_exited(struct channel *channel, int status, const struct rusage *usage) {
  struct payload payload = {.length = 0};
  put_end(&payload, status, usage);
  return send_payload(channel, FRAME_EXITED, &payload);
}

bool report_ended(struct channel *channel, int status, const struct rusage *usage) {
  struct payload payload = {.length = 0};
  put_end(&payload, status, usage);
  const unsigned char gone[] = {0, 0, 0, 0, FRAME_GONE};
  return send_frames(channel, FRAME_EXITED, payload.bytes, payload.length, gone, sizeof gone);
}

bool report_gone(struct channel *channel) {
  return send_frame(channel, FRAME_GONE, NULL, 0);
}

bool report_listening(struct channel *channel, int listener, uint16_t port) {
  const unsigned char payload[] = {(unsigned char)port, (unsigned char)(port >> 8)};
  return send_descriptor(channel, FRAME_LISTENING, payload, sizeof payload, listener);
}
