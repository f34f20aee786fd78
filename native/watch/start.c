// The record (src/launcher/launcher-reports.ts reads it) has readings: ways to say as a command what would run. A script is
// one, and its interpreter with the script behind it is another; so is a program that is handed to the dynamic loader.
#include "watch/start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/channel.h"

enum { MAX_TEXT = 4096, MAX_READINGS = 16, WORDS_CUT = 1, PROGRAM_UNSETTLED = 2 };

struct record {
  unsigned char bytes[MAX_START_RECORD];
  size_t length;
  bool is_full;
};

static void put_number(struct record *record, uint64_t value, size_t width) {
  record->is_full = record->is_full || record->length + width > sizeof record->bytes;
  if (record->is_full) return;
  for (size_t i = 0; i < width; i++) record->bytes[record->length++] = (unsigned char)(value >> (8 * i));
}

static void put_text(struct record *record, const char *text) {
  size_t length = strnlen(text, MAX_TEXT);
  record->is_full = record->is_full || record->length + 2 + length > sizeof record->bytes;
  if (record->is_full) return;
  put_number(record, length, 2);
  memcpy(record->bytes + record->length, text, length);
  record->length += length;
}

// True when the program is the dynamic loader.
static bool put_names(struct record *record, const struct alike *alike, const struct program *program) {
  size_t at = record->length, count = 0;
  bool is_loader = false;
  put_number(record, 0, 1);
  for (int i = -1; count < MAX_ALIKE && (i = find_alike(alike, program->file, &program->status, (size_t)(i + 1))) >= 0; count++) {
    const struct watched_program *known = alike->known[i].program;
    is_loader = is_loader || known->kind == WATCHED_LOADER;
    put_number(record, known->kind, 1);
    put_text(record, known->name);
  }
  if (!record->is_full) record->bytes[at] = (unsigned char)count;
  return is_loader;
}

// What comes behind the program's own name: the interpreter's argument, and the files before it in the chain.
static void put_before(struct record *record, const struct chain *chain, size_t index) {
  size_t at = record->length, count = 0;
  put_number(record, 0, 1);
  for (size_t i = index; i > 0; i--) {
    const struct program *script = &chain->programs[i - 1];
    if (script->argument[0] != '\0') {
      put_text(record, script->argument);
      count++;
    }
    put_text(record, script->path);
    count++;
  }
  if (!record->is_full) record->bytes[at] = (unsigned char)count;
}

// Every word that names a program: which of them the loader takes depends on options that change from one to the next.
static size_t put_loaded(struct record *record, const struct alike *alike, const struct waiting_call *call,
                         const struct words *words, bool *is_settled_program) {
  static struct program program; // too large for a stack
  const char *word = words->bytes;
  size_t count = 0;
  for (size_t i = 1; i < words->count && count < MAX_READINGS; i++) {
    word = next_word(word);
    if (*word == '-' || open_named_program(call, word, &program) != 0) continue;
    *is_settled_program = *is_settled_program && is_settled(&program);
    put_text(record, program.path);
    put_text(record, program.real);
    (void)put_names(record, alike, &program);
    put_number(record, 0, 1);
    put_number(record, i + 1, 2);
    close_program(&program);
    count++;
  }
  return count;
}

static void put_readings(struct record *record, const struct alike *alike, const struct start *start, const struct chain *chain,
                         const struct words *words, uint8_t *flags) {
  size_t at = record->length, count = 0;
  bool is_loader = false, is_settled_program = true;
  put_number(record, 0, 1);
  for (size_t i = 0; i < chain->count; i++) {
    const struct program *program = &chain->programs[i];
    put_text(record, program->path);
    put_text(record, program->real);
    is_loader = put_names(record, alike, program) || is_loader;
    put_before(record, chain, i);
    put_number(record, 1, 2);
    count++;
  }
  if (is_loader) count += put_loaded(record, alike, &start->call, words, &is_settled_program);
  if (is_loader && !is_settled_program) *flags |= PROGRAM_UNSETTLED;
  if (!record->is_full) record->bytes[at] = (unsigned char)count;
}

static void put_words(struct record *record, const struct words *words, uint8_t *flags) {
  put_number(record, words->count, 4);
  size_t at = record->length, count = 0;
  put_number(record, 0, 2);
  const char *word = words->bytes;
  for (; count < words->count && count < UINT16_MAX; count++, word = next_word(word)) {
    size_t before = record->length;
    put_text(record, word);
    if (strnlen(word, MAX_TEXT + 1) > MAX_TEXT) *flags |= WORDS_CUT;
    if (!record->is_full) continue;
    record->length = before;
    record->is_full = false;
    break;
  }
  if (count < words->count) *flags |= WORDS_CUT;
  record->bytes[at] = (unsigned char)count;
  record->bytes[at + 1] = (unsigned char)(count >> 8);
}

static pid_t read_parent(const struct waiting_call *call, const char *label) {
  unsigned long value;
  return read_caller_field(call, "status", label, 10, &value) ? (pid_t)value : 0;
}

