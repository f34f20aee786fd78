// Only what the kernel would allow but for the sandbox is told. Where that cannot be seen, nothing is.
#include "evidence/foresee.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evidence/find_thing.h"
#include "sandbox/roots.h"

enum { NR_faccessat2 = 439 };

struct look {
  const struct bounds *bounds;
  const struct waiting_call *call;
  const struct write_call *write;
  struct denial *denial;
};

static bool lies_in_root(const struct policy *policy, const char *path) {
  for (size_t i = 0; i < policy->root_count; i++) {
    if (lies_in(path, policy->roots[i].path)) return true;
  }
  return false;
}

// What landlock.c grants: the roots, what is private, and devices that are there.
static bool landlock_allows(const struct bounds *bounds, const char *path, bool makes) {
  if (!bounds->has_landlock || lies_in_root(bounds->policy, path) || lies_in(path, "/dev/shm")) return true;
  if (bounds->policy->private_tmp && lies_in(path, "/tmp")) return true;
  return !makes && lies_in(path, "/dev");
}

static bool deny(const struct look *look, enum restriction restriction, enum denied_by by, int file, const char *name) {
  struct denial *denial = look->denial;
  if (!read_link_of(file, denial->target, PATH_MAX)) return false;
  denial->by = by;
  denial->restriction = lies_in_root(look->bounds->policy, denial->target) ? RESTRICT_PROTECTED_PATHS : restriction;
  if (name == NULL) return true;
  size_t length = strlen(denial->target);
  (void)snprintf(denial->target + length, sizeof denial->target - length, "%s%s", length == 1 ? "" : "/", name);
  return true;
}

// access() looks at the modes first, and at the mount last: read-only is its answer where nothing else is in the way.
static bool refuses_write(const struct look *look, int file, const char *name, bool makes) {
  char path[PATH_MAX];
  int mode = name == NULL ? W_OK : W_OK | X_OK;
  bool is_allowed = syscall(NR_faccessat2, file, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
  if (!is_allowed) return errno == EROFS && deny(look, RESTRICT_FILE_WRITE, BY_READ_ONLY_MOUNT, file, name);
  if (!read_link_of(file, path, sizeof path) || landlock_allows(look->bounds, path, makes)) return false;
  return deny(look, RESTRICT_FILE_WRITE, BY_LANDLOCK, file, name);
}

// Whoever has no number in here is shown as this one, and who runs as it would take everybody's file for an own: the kernel
// knows, and lets nobody but an owner leave the time of a look alone.
static bool is_owner(int file, const struct stat *status) {
  enum { UNKNOWN_USER = 65534 };
  char link[32];
  if (status->st_uid != geteuid()) return false;
  if (status->st_uid != UNKNOWN_USER) return true;
  if (!S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode)) return false;
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  int opened = open(link, O_RDONLY | O_NOATIME | O_NONBLOCK | O_CLOEXEC);
  if (opened >= 0) (void)close(opened);
  return opened >= 0;
}

static bool refuses_metadata(const struct look *look, int file) {
  struct statvfs file_system;
  struct stat status;
  if (fstatvfs(file, &file_system) != 0 || (file_system.f_flag & ST_RDONLY) == 0 || fstat(file, &status) != 0) return false;
  bool may = is_owner(file, &status) || look->bounds->kept == KEEP_FILE_OWNERSHIP;
  return may && deny(look, RESTRICT_FILE_METADATA, BY_READ_ONLY_MOUNT, file, NULL);
}

static bool is_there(const struct look *look, int directory, int argument) {
  char path[PATH_MAX];
  if (!copy_own_path(look->call, argument, path)) return false;
  int file = open_at(look->call, directory, path, false);
  if (file >= 0) (void)close(file);
  return file >= 0;
}

enum presence { MUST_BE, MUST_NOT_BE, MAY_BE };

