// Every name is looked up once, without magic links; the directories that were found are what is worked in. What is no
// directory, or is spelled in a way that means something else here, goes on to the kernel as if nobody had looked.
#include "sandbox/tree_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/move_tree.h"
#include "sandbox/roots.h"

struct shape {
  int number;
  bool is_link;
  int old_directory, old_path, new_directory, new_path, flags; // -1 for none
};

static const struct shape shapes[] = {
    {SYS_renameat, false, 0, 1, 2, 3, -1}, {SYS_renameat2, false, 0, 1, 2, 3, 4}, {SYS_linkat, true, 0, 1, 2, 3, 4},
#if defined(__x86_64__)
    {SYS_rename, false, -1, 0, -1, 1, -1}, {SYS_link, true, -1, 0, -1, 1, -1},
#endif
};

static const struct shape *find_shape(int number) {
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    if (shapes[i].number == number) return &shapes[i];
  }
  return NULL;
}

bool is_tree_call(int number) {
  return find_shape(number) != NULL;
}

// A name in a directory, as the caller spelled it.
struct spelled {
  int parent;
  char name[NAME_MAX + 1];
};

static int open_base(const struct waiting_call *call, int argument) {
  int directory = argument < 0 ? AT_FDCWD : (int)call->arguments[argument];
  return directory == AT_FDCWD ? open_working_directory(call) : copy_descriptor(call, directory);
}

// False for everything that is better left to the kernel.
static bool split(char *path, const char **directory, char name[static NAME_MAX + 1]) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') path[--length] = '\0';
  char *slash = strrchr(path, '/');
  const char *last = slash == NULL ? path : slash + 1;
  if (*last == '\0' || strlen(last) > NAME_MAX || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) return false;
  memcpy(name, last, strlen(last) + 1);
  *directory = slash == NULL ? "." : slash == path ? "/" : path;
  if (slash != NULL) *slash = '\0';
  return true;
}

static bool find_spelled(const struct waiting_call *call, int directory, int path, struct spelled *found) {
  char text[PATH_MAX];
  const char *parent;
  found->parent = -1;
  if (copy_path(call, call->arguments[path], text, sizeof text) != 0) return false;
  bool is_absolute = text[0] == '/';
  if (!split(text, &parent, found->name)) return false;
  int base = is_absolute ? AT_FDCWD : open_base(call, directory);
  if (base < 0 && base != AT_FDCWD) return false;
  found->parent = open_without_magic(base, *parent == '\0' ? "/" : parent, true);
  if (base >= 0) (void)close(base);
  return found->parent >= 0;
}

static bool is_directory(const struct spelled *spelled) {
  struct stat status;
  return fstatat(spelled->parent, spelled->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

// Which program makes the call: one that lies about it gets an answer that helps nobody but git.
static bool is_git(const struct waiting_call *call) {
  char path[64], program[PATH_MAX];
  (void)snprintf(path, sizeof path, "/proc/%d/exe", (int)call->thread);
  ssize_t length = readlink(path, program, sizeof program - 1);
  if (length <= 0) return false;
  program[length] = '\0';
  const char *slash = strrchr(program, '/');
  return slash != NULL && strncmp(slash + 1, "git", 3) == 0;
}

static int rename_or_move(const struct waiting_call *call, const struct shape *shape, const struct spelled *from,
                          const struct spelled *to) {
  unsigned int flags = shape->flags < 0 ? 0 : (unsigned int)call->arguments[shape->flags];
  if (syscall(SYS_renameat2, from->parent, from->name, to->parent, to->name, flags) == 0) return 0;
  if (errno != EXDEV) return errno;
  return move_tree((struct tree_spot){from->parent, from->name}, (struct tree_spot){to->parent, to->name}, flags);
}

// A large tree takes its time, and others wait: somebody else does it. Without one, this process.
static void move_directory(const struct waiting_call *call, const struct shape *shape, const struct spelled *from,
                           const struct spelled *to) {
  pid_t mover = fork();
  if (mover > 0) return;
  // What was read by number was the caller's only if it still waits.
  if (is_waiting(call)) answer_call(call, rename_or_move(call, shape, from, to));
  if (mover == 0) _exit(0);
}

// Whether the call was answered, or will be.
static bool serve_rename(const struct waiting_call *call, const struct shape *shape) {
  struct spelled from, to = {.parent = -1};
  bool serves = find_spelled(call, shape->old_directory, shape->old_path, &from) && is_directory(&from) &&
                find_spelled(call, shape->new_directory, shape->new_path, &to);
  if (serves) move_directory(call, shape, &from, &to);
  if (from.parent >= 0) (void)close(from.parent);
  if (to.parent >= 0) (void)close(to.parent);
  return serves;
}

void serve_tree(const struct waiting_call *call, enum kept_privileges kept) {
  const struct shape *shape = find_shape(call->number);
  if (shape->is_link) {
    if (is_git(call)) answer_call(call, EXDEV);
    else pass_call_on(call);
    return;
  }
  bool is_served = lower_privileges(kept) && serve_rename(call, shape);
  if (!raise_privileges()) _exit(1);
  if (!is_served) pass_call_on(call);
}
