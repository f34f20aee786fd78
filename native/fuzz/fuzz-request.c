// Feeds mutated requests to the server's parser, whole and cut anywhere. What it answers must be what a regular
// expression says of each line, however the bytes arrived. Built with sanitizers by scripts/fuzz-launcher.mjs.
#include <regex.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "fuzz/fuzzing.h"
#include "serve/request.h"

enum { MAX_INPUT = 1024 };

struct input {
  char bytes[MAX_INPUT];
  size_t length;
};

// What became of one line.
struct heard {
  enum request_kind kind;
  struct request request;
};

struct conversation {
  struct heard heard[MAX_INPUT];
  size_t count;
};

static regex_t run_line;

static void put(struct input *input, const char *bytes, size_t length) {
  if (input->length + length > MAX_INPUT) return;
  memmove(input->bytes + input->length, bytes, length); // also a piece of itself
  input->length += length;
}

static void make_valid(struct input *input) {
  static const char *const inputs[] = {"null", "open", "bytes", "tty /dev/pts/", "airlock"};
  static const char *const answers[] = {"{\"cmd\":\"NODE_HANDLE_ACK\"}\n", "{\"cmd\":\"NODE_HANDLE_NACK\"}\n"};
  input->length = 0;
  for (unsigned lines = 1 + next_random(6); lines > 0; lines--) {
    char line[96], number[24] = "";
    unsigned chosen = next_random(7);
    if (chosen >= 5) {
      put(input, answers[chosen - 5], strlen(answers[chosen - 5]));
      continue;
    }
    if (chosen == 3) (void)snprintf(number, sizeof number, "%u", next_random(4096));
    // With zeros in front up to one digit more than is read.
    int digits = 1 + (int)next_random(10);
    int length = snprintf(line, sizeof line, "\"run %0*u %s%s\"\n", digits, next_random(1000000), inputs[chosen], number);
    put(input, line, (size_t)length);
  }
}

static void mutate(struct input *input) {
  for (unsigned times = next_random(4); times > 0 && input->length > 0; times--) {
    size_t at = next_random((unsigned)input->length);
    switch (next_random(6)) {
      case 0:
        input->bytes[at] ^= (char)(1U << next_random(7));
        break;
      case 1:
        input->bytes[at] = (char)next_random(256);
        break;
      case 2:
        input->length = at;
        break;
      case 3: // a piece again, somewhere else
        put(input, input->bytes + at, next_random((unsigned)(input->length - at) + 1));
        break;
      case 4: {
        static const char edges[] = {'\0', '\n', '"', ' ', '/', '0', '9', ':', '\r', '-'};
        input->bytes[at] = edges[next_random(sizeof edges)];
        break;
      }
      default: { // a line about as long as a line may be, or a number that is no number any more
        size_t length = next_random(2) == 0 ? MAX_REQUEST - 3 + next_random(6) : next_random(12);
        if (length > input->length - at) length = input->length - at;
        memset(input->bytes + at, '7', length);
      }
    }
  }
}

// Listens as the server does: until the first request that is broken.
static void listen_to(struct conversation *conversation, const struct input *input, bool is_cut) {
  struct request_reader reader = {.length = 0};
  conversation->count = 0;
  for (size_t begin = 0; begin < input->length;) {
    size_t length = input->length - begin;
    if (is_cut) length = 1 + next_random((unsigned)(length < 40 ? length : 40));
    if (begin + length > input->length) length = input->length - begin;
    char *exact = malloc(length); // so that one byte too far is seen
    if (exact == NULL) abort();
    memcpy(exact, input->bytes + begin, length);
    for (size_t at = 0, used = 0; at < length; at += used) {
      struct heard *heard = &conversation->heard[conversation->count];
      memset(heard, 0, sizeof *heard);
      heard->kind = read_request(&reader, exact + at, length - at, &used, &heard->request);
      demand(used > 0 && used <= length - at, "it consumes something, and no more than there is");
      demand(reader.length < MAX_REQUEST, "a line fits");
      if (heard->kind == REQUEST_INCOMPLETE) demand(at + used == length, "what is incomplete is consumed");
      else conversation->count++;
      if (heard->kind == REQUEST_BROKEN) break;
    }
    free(exact);
    begin += length;
    if (conversation->count > 0 && conversation->heard[conversation->count - 1].kind == REQUEST_BROKEN) return;
  }
}

