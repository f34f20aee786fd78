// A mount shows a part of a file system at a place. What is hidden is a path in such a file system, and is looked for in
// every mount of it.
#include "protect/other_mounts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect/hide.h"
#include "sandbox/mount_table.h"
#include "sandbox/roots.h"

// What follows `directory` in `path`: "" for itself, NULL when it is not in it.
static const char *part_below(const char *path, const char *directory) {
  size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);
  if (strncmp(path, directory, length) != 0 || (path[length] != '/' && path[length] != '\0')) return NULL;
  return path[length] == '/' && path[length + 1] == '\0' ? path + length + 1 : path + length;
}

static bool join(char *to, const char *directory, const char *rest) {
  int length = snprintf(to, PATH_MAX, "%s%s", *rest != '\0' && strcmp(directory, "/") == 0 ? "" : directory, rest);
  return length > 0 && length < PATH_MAX;
}

struct hidden_file {
  const char *path;
  struct stat status;
  unsigned int major, minor;
  char inside[PATH_MAX]; // its path in the file system
};

static int hide_where_mounted(struct planner *planner, const struct hidden_file *file, const struct mounted *mount) {
  char path[PATH_MAX];
  struct stat status;
  if (mount->major != file->major || mount->minor != file->minor) return 0;
  const char *rest = part_below(file->inside, mount->root);
  bool is_whole = rest != NULL; // else the mount may show a part of a hidden directory
  if (!is_whole && (!S_ISDIR(file->status.st_mode) || part_below(mount->root, file->inside) == NULL)) return 0;
  if (!join(path, mount->place, is_whole ? rest : "") || strcmp(path, file->path) == 0) return 0;
  int place = open_exact(-1, path);
  if (place < 0 && is_gone(errno)) return 0; // something else is mounted over it
  // It cannot be seen: neither can the command, where that is for good; where not, it may be what is to be hidden.
  if (place < 0) return errno == EACCES && is_closed_for_good(-1, path) ? 0 : hide_also(planner, path);
  bool is_it = fstat(place, &status) == 0 &&
               (!is_whole || (status.st_dev == file->status.st_dev && status.st_ino == file->status.st_ino));
  (void)close(place);
  return is_it ? hide_also(planner, path) : 0;
}

static int leave_readable(struct planner *planner, const char *path, const char *why) {
  (void)snprintf(planner->plan->still_readable, sizeof planner->plan->still_readable,
                 "%.90s may be mounted elsewhere, too: %s", path, why);
  return 0;
}

static int look_in_mounts(struct planner *planner, const char *path) {
  static struct mounted own, mount; // too large for a stack
  static struct hidden_file file;
  int place = open_exact(-1, path);
  if (place < 0 && (is_gone(errno) || errno == EACCES)) return 0; // nothing to read, or in a closed directory
  if (place < 0) return leave_readable(planner, path, "it cannot be looked at");
  bool known = fstat(place, &file.status) == 0 && find_mount_of(place, &own);
  (void)close(place);
  const char *rest = known ? part_below(path, own.place) : NULL;
  if (rest == NULL || !join(file.inside, own.root, rest)) // in a root directory that is no mount, for one
    return leave_readable(planner, path, "the table of mounts does not show where it lies");
  file.path = path;
  file.major = own.major;
  file.minor = own.minor;
  FILE *table = open_mount_table();
  if (table == NULL) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot read the table of mounts");
  int result = 0;
  enum mount_line line = MOUNT_READ;
  while (result == 0 && (line = next_mount(table, &mount)) == MOUNT_READ) result = hide_where_mounted(planner, &file, &mount);
  (void)fclose(table);
  return line == MOUNT_UNREADABLE ? leave_readable(planner, path, "the table of mounts cannot be read") : result;
}

int find_other_mounts(struct planner *planner) {
  // What is found on the way is looked for as well: the list grows while it is read.
  for (size_t i = 0; i < planner->plan->hidden_count; i++) {
    if (look_in_mounts(planner, planner->plan->hidden[i].path) != 0) return -1;
  }
  return 0;
}
