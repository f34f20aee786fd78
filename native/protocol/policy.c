// Reads START. The host is trusted, but a bug in it must not become a hole: unknown records, doubled settings,
// relative paths and anything out of range refuse the whole run.
#include "protocol/policy.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum record {
  RECORD_ARGV = 1,
  RECORD_ENV,
  RECORD_CWD,
  RECORD_MODE,
  RECORD_NETWORK,
  RECORD_REQUIRE,
  RECORD_WRITABLE,
  RECORD_PROTECT,
  RECORD_PROTECTED_NAME,
  RECORD_DENY_READ,
  RECORD_PRIVATE_TMP,
  RECORD_LIMIT,
  RECORD_TTY,
  RECORD_LINGER,
  RECORD_LISTENER,
  RECORD_CWD_IDENTITY,
  RECORD_INPUT,
  RECORD_LAYER,
  RECORD_ISOLATED,
  RECORD_WATCH,
  RECORD_WATCHED,
  RECORD_SPOKEN,
  RECORD_ATTENDED,
  RECORD_MAY_COME,
  RECORD_END,
};

enum { HEADER_BYTES = 6, DEFAULT_LINGER_MS = 100, MAX_LINGER_MS = 60 * 1000 };

struct parser {
  struct policy *policy;
  struct failure *failure;
  char *arena_next;
  size_t argc, envc;
  bool seen[RECORD_END];
};

static uint64_t little_endian(const unsigned char *bytes, size_t width) {
  uint64_t value = 0;
  while (width-- > 0) value = value << 8 | bytes[width];
  return value;
}

static int bad(struct parser *parser, const char *what) {
  return refuse(parser->failure, STAGE_LAUNCHER, 0, "Cannot read the policy: %s", what);
}

static bool has_nul(const unsigned char *bytes, size_t length) {
  return memchr(bytes, 0, length) != NULL;
}

static char *keep(struct parser *parser, const unsigned char *bytes, size_t length) {
  char *text = parser->arena_next;
  memcpy(text, bytes, length);
  text[length] = '\0';
  parser->arena_next += length + 1;
  return text;
}

// No empty component, `.` or `..`: what is left can be walked one component at a time without surprises.
static bool is_clean_relative(const char *path) {
  if (*path == '\0') return false;
  for (;;) {
    size_t length = strcspn(path, "/");
    if (length == 0 || length > NAME_MAX) return false;
    if (path[0] == '.' && (length == 1 || (length == 2 && path[1] == '.'))) return false;
    path += length;
    if (*path == '\0') return true;
    path++;
  }
}

static bool is_clean_absolute(const char *path) {
  return path[0] == '/' && (path[1] == '\0' || is_clean_relative(path + 1)) && strlen(path) < PATH_MAX;
}

static int add_path(struct parser *parser, const char **list, size_t *count, const unsigned char *bytes,
                    size_t length) {
  if (*count == MAX_PATHS) return bad(parser, "there are too many paths");
  const char *path = keep(parser, bytes, length);
  if (!is_clean_absolute(path)) return bad(parser, "a path is not absolute or not in normal form");
  list[(*count)++] = path;
  return 0;
}

static int add_root(struct parser *parser, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  if (policy->root_count == MAX_ROOTS) return bad(parser, "there are too many writable roots");
  if (length < 1 || (bytes[0] != GUARD_GIT && bytes[0] != GUARD_ALL)) return bad(parser, "a root has no guard");
  const char *path = keep(parser, bytes + 1, length - 1);
  if (!is_clean_absolute(path) || path[1] == '\0') return bad(parser, "a writable root is not a usable path");
  policy->roots[policy->root_count++] = (struct writable_root){path, (enum root_guard)bytes[0]};
  return 0;
}

static int add_name(struct parser *parser, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  if (policy->name_count == MAX_NAMES) return bad(parser, "there are too many protected names");
  if (length < 1 || bytes[0] > 1) return bad(parser, "a protected name has no rule for when it is missing");
  const char *name = keep(parser, bytes + 1, length - 1);
  if (!is_clean_relative(name)) return bad(parser, "a protected name is not relative or not in normal form");
  policy->names[policy->name_count++] = (struct protected_name){name, bytes[0] == 1};
  return 0;
}

static int set_flag(struct parser *parser, const unsigned char *bytes, size_t length, bool *flag) {
  if (length != 1 || bytes[0] > 1) return bad(parser, "a switch is neither on nor off");
  *flag = bytes[0] == 1;
  return 0;
}

