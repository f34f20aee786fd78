// Reads START. The host is trusted, but a bug in it must not become a hole: what is not exactly a policy refuses the
// whole run.
#include "protocol/policy.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/policy_records.h"

enum { HEADER_BYTES = 6, DEFAULT_LINGER_MS = 100 };

// First pass: every record lies inside the payload. Counts what the second pass needs room for.
static int measure(struct parser *parser, const unsigned char *payload, size_t length, size_t *records, size_t *words,
                   size_t *variables) {
  *records = *words = *variables = 0;
  for (size_t at = 0; at < length;) {
    if (length - at < HEADER_BYTES) return bad(parser, "it is cut short");
    uint64_t tag = little_endian(payload + at, 2);
    uint64_t size = little_endian(payload + at + 2, 4);
    at += HEADER_BYTES;
    if (size > length - at) return bad(parser, "it is cut short");
    if (tag == 0 || tag >= RECORD_END) return bad(parser, "a record is unknown");
    at += (size_t)size;
    *records += 1;
    if (tag == RECORD_ARGV) *words += 1;
    if (tag == RECORD_ENV) *variables += 1;
  }
  return 0;
}

static int check_whole(struct parser *parser) {
  const struct policy *policy = parser->policy;
  if (!parser->seen[RECORD_MODE]) return bad(parser, "the mode is missing");
  if (parser->argc == 0 || policy->argv[0][0] == '\0') return bad(parser, "the command is missing");
  if (policy->cwd == NULL) return bad(parser, "the directory is missing");
  bool sandboxed = policy->mode != MODE_SUPERVISE;
  bool has_settings = parser->seen[RECORD_NETWORK] && parser->seen[RECORD_REQUIRE] && parser->seen[RECORD_PRIVATE_TMP];
  if (sandboxed && !has_settings) return bad(parser, "a sandbox setting is missing");
  if (policy->isolated && (!sandboxed || policy->network))
    return bad(parser, "isolation is asked for without a private network");
  if (policy->has_listener && (!sandboxed || policy->network))
    return bad(parser, "a listener is asked for without a private network");
  if (policy->watches_starts && !sandboxed) return bad(parser, "programs are to be watched without a sandbox");
  if ((policy->watched_count > 0 || policy->spoken_count > 0) && !policy->watches_starts) return bad(parser, "programs are known that nobody watches");
  if (policy->mode != MODE_WORKSPACE_WRITE && policy->root_count != 0)
    return bad(parser, "a writable root is given to a mode without any");
  for (size_t i = 0; i < policy->layer_count; i++) {
    bool is_known = false;
    for (size_t j = 0; j < policy->root_count; j++) is_known = is_known || layer_of(policy, j) == &policy->layers[i];
    if (!is_known) return bad(parser, "a layer belongs to no writable root");
  }
  for (size_t i = 0; i < policy->attended_count; i++) {
    bool is_known = false;
    for (size_t j = 0; j < policy->root_count; j++) is_known = is_known || strcmp(policy->attended[i], policy->roots[j].path) == 0;
    if (!is_known) return bad(parser, "what is attended to is no writable root");
  }
  return 0;
}

const struct layered_root *layer_of(const struct policy *policy, size_t index) {
  for (size_t i = 0; i < policy->layer_count; i++) {
    if (strcmp(policy->layers[i].root, policy->roots[index].path) == 0) return &policy->layers[i];
  }
  return NULL;
}

bool may_come(const struct policy *policy, const char *path) {
  for (size_t i = 0; i < policy->may_come_count; i++) {
    if (strcmp(policy->may_come[i], path) == 0) return true;
  }
  return false;
}

bool is_attended(const struct policy *policy, size_t index) {
  for (size_t i = 0; i < policy->attended_count; i++) {
    if (strcmp(policy->attended[i], policy->roots[index].path) == 0) return true;
  }
  return false;
}

int parse_policy(struct policy *policy, const unsigned char *payload, size_t length, struct failure *failure) {
  memset(policy, 0, sizeof *policy);
  policy->linger_ms = DEFAULT_LINGER_MS;
  policy->start = payload;
  policy->start_length = length;
  struct parser parser = {.policy = policy, .failure = failure};
  size_t records, words, variables;
  if (length > MAX_START_BYTES) return bad(&parser, "it is too long");
  if (measure(&parser, payload, length, &records, &words, &variables) != 0) return -1;
  policy->arena = malloc(length + records + 1);
  policy->argv = calloc(words + 1, sizeof *policy->argv);
  policy->env = calloc(variables + 1, sizeof *policy->env);
  if (policy->arena == NULL || policy->argv == NULL || policy->env == NULL) return bad(&parser, "out of memory");
  parser.arena_next = policy->arena;
  for (size_t at = 0; at < length;) {
    enum record record = (enum record)little_endian(payload + at, 2);
    size_t size = (size_t)little_endian(payload + at + 2, 4);
    at += HEADER_BYTES;
    if (parse_record(&parser, record, payload + at, size) != 0) return -1;
    at += size;
  }
  return check_whole(&parser);
}

void free_policy(struct policy *policy) {
  free(policy->arena);
  free(policy->argv);
  free(policy->env);
  memset(policy, 0, sizeof *policy);
}
