// Paths are followed the way the caller's own call would follow them, and never through links that the kernel makes up.
#include "evidence/find_thing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/roots.h"

bool read_link_of(int file, char *path, size_t room) {
  char link[32];
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, room - 1);
  if (length <= 0 || path[0] != '/') return false;
  path[length] = '\0';
  return true;
}

int open_base(const struct waiting_call *call, int argument) {
  int directory = argument < 0 ? AT_FDCWD : (int)call->arguments[argument];
  return directory == AT_FDCWD ? open_working_directory(call) : copy_descriptor(call, directory);
}

bool copy_own_path(const struct waiting_call *call, int argument, char path[static PATH_MAX]) {
  static const char self[] = "/proc/self/";
  char whole[PATH_MAX];
  if (copy_path(call, call->arguments[argument], path, PATH_MAX) != 0) return false;
  if (strncmp(path, self, sizeof self - 1) != 0) return true;
  int length = snprintf(whole, sizeof whole, "/proc/%d/%s", (int)call->thread, path + sizeof self - 1);
  if (length < 0 || (size_t)length >= sizeof whole) return false;
  memcpy(path, whole, (size_t)length + 1);
  return true;
}

bool find_origin(const struct waiting_call *call, int directory, const char *path, struct origin *origin) {
  bool is_descriptor = directory >= 0 && (int)call->arguments[directory] != AT_FDCWD;
  origin->file = *path == '/' ? AT_FDCWD : open_base(call, directory);
  origin->is_directory = *path != '/' && !is_descriptor;
  return origin->file >= 0 || origin->file == AT_FDCWD;
}

void drop_origin(const struct origin *origin) {
  int error = errno;
  if (origin->file >= 0) (void)close(origin->file);
  errno = error;
}

// Where the name stands at its origin, nothing has to be opened again.
int open_directory_of(const struct origin *origin, char *path, const char **name) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') path[--length] = '\0';
  char *slash = strrchr(path, '/');
  *name = slash == NULL ? path : slash + 1;
  if (**name == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0) return -1;
  if (slash == NULL && origin->is_directory) return origin->file;
  if (slash != NULL) *slash = '\0';
  return open_without_magic(origin->file, slash == NULL ? "." : slash == path ? "/" : path, true);
}

int open_at(const struct waiting_call *call, int directory, const char *path, bool follows) {
  struct origin origin;
  if (!find_origin(call, directory, path, &origin)) return -1;
  int file = open_without_magic(origin.file, path, follows);
  drop_origin(&origin);
  return file;
}

int open_thing(const struct waiting_call *call, const struct write_call *write) {
  char path[PATH_MAX];
  uint64_t flags = write->flags < 0 ? 0 : call->arguments[write->flags];
  // Times of a descriptor come without a path.
  if (write->path < 0 || call->arguments[write->path] == 0) return copy_descriptor(call, (int)call->arguments[0]);
  if (!copy_own_path(call, write->path, path)) return -1;
  if (*path == '\0') return (flags & AT_EMPTY_PATH) != 0 ? open_base(call, write->directory) : -1;
  return open_at(call, write->directory, path, !write->is_about_link && (flags & AT_SYMLINK_NOFOLLOW) == 0);
}