static int write_record(struct start *start, const struct alike *alike, const struct chain *chain, const struct words *words) {
  static struct record record; // too large for a stack
  char link[32], cwd[PATH_MAX];
  uint8_t flags = 0;
  record.length = 0;
  record.is_full = false;
  (void)snprintf(link, sizeof link, "/proc/%d/cwd", (int)start->call.thread);
  ssize_t length = readlink(link, cwd, sizeof cwd - 1);
  if (length < 0) return EACCES;
  cwd[length] = '\0';
  put_number(&record, FRAME_EXEC, 1);
  put_number(&record, start->id, 8);
  put_number(&record, (uint64_t)read_parent(&start->call, "Tgid:"), 4);
  put_number(&record, (uint64_t)read_parent(&start->call, "PPid:"), 4);
  size_t flags_at = record.length;
  put_number(&record, 0, 1);
  put_text(&record, cwd);
  put_readings(&record, alike, start, chain, words, &flags);
  if (record.is_full || record.length > MAX_START_RECORD - MAX_TEXT) return E2BIG; // nobody could judge it
  put_words(&record, words, &flags);
  record.bytes[flags_at] = flags;
  start->record = malloc(record.length);
  if (start->record == NULL) return ENOMEM;
  memcpy(start->record, record.bytes, record.length);
  start->record_length = record.length;
  return 0;
}

// A script's first word is gone; in its place comes what names the interpreter, its argument, and the script.
static bool expect_words(struct start *start, const struct chain *chain, struct words *words) {
  if (chain->count == 1) {
    start->expected = *words;
    *words = (struct words){0};
    return true;
  }
  if (!add_word(&start->expected, chain->programs[chain->count - 1].path)) return false;
  for (size_t i = chain->count - 1; i > 0; i--) {
    const struct program *script = &chain->programs[i - 1];
    if (script->argument[0] != '\0' && !add_word(&start->expected, script->argument)) return false;
    if (!add_word(&start->expected, script->path)) return false;
  }
  const char *word = words->bytes;
  for (size_t i = 1; i < words->count; i++) {
    word = next_word(word);
    if (!add_word(&start->expected, word)) return false;
  }
  return true;
}

static size_t list_alike(const struct alike *alike, int file, const struct stat *status, int *found) {
  size_t count = 0;
  for (int i = -1; count < MAX_ALIKE && (i = find_alike(alike, file, status, (size_t)(i + 1))) >= 0;) found[count++] = i;
  return count;
}

// A name counts by its beginning: `python3.12` is `python3` to a rule, and a name too many costs a question.
static bool is_spoken_of(const struct policy *policy, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  for (size_t i = 0; i < policy->spoken_count; i++) {
    if (strncmp(name, policy->spoken[i], strlen(policy->spoken[i])) == 0) return true;
  }
  return false;
}

static bool is_plain(const struct policy *policy, const struct alike *alike, const struct chain *chain) {
  if (policy->tells_starts) return false;
  for (size_t i = 0; i < chain->count; i++) {
    const struct program *program = &chain->programs[i];
    if (is_spoken_of(policy, program->path) || is_spoken_of(policy, program->real) ||
        find_alike(alike, program->file, &program->status, 0) >= 0)
      return false;
  }
  return true;
}

int read_start_call(const struct waiting_call *call, const struct policy *policy, const struct alike *alike, uint64_t id,
                    struct start *start) {
  static struct chain chain; // too large for a stack
  struct words words = {0};
  *start = (struct start){.id = id, .call = *call};
  int error = find_chain(call, &chain);
  if (error == 0) error = copy_words(call, words_of(call), &words);
  start->is_plain = error == 0 && is_plain(policy, alike, &chain);
  if (error == 0 && !start->is_plain) error = write_record(start, alike, &chain, &words);
  if (error == 0 && !expect_words(start, &chain, &words)) error = ENOMEM;
  if (error == 0) {
    const struct program *last = &chain.programs[chain.count - 1];
    start->is_runnable = last->format == FORMAT_BINARY;
    start->device = last->status.st_dev;
    start->inode = last->status.st_ino;
    start->alike_count = list_alike(alike, last->file, &last->status, start->alike);
  }
  free_words(&words);
  close_chain(&chain);
  return error;
}

void drop_start(struct start *start) {
  free_words(&start->expected);
  free(start->record);
  start->record = NULL;
}

// The file is held from being written while it runs: what is in it now stays.
static bool runs_file(const struct start *start, const struct alike *alike, pid_t process) {
  char link[32];
  struct stat status;
  int found[MAX_ALIKE];
  (void)snprintf(link, sizeof link, "/proc/%d/exe", (int)process);
  int file = open(link, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool is_it = fstat(file, &status) == 0 && status.st_dev == start->device && status.st_ino == start->inode;
  is_it = is_it && list_alike(alike, file, &status, found) == start->alike_count &&
          memcmp(found, start->alike, start->alike_count * sizeof *found) == 0;
  (void)close(file);
  return is_it;
}

static bool has_words(const struct start *start, pid_t process) {
  char file[32], piece[16 * 1024];
  (void)snprintf(file, sizeof file, "/proc/%d/cmdline", (int)process);
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t seen = 0;
  bool is_same = true;
  for (;;) {
    ssize_t got = read(fd, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      is_same = is_same && got == 0 && seen == start->expected.length;
      break;
    }
    is_same = is_same && (size_t)got <= start->expected.length - seen && memcmp(piece, start->expected.bytes + seen, (size_t)got) == 0;
    if (!is_same) break;
    seen += (size_t)got;
  }
  (void)close(fd);
  return is_same;
}

bool is_as_read(const struct start *start, const struct alike *alike, pid_t process) {
  return runs_file(start, alike, process) && has_words(start, process);
}