static bool refuses_name_at(const struct look *look, const struct origin *origin, char *path, enum presence presence) {
  const char *name;
  struct stat status;
  int parent = open_directory_of(origin, path, &name);
  if (parent < 0) return false;
  // The directory first, which most often may be written: a look into it costs more.
  bool is_refused = refuses_write(look, parent, name, true);
  if (is_refused && presence != MAY_BE)
    is_refused = (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) == (presence == MUST_BE);
  if (parent != origin->file) (void)close(parent);
  return is_refused;
}

static bool refuses_name(const struct look *look, int directory, int argument, enum presence presence) {
  char path[PATH_MAX];
  struct origin origin;
  if (!copy_own_path(look->call, argument, path) || !find_origin(look->call, directory, path, &origin)) return false;
  bool is_refused = refuses_name_at(look, &origin, path, presence);
  drop_origin(&origin);
  return is_refused;
}

// A name that is a link leads to a file that would be made elsewhere: of that nothing is said.
static bool refuses_open_at(const struct look *look, const struct origin *origin, char *path, int flags) {
  struct stat status;
  bool is_temporary = (flags & TEMPORARY_FILE) != 0;
  bool writes = (flags & (O_WRONLY | O_RDWR | O_TRUNC)) != 0;
  int file = open_without_magic(origin->file, path, (flags & O_NOFOLLOW) == 0);
  if (file < 0) return errno == ENOENT && (flags & O_CREAT) != 0 && refuses_name_at(look, origin, path, MUST_NOT_BE);
  bool is_refused = false;
  if (fstat(file, &status) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL)) {
    if (is_temporary) is_refused = S_ISDIR(status.st_mode) && refuses_write(look, file, "", true);
    else is_refused = writes && S_ISREG(status.st_mode) && refuses_write(look, file, NULL, false);
  }
  (void)close(file);
  return is_refused;
}

static bool refuses_open(const struct look *look, int flags) {
  char path[PATH_MAX];
  struct origin origin;
  if ((flags & O_PATH) != 0 || !copy_own_path(look->call, look->write->path, path)) return false;
  if (!find_origin(look->call, look->write->directory, path, &origin)) return false;
  bool is_refused = refuses_open_at(look, &origin, path, flags);
  drop_origin(&origin);
  return is_refused;
}

static bool refuses_change(const struct look *look) {
  int file = open_thing(look->call, look->write);
  if (file < 0) return false;
  bool is_refused = look->write->kind == WRITE_METADATA ? refuses_metadata(look, file) : refuses_write(look, file, NULL, false);
  (void)close(file);
  return is_refused;
}

static bool is_refused(const struct look *look) {
  const struct write_call *write = look->write;
  switch (write->kind) {
    case WRITE_OPEN:
      return refuses_open(look, (int)look->call->arguments[write->flags]);
    case WRITE_CREAT:
      return refuses_open(look, O_CREAT | O_WRONLY | O_TRUNC);
    case WRITE_CONTENT:
    case WRITE_METADATA:
      return refuses_change(look);
    case WRITE_NEW_NAME:
      return refuses_name(look, write->directory, write->path, MUST_NOT_BE);
    case WRITE_OLD_NAME:
      return refuses_name(look, write->directory, write->path, MUST_BE);
    case WRITE_RENAME:
      return refuses_name(look, write->directory, write->path, MUST_BE) ||
             (refuses_name(look, write->new_directory, write->new_path, MAY_BE) &&
              is_there(look, write->directory, write->path));
  }
  return false;
}

bool foresee_denial(const struct bounds *bounds, const struct waiting_call *call, const struct write_call *write,
                    struct denial *denial) {
  const struct look look = {.bounds = bounds, .call = call, .write = write, .denial = denial};
  // With this process's own rights first: most calls pass, and to put rights down and take them up again has its price.
  if (!is_refused(&look) || !lower_privileges(bounds->kept)) return false;
  bool is_certain = is_refused(&look);
  if (!raise_privileges()) _exit(1);
  return is_certain;
}
