// This process sees the file system that the caller sees, and has its root: nothing in a sandbox can change either. Only
// "self" is somebody else. What is mistaken here is noticed when the program has been started, before it runs (trace.h).
#include "watch/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t words_of(const struct waiting_call *call) {
  return call->arguments[call->number == SYS_execveat ? 2 : 1];
}

void close_program(struct program *program) {
  if (program->file >= 0) (void)close(program->file);
  program->file = -1;
}

void close_chain(struct chain *chain) {
  for (size_t i = 0; i < chain->count; i++) close_program(&chain->programs[i]);
  chain->count = 0;
}

// Own descriptors and own files are the caller's.
static void spell_for_us(const struct waiting_call *call, const char *path, char *spelled, size_t room) {
  static const struct {
    const char *prefix, *place;
  } own[] = {{"/proc/self/", ""}, {"/proc/thread-self/", ""}, {"/dev/fd/", "fd/"}};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    size_t length = strlen(own[i].prefix);
    if (strncmp(path, own[i].prefix, length) != 0) continue;
    (void)snprintf(spelled, room, "/proc/%d/%s%s", (int)call->thread, own[i].place, path + length);
    return;
  }
  (void)snprintf(spelled, room, "%s", path);
}

static void read_link_of(int file, char *real, size_t room) {
  char link[32];
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, real, room - 1);
  real[length < 0 ? 0 : length] = '\0';
}

// What stands behind `#!`, as the kernel reads it: a name up to a blank, and the rest of the line as one argument.
static bool read_first_line(char *head, struct program *program) {
  head[strcspn(head, "\n")] = '\0';
  char *name = head + 2 + strspn(head + 2, " \t");
  size_t length = strcspn(name, " \t");
  if (length == 0) return false;
  char *argument = name + length + strspn(name + length, " \t");
  size_t rest = strlen(argument);
  while (rest > 0 && (argument[rest - 1] == ' ' || argument[rest - 1] == '\t')) rest--;
  (void)snprintf(program->interpreter, sizeof program->interpreter, "%.*s", (int)length, name);
  (void)snprintf(program->argument, sizeof program->argument, "%.*s", (int)rest, argument);
  return true;
}

static int read_format(struct program *program) {
  char head[HEAD_BYTES];
  ssize_t got;
  while ((got = pread(program->file, head, sizeof head - 1, 0)) < 0 && errno == EINTR) continue;
  if (got < 0) return errno;
  head[got] = '\0';
  program->format = FORMAT_UNKNOWN;
  if (got >= 4 && memcmp(head, "\177ELF", 4) == 0) program->format = FORMAT_BINARY;
  else if (got >= 2 && memcmp(head, "#!", 2) == 0 && read_first_line(head, program)) program->format = FORMAT_SCRIPT;
  return 0;
}

// `place` is the file, opened to be looked at; taken over. Nothing but a plain file is opened to be read: others may do
// something when they are.
static int look_into(int place, struct program *program) {
  char link[32];
  program->file = -1;
  int error = 0;
  if (fstat(place, &program->status) != 0) error = errno;
  else if (S_ISLNK(program->status.st_mode)) error = ELOOP;
  else if (!S_ISREG(program->status.st_mode)) error = EACCES;
  if (error == 0) {
    read_link_of(place, program->real, sizeof program->real);
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", place);
    program->file = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    // What may be run and not read is run by nobody who is watched: it could not be told from what a rule names.
    error = program->file < 0 ? errno : read_format(program);
  }
  (void)close(place);
  return error;
}

static int open_from_directory(const struct waiting_call *call, const char *path, int flags) {
  char spelled[PATH_MAX];
  spell_for_us(call, path, spelled, sizeof spelled);
  int base = *spelled == '/' ? AT_FDCWD : open_working_directory(call);
  if (base < 0 && base != AT_FDCWD) return -1;
  int place = openat(base, spelled, O_PATH | O_CLOEXEC | flags);
  int error = errno;
  if (base >= 0) (void)close(base);
  errno = error;
  return place;
}

static int open_below_descriptor(const struct waiting_call *call, const char *path, int flags) {
  int base = copy_descriptor(call, (int)call->arguments[0]);
  if (base < 0 || *path == '\0') return base;
  int place = openat(base, path, O_PATH | O_CLOEXEC | flags);
  int error = errno;
  (void)close(base);
  errno = error;
  return place;
}

// The first file, and its name as the kernel writes it down: a descriptor's is made up (fs/exec.c).
static int find_first(const struct waiting_call *call, struct program *program) {
  char given[PATH_MAX];
  bool by_descriptor = call->number == SYS_execveat;
  uint64_t flags = by_descriptor ? call->arguments[4] : 0;
  int error = copy_path(call, call->arguments[by_descriptor ? 1 : 0], given, sizeof given);
  if (error != 0) return error;
  if ((flags & ~(uint64_t)(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) != 0) return EINVAL;
  if (*given == '\0' && (flags & AT_EMPTY_PATH) == 0) return ENOENT;
  int last = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0;
  bool is_below = by_descriptor && *given != '/' && (int)call->arguments[0] != AT_FDCWD;
  int needed = is_below ? snprintf(program->path, sizeof program->path, "/dev/fd/%d%s%s", (int)call->arguments[0],
                                   *given == '\0' ? "" : "/", given)
                        : snprintf(program->path, sizeof program->path, "%s", given);
  if (needed < 0 || (size_t)needed >= sizeof program->path) return ENAMETOOLONG;
  int place = is_below ? open_below_descriptor(call, given, last) : open_from_directory(call, *given == '\0' ? "." : given, last);
  return place < 0 ? errno : look_into(place, program);
}

int open_named_program(const struct waiting_call *call, const char *path, struct program *program) {
  if (strlen(path) >= sizeof program->path) return -1;
  (void)snprintf(program->path, sizeof program->path, "%s", path);
  int place = open_from_directory(call, path, 0);
  return place >= 0 && look_into(place, program) == 0 ? 0 : -1;
}

int find_chain(const struct waiting_call *call, struct chain *chain) {
  chain->count = 1;
  chain->programs[0].file = -1;
  int error = find_first(call, &chain->programs[0]);
  while (error == 0 && chain->programs[chain->count - 1].format == FORMAT_SCRIPT) {
    const struct program *script = &chain->programs[chain->count - 1];
    if (chain->count == MAX_CHAIN) return ELOOP;
    struct program *program = &chain->programs[chain->count++];
    program->file = -1;
    memcpy(program->path, script->interpreter, sizeof script->interpreter);
    int place = open_from_directory(call, script->interpreter, 0);
    error = place < 0 ? errno : look_into(place, program);
  }
  return error;
}

bool is_settled(const struct program *program) {
  struct statvfs file_system;
  return strcmp(program->path, program->real) == 0 && fstatvfs(program->file, &file_system) == 0 &&
         (file_system.f_flag & ST_RDONLY) != 0;
}
