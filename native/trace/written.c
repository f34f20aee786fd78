#include "trace/written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evidence/find_thing.h"

struct look {
  const struct waiting_call *call;
  const struct write_call *write;
  enum kept_privileges kept;
  struct written *written;
};

static bool name_it(int file, const char *name, char path[static PATH_MAX + NAME_MAX + 2]) {
  if (!read_link_of(file, path, PATH_MAX)) return false;
  size_t length = strlen(path);
  if (name == NULL) return true;
  (void)snprintf(path + length, PATH_MAX + NAME_MAX + 2 - length, "%s%s", length == 1 ? "" : "/", name);
  return true;
}

enum presence { IS_THERE, IS_NOT_THERE, MAY_BE_THERE };

// A name in a directory that may be written.
static bool finds_name(const struct look *look, int directory, int argument, enum presence presence, char *path) {
  char given[PATH_MAX];
  const char *name;
  struct stat status;
  struct origin origin;
  if (!copy_own_path(look->call, argument, given) || !find_origin(look->call, directory, given, &origin)) return false;
  int parent = open_directory_of(&origin, given, &name);
  if (parent < 0) {
    drop_origin(&origin);
    return false;
  }
  bool exists = fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  bool fits = presence == MAY_BE_THERE || exists == (presence == IS_THERE);
  fits = fits && command_may(look->kept, parent, W_OK | X_OK) && name_it(parent, name, path);
  if (parent != origin.file) (void)close(parent);
  drop_origin(&origin);
  return fits;
}

static bool changes_name(const struct look *look, enum presence presence, enum change change) {
  look->written->change = change;
  return finds_name(look, look->write->directory, look->write->path, presence, look->written->path);
}

static bool changes_file(const struct look *look, int file, bool needs_access, enum change change) {
  struct stat status;
  look->written->change = change;
  bool is_plain = fstat(file, &status) == 0 && (S_ISREG(status.st_mode) || (!needs_access && S_ISDIR(status.st_mode)));
  bool may = is_plain && (needs_access ? command_may(look->kept, file, W_OK)
                                       : look->kept == KEEP_FILE_OWNERSHIP || status.st_uid == geteuid());
  return may && name_it(file, NULL, look->written->path);
}

static bool opens(const struct look *look, int flags) {
  const struct write_call *write = look->write;
  char path[PATH_MAX];
  bool writes = (flags & (O_WRONLY | O_RDWR | O_TRUNC)) != 0;
  if ((flags & (O_PATH | TEMPORARY_FILE)) != 0 || !copy_own_path(look->call, write->path, path)) return false;
  int file = open_at(look->call, write->directory, path, (flags & O_NOFOLLOW) == 0);
  if (file < 0) return errno == ENOENT && (flags & O_CREAT) != 0 && changes_name(look, IS_NOT_THERE, CHANGE_CREATED);
  bool is_new = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  bool changes = writes && !is_new && changes_file(look, file, true, CHANGE_WROTE);
  (void)close(file);
  return changes;
}

static bool changes_thing(const struct look *look, bool needs_access, enum change change) {
  int file = open_thing(look->call, look->write);
  if (file < 0) return false;
  bool changes = changes_file(look, file, needs_access, change);
  (void)close(file);
  return changes;
}

static enum change of_new_name(int number) {
  if (number == SYS_mkdirat) return CHANGE_MADE_DIRECTORY;
  if (number == SYS_mknodat) return CHANGE_CREATED;
#if defined(__x86_64__)
  if (number == SYS_mkdir) return CHANGE_MADE_DIRECTORY;
  if (number == SYS_mknod) return CHANGE_CREATED;
#endif
  return CHANGE_LINKED;
}

static bool renames(const struct look *look) {
  const struct write_call *write = look->write;
  look->written->change = CHANGE_RENAMED;
  return finds_name(look, write->directory, write->path, IS_THERE, look->written->from) &&
         finds_name(look, write->new_directory, write->new_path, MAY_BE_THERE, look->written->path);
}

bool find_written(const struct waiting_call *call, const struct write_call *write, enum kept_privileges kept,
                  struct written *written) {
  const struct look look = {.call = call, .write = write, .kept = kept, .written = written};
  written->path[0] = written->from[0] = '\0';
  switch (write->kind) {
    case WRITE_OPEN:
      return opens(&look, (int)call->arguments[write->flags]);
    case WRITE_CREAT:
      return opens(&look, O_CREAT | O_WRONLY | O_TRUNC);
    case WRITE_CONTENT:
      return changes_thing(&look, true, CHANGE_WROTE);
    case WRITE_METADATA:
      return changes_thing(&look, false, CHANGE_METADATA);
    case WRITE_NEW_NAME:
      return changes_name(&look, IS_NOT_THERE, of_new_name(call->number));
    case WRITE_OLD_NAME:
      return changes_name(&look, IS_THERE, CHANGE_REMOVED);
    case WRITE_RENAME:
      return renames(&look);
  }
  return false;
}