static int set_limit(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 9 || bytes[0] < 1 || bytes[0] >= LIMIT_KINDS) return bad(parser, "a limit is malformed");
  if (parser->policy->has_limit[bytes[0]]) return bad(parser, "a limit is given twice");
  parser->policy->has_limit[bytes[0]] = true;
  parser->policy->limit[bytes[0]] = little_endian(bytes + 1, 8);
  return 0;
}

static int add_variable(struct parser *parser, const unsigned char *bytes, size_t length) {
  const unsigned char *equals = memchr(bytes, '=', length);
  if (equals == NULL || equals == bytes) return bad(parser, "a variable has no name");
  parser->policy->env[parser->envc++] = keep(parser, bytes, length);
  return 0;
}

static int set_mode(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 1 || bytes[0] > MODE_WORKSPACE_WRITE) return bad(parser, "the mode is unknown");
  parser->policy->mode = (enum run_mode)bytes[0];
  return 0;
}

static int set_cwd(struct parser *parser, const unsigned char *bytes, size_t length) {
  parser->policy->cwd = keep(parser, bytes, length);
  if (!is_clean_absolute(parser->policy->cwd)) return bad(parser, "the directory is not absolute");
  return 0;
}

static int set_cwd_identity(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 16) return bad(parser, "the identity of the directory is malformed");
  parser->policy->has_cwd_identity = true;
  parser->policy->cwd_device = little_endian(bytes, 8);
  parser->policy->cwd_inode = little_endian(bytes + 8, 8);
  return 0;
}

static int set_tty(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length < 1 || length > MAX_END_MARK) return bad(parser, "the end mark is empty or too long");
  parser->policy->tty = true;
  parser->policy->end_mark_length = length;
  memcpy(parser->policy->end_mark, bytes, length);
  return 0;
}

static int set_linger(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 4 || little_endian(bytes, 4) > MAX_LINGER_MS) return bad(parser, "the linger time is out of range");
  parser->policy->linger_ms = (uint32_t)little_endian(bytes, 4);
  return 0;
}

static int set_listener(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 2) return bad(parser, "the listener's port is malformed");
  parser->policy->has_listener = true;
  parser->policy->listener_port = (uint16_t)little_endian(bytes, 2);
  return 0;
}

static int set_input(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 8) return bad(parser, "the length of the input is malformed");
  parser->policy->has_input = true;
  parser->policy->input_length = little_endian(bytes, 8);
  return 0;
}

// Three paths with a NUL between them.
static int add_layer(struct parser *parser, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  const char *paths[3];
  if (policy->layer_count == MAX_ROOTS) return bad(parser, "there are too many layers");
  const char *whole = keep(parser, bytes, length);
  const char *end = whole + length;
  for (size_t i = 0; i < 3; i++) {
    paths[i] = whole;
    if (whole >= end || !is_clean_absolute(whole)) return bad(parser, "a layer has no usable path");
    whole += strlen(whole) + 1;
  }
  if (whole != end + 1) return bad(parser, "a layer has too many paths");
  policy->layers[policy->layer_count++] = (struct layered_root){paths[0], paths[1], paths[2]};
  return 0;
}

// A kind, a path and a name with a NUL between them.
static int add_watched(struct parser *parser, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  if (policy->watched_count == MAX_WATCHED) return bad(parser, "there are too many watched programs");
  if (length < 1 || bytes[0] >= WATCHED_KINDS) return bad(parser, "a watched program has no kind");
  const char *path = keep(parser, bytes + 1, length - 1);
  const char *name = path + strlen(path) + 1;
  if (!is_clean_absolute(path)) return bad(parser, "a watched program has no usable path");
  if (name >= path + length || *name == '\0' || name + strlen(name) != path + length - 1)
    return bad(parser, "a watched program has no usable name");
  policy->watched[policy->watched_count++] = (struct watched_program){(enum watched_kind)bytes[0], path, name};
  return 0;
}

static int set_watch(struct parser *parser, const unsigned char *bytes, size_t length) {
  if (length != 1 || bytes[0] > 2) return bad(parser, "what to watch is unknown");
  parser->policy->watches_starts = bytes[0] != 0;
  parser->policy->tells_starts = bytes[0] == 1;
  return 0;
}