static bool is_same(const struct heard *one, const struct heard *other) {
  if (one->kind != other->kind) return false;
  if (one->kind != REQUEST_RUN) return true;
  return one->request.run == other->request.run && one->request.input == other->request.input &&
         strcmp(one->request.terminal, other->request.terminal) == 0;
}

static struct heard expect_of(const char *line) {
  struct heard heard = {.kind = REQUEST_BROKEN};
  regmatch_t part[4];
  if (strcmp(line, "{\"cmd\":\"NODE_HANDLE_ACK\"}") == 0) heard.kind = REQUEST_TAKEN;
  if (strcmp(line, "{\"cmd\":\"NODE_HANDLE_NACK\"}") == 0) heard.kind = REQUEST_LOST;
  if (regexec(&run_line, line, 4, part, 0) != 0) return heard;
  heard.kind = REQUEST_RUN;
  heard.request.run = (uint32_t)strtoul(line + part[1].rm_so, NULL, 10);
  char word = line[part[2].rm_so];
  heard.request.input = word == 'n'   ? INPUT_NONE
                        : word == 'o' ? INPUT_OPEN
                        : word == 'b' ? INPUT_BYTES
                        : word == 'a' ? INPUT_AIRLOCK
                                      : INPUT_TERMINAL;
  if (part[3].rm_so >= 0)
    (void)snprintf(heard.request.terminal, sizeof heard.request.terminal, "%.*s", (int)(part[3].rm_eo - part[3].rm_so),
                   line + part[3].rm_so);
  return heard;
}

// Line by line, with everything in view: what the reader may only learn byte by byte.
static void check(const struct conversation *conversation, const struct input *input) {
  size_t begin = 0;
  for (size_t i = 0; i < conversation->count; i++) {
    char line[MAX_REQUEST];
    const char *end = memchr(input->bytes + begin, '\n', input->length - begin);
    size_t length = (end == NULL ? input->length : (size_t)(end - input->bytes)) - begin;
    bool is_readable = end != NULL && length < MAX_REQUEST && memchr(input->bytes + begin, '\0', length) == NULL;
    memcpy(line, input->bytes + begin, is_readable ? length : 0);
    line[is_readable ? length : 0] = '\0';
    struct heard expected = expect_of(line); // an empty line is a broken one
    demand(is_same(&conversation->heard[i], &expected), "a line means what its expression says");
    begin += length + 1;
  }
  bool is_over = conversation->count > 0 && conversation->heard[conversation->count - 1].kind == REQUEST_BROKEN;
  demand(is_over || begin >= input->length || memchr(input->bytes + begin, '\n', input->length - begin) == NULL,
         "no line is passed over");
}

int main(int argc, char **argv) {
  static struct input input;
  static struct conversation whole, cut;
  time_t seconds = argc > 1 ? (time_t)atol(argv[1]) : 5;
  if (argc > 2) seed_random(argv[2]);
  const char *form = "^\"run ([0-9]{1,9}) (null|open|bytes|airlock|tty (/dev/pts/[0-9]{1,9}))\"$";
  if (regcomp(&run_line, form, REG_EXTENDED) != 0) return 2;
  time_t end = time(NULL) + seconds;
  unsigned long long rounds = 0, accepted = 0;
  for (; time(NULL) < end || rounds < 1000; rounds++) {
    make_valid(&input);
    mutate(&input);
    listen_to(&whole, &input, false);
    listen_to(&cut, &input, true);
    check(&whole, &input);
    demand(whole.count == cut.count, "a cut changes no count");
    for (size_t i = 0; i < whole.count; i++) demand(is_same(&whole.heard[i], &cut.heard[i]), "a cut changes no meaning");
    accepted += whole.count > 0 && whole.heard[whole.count - 1].kind != REQUEST_BROKEN ? 1 : 0;
  }
  regfree(&run_line);
  (void)printf("%llu inputs, %llu accepted\n", rounds, accepted);
  return accepted > 0 && accepted < rounds ? 0 : 1;
}
