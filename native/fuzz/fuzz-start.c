// Feeds mutated START payloads to the parser, in one process and without an end but the clock's. The same seed makes
// the same inputs. Built with sanitizers by scripts/fuzz-launcher.mjs, which also reads its last line.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fuzz/fuzzing.h"
#include "protocol/channel.h"
#include "protocol/policy.h"

enum { MAX_INPUT = 8192 };

struct input {
  unsigned char bytes[MAX_INPUT];
  size_t length;
};

static void put(struct input *input, const void *bytes, size_t length) {
  if (input->length + length > MAX_INPUT) return;
  memmove(input->bytes + input->length, bytes, length); // also a piece of itself
  input->length += length;
}

static void put_record(struct input *input, unsigned tag, const void *bytes, size_t length) {
  unsigned char header[6] = {(unsigned char)tag, (unsigned char)(tag >> 8), (unsigned char)length,
                             (unsigned char)(length >> 8), 0, 0};
  put(input, header, sizeof header);
  put(input, bytes, length);
}

// Something close to what the library sends, with each record there or not.
static void make_valid(struct input *input) {
  static const struct {
    unsigned tag;
    const char *bytes;
    size_t length;
  } records[] = {
      {4, "\x02", 1},          {1, "/bin/sh", 7},   {1, "-c", 2},       {1, "true", 4},
      {2, "PATH=/bin", 9},     {2, "A=", 2},        {3, "/home/u", 7},  {5, "\x00", 1},
      {6, "\x01", 1},          {7, "\x02/home/u", 8}, {7, "\x01/tmp", 5}, {8, "/home/u/x", 9},
      {9, "\x01.envrc", 7},    {9, "\x00.a/b", 5},  {10, "/home/u/.ssh", 12}, {11, "\x01", 1},
      {12, "\x01\x00\x10\x00\x00\x00\x00\x00\x00", 9}, {13, "mark", 4}, {14, "\x64\x00\x00\x00", 4},
      {15, "\x38\x0c", 2},     {19, "\x01", 1},      {20, "\x02", 1},     {25, "\x01", 1},     {22, "rm", 2},     {21, "\x00/bin/rm\0rm", 11},
  };
  input->length = 0;
  for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
    if (next_random(12) != 0) put_record(input, records[i].tag, records[i].bytes, records[i].length);
  }
}

static void mutate(struct input *input) {
  for (unsigned times = next_random(6); times > 0 && input->length > 0; times--) {
    size_t at = next_random((unsigned)input->length);
    switch (next_random(7)) {
      case 0:
        input->bytes[at] ^= (unsigned char)(1U << next_random(8));
        break;
      case 1:
        input->bytes[at] = (unsigned char)next_random(256);
        break;
      case 2:
        input->length = at;
        break;
      case 3: // a piece again, somewhere else
        put(input, input->bytes + at, next_random((unsigned)(input->length - at) + 1));
        break;
      case 4: {
        static const unsigned char edges[] = {0, 1, 0x7f, 0x80, 0xff, '/', '.', '='};
        input->bytes[at] = edges[next_random(sizeof edges)];
        break;
      }
      case 5: // many small records, for the counters
        for (unsigned i = 0; i < 300; i++) put_record(input, 7 + next_random(4), "\x01/a", 3);
        break;
      default:
        put_record(input, next_random(23), input->bytes, next_random(40));
    }
  }
}

static void check_path(const char *path) {
  demand(path != NULL && path[0] == '/' && strstr(path, "/../") == NULL && strstr(path, "//") == NULL, "a path is clean");
}

static void check(const struct policy *policy) {
  demand(policy->argv != NULL && policy->argv[0] != NULL && policy->argv[0][0] != '\0', "there is a command");
  for (char **variable = policy->env; *variable != NULL; variable++) demand(strchr(*variable, '=') > *variable, "names");
  check_path(policy->cwd);
  demand(policy->root_count <= MAX_ROOTS && policy->protect_count <= MAX_PATHS, "counts of paths");
  demand(policy->name_count <= MAX_NAMES && policy->deny_read_count <= MAX_PATHS, "counts of names");
  for (size_t i = 0; i < policy->root_count; i++) check_path(policy->roots[i].path);
  for (size_t i = 0; i < policy->protect_count; i++) check_path(policy->protect[i]);
  for (size_t i = 0; i < policy->deny_read_count; i++) check_path(policy->deny_read[i]);
  for (size_t i = 0; i < policy->name_count; i++) demand(policy->names[i].name[0] != '/', "names are relative");
  demand(policy->watched_count <= MAX_WATCHED, "counts of watched programs");
  demand(policy->spoken_count <= MAX_SPOKEN, "counts of names");
  for (size_t i = 0; i < policy->watched_count; i++) {
    check_path(policy->watched[i].path);
    demand(policy->watched[i].name[0] != '\0', "a watched program has a name");
  }
  demand(policy->mode == MODE_WORKSPACE_WRITE || policy->root_count == 0, "roots belong to their mode");
}

// The bytes arrive over a socket, cut anywhere, the way a host sends them.
static void feed_channel(const struct input *input) {
  int ends[2];
  unsigned char *payload = NULL;
  size_t length = 0;
  struct failure failure = {0};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) abort();
  struct channel channel = {.fd = ends[0]};
  size_t claimed = next_random(4) == 0 ? next_random(1U << 30) : input->length;
  unsigned char header[5] = {(unsigned char)claimed, (unsigned char)(claimed >> 8), (unsigned char)(claimed >> 16),
                             (unsigned char)(claimed >> 24), (unsigned char)(next_random(4) == 0 ? next_random(256) : 1)};
  if (write(ends[1], header, 1 + next_random(5)) < 0 || write(ends[1], input->bytes, input->length) < 0) abort();
  (void)close(ends[1]);
  (void)read_start(&channel, &payload, &length, &failure);
  struct host_command command;
  for (int i = 0; i < 50 && read_host(&channel, &command) != HOST_IS_GONE; i++) continue;
  free(payload);
  (void)close(ends[0]);
}

int main(int argc, char **argv) {
  static struct input input;
  static struct policy policy;
  time_t seconds = argc > 1 ? (time_t)atol(argv[1]) : 5;
  if (argc > 2) seed_random(argv[2]);
  time_t end = time(NULL) + seconds;
  unsigned long long runs = 0, accepted = 0;
  for (; time(NULL) < end || runs < 1000; runs++) {
    struct failure failure = {0};
    make_valid(&input);
    mutate(&input);
    unsigned char *exact = malloc(input.length + 1); // so that one byte too far is seen
    if (exact == NULL) return 1;
    memcpy(exact, input.bytes, input.length);
    if (parse_policy(&policy, exact, input.length, &failure) == 0) {
      check(&policy);
      accepted++;
    } else {
      demand(failure.text[0] != '\0', "a refusal says why");
    }
    free_policy(&policy);
    free(exact);
    if (runs % 16 == 0) feed_channel(&input);
  }
  (void)printf("%llu inputs, %llu accepted\n", runs, accepted);
  return accepted > 0 && accepted < runs ? 0 : 1;
}
