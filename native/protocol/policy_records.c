// What one record of START may say. Unknown kinds, doubled settings, relative paths and anything out of range refuse the run.
#include "protocol/policy_records.h"

#include <limits.h>
#include <string.h>

enum { MAX_LINGER_MS = 60 * 1000 };

uint64_t little_endian(const unsigned char *bytes, size_t width) {
  uint64_t value = 0;
  while (width-- > 0) value = value << 8 | bytes[width];
  return value;
}

int bad(struct parser *parser, const char *what) {
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

static int add_word_of_command(struct parser *parser, const unsigned char *bytes, size_t length) {
  parser->policy->argv[parser->argc++] = keep(parser, bytes, length);
  return 0;
}

static int set_network(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->network);
}

static int set_require(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->best_effort);
}

static int set_private_tmp(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->private_tmp);
}

static int set_isolated(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->isolated);
}

static int set_evidence(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->tells_denials);
}

static int set_trace(struct parser *parser, const unsigned char *bytes, size_t length) {
  return set_flag(parser, bytes, length, &parser->policy->traces);
}

static int add_protect(struct parser *parser, const unsigned char *bytes, size_t length) {
  return add_path(parser, parser->policy->protect, &parser->policy->protect_count, bytes, length);
}

static int add_deny_read(struct parser *parser, const unsigned char *bytes, size_t length) {
  return add_path(parser, parser->policy->deny_read, &parser->policy->deny_read_count, bytes, length);
}

static int add_attended(struct parser *parser, const unsigned char *bytes, size_t length) {
  return add_path(parser, parser->policy->attended, &parser->policy->attended_count, bytes, length);
}

static int add_may_come(struct parser *parser, const unsigned char *bytes, size_t length) {
  return add_path(parser, parser->policy->may_come, &parser->policy->may_come_count, bytes, length);
}

// BYTES may hold anything; TEXT no NUL; of FLAGGED_TEXT the first byte is no text.
enum content { BYTES, TEXT, FLAGGED_TEXT };

static const struct {
  enum content content;
  bool repeats;
  int (*take)(struct parser *parser, const unsigned char *bytes, size_t length);
} records[RECORD_END] = {
    [RECORD_ARGV] = {TEXT, true, add_word_of_command},
    [RECORD_ENV] = {TEXT, true, add_variable},
    [RECORD_CWD] = {TEXT, false, set_cwd},
    [RECORD_MODE] = {BYTES, false, set_mode},
    [RECORD_NETWORK] = {BYTES, false, set_network},
    [RECORD_REQUIRE] = {BYTES, false, set_require},
    [RECORD_WRITABLE] = {FLAGGED_TEXT, true, add_root},
    [RECORD_PROTECT] = {TEXT, true, add_protect},
    [RECORD_PROTECTED_NAME] = {FLAGGED_TEXT, true, add_name},
    [RECORD_DENY_READ] = {TEXT, true, add_deny_read},
    [RECORD_PRIVATE_TMP] = {BYTES, false, set_private_tmp},
    [RECORD_LIMIT] = {BYTES, true, set_limit},
    [RECORD_TTY] = {BYTES, false, set_tty},
    [RECORD_LINGER] = {BYTES, false, set_linger},
    [RECORD_LISTENER] = {BYTES, false, set_listener},
    [RECORD_CWD_IDENTITY] = {BYTES, false, set_cwd_identity},
    [RECORD_INPUT] = {BYTES, false, set_input},
    [RECORD_LAYER] = {BYTES, true, add_layer},
    [RECORD_ISOLATED] = {BYTES, false, set_isolated},
    [RECORD_WATCH] = {BYTES, false, set_watch},
    [RECORD_WATCHED] = {BYTES, true, add_watched},
    [RECORD_SPOKEN] = {TEXT, true, add_spoken},
    [RECORD_ATTENDED] = {TEXT, true, add_attended},
    [RECORD_MAY_COME] = {TEXT, true, add_may_come},
    [RECORD_EVIDENCE] = {BYTES, false, set_evidence},
    [RECORD_TRACE] = {BYTES, false, set_trace},
};

int parse_record(struct parser *parser, enum record record, const unsigned char *bytes, size_t length) {
  if (record <= 0 || record >= RECORD_END) return bad(parser, "a record is unknown");
  size_t before_text = records[record].content == FLAGGED_TEXT && length > 0 ? 1 : 0;
  if (records[record].content != BYTES && has_nul(bytes + before_text, length - before_text))
    return bad(parser, "a text contains NUL");
  if (parser->seen[record] && !records[record].repeats) return bad(parser, "a setting is given twice");
  parser->seen[record] = true;
  return records[record].take(parser, bytes, length);
}