static int add_spoken(struct parser *parser, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  if (policy->spoken_count == MAX_SPOKEN) return bad(parser, "rules speak of too many names");
  const char *name = keep(parser, bytes, length);
  if (*name == '\0' || strchr(name, '/') != NULL) return bad(parser, "rules speak of what is no name");
  policy->spoken[policy->spoken_count++] = name;
  return 0;
}

static bool may_repeat(enum record record) {
  return record == RECORD_ARGV || record == RECORD_ENV || record == RECORD_WRITABLE || record == RECORD_PROTECT ||
         record == RECORD_PROTECTED_NAME || record == RECORD_DENY_READ || record == RECORD_LIMIT ||
         record == RECORD_LAYER || record == RECORD_WATCHED || record == RECORD_SPOKEN ||
         record == RECORD_ATTENDED || record == RECORD_MAY_COME;
}

static int parse_record(struct parser *parser, enum record record, const unsigned char *bytes, size_t length) {
  struct policy *policy = parser->policy;
  bool is_text = record != RECORD_LIMIT && record != RECORD_TTY && record != RECORD_LINGER &&
                 record != RECORD_MODE && record != RECORD_NETWORK && record != RECORD_REQUIRE &&
                 record != RECORD_LISTENER && record != RECORD_ISOLATED && record != RECORD_INPUT &&
                 record != RECORD_CWD_IDENTITY && record != RECORD_LAYER && record != RECORD_WATCH &&
                 record != RECORD_WATCHED &&
                 record != RECORD_PRIVATE_TMP && record != RECORD_WRITABLE && record != RECORD_PROTECTED_NAME;
  bool is_flagged_text = record == RECORD_WRITABLE || record == RECORD_PROTECTED_NAME;
  if (is_text && has_nul(bytes, length)) return bad(parser, "a text contains NUL");
  if (is_flagged_text && length > 1 && has_nul(bytes + 1, length - 1)) return bad(parser, "a path contains NUL");
  if (parser->seen[record] && !may_repeat(record)) return bad(parser, "a setting is given twice");
  parser->seen[record] = true;
  switch (record) {
    case RECORD_ARGV:
      policy->argv[parser->argc++] = keep(parser, bytes, length);
      return 0;
    case RECORD_ENV:
      return add_variable(parser, bytes, length);
    case RECORD_CWD:
      return set_cwd(parser, bytes, length);
    case RECORD_MODE:
      return set_mode(parser, bytes, length);
    case RECORD_NETWORK:
      return set_flag(parser, bytes, length, &policy->network);
    case RECORD_REQUIRE:
      return set_flag(parser, bytes, length, &policy->best_effort);
    case RECORD_WRITABLE:
      return add_root(parser, bytes, length);
    case RECORD_PROTECT:
      return add_path(parser, policy->protect, &policy->protect_count, bytes, length);
    case RECORD_PROTECTED_NAME:
      return add_name(parser, bytes, length);
    case RECORD_DENY_READ:
      return add_path(parser, policy->deny_read, &policy->deny_read_count, bytes, length);
    case RECORD_PRIVATE_TMP:
      return set_flag(parser, bytes, length, &policy->private_tmp);
    case RECORD_LIMIT:
      return set_limit(parser, bytes, length);
    case RECORD_TTY:
      return set_tty(parser, bytes, length);
    case RECORD_LINGER:
      return set_linger(parser, bytes, length);
    case RECORD_LISTENER:
      return set_listener(parser, bytes, length);
    case RECORD_CWD_IDENTITY:
      return set_cwd_identity(parser, bytes, length);
    case RECORD_INPUT:
      return set_input(parser, bytes, length);
    case RECORD_LAYER:
      return add_layer(parser, bytes, length);
    case RECORD_ATTENDED:
      return add_path(parser, policy->attended, &policy->attended_count, bytes, length);
    case RECORD_MAY_COME:
      return add_path(parser, policy->may_come, &policy->may_come_count, bytes, length);
    case RECORD_ISOLATED:
      return set_flag(parser, bytes, length, &policy->isolated);
    case RECORD_WATCH:
      return set_watch(parser, bytes, length);
    case RECORD_WATCHED:
      return add_watched(parser, bytes, length);
    case RECORD_SPOKEN:
      return add_spoken(parser, bytes, length);
    case RECORD_END:
      break;
  }
  return bad(parser, "a record is unknown");
}

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
