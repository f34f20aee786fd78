// A rename that takes a hidden directory away, and another that puts a new one there, take no mount away: the mount table
// does not tell. The directories do (inotify).
#include "protect/watch_hidden.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "sandbox/roots.h"

int open_hidden_watch(const struct plan *plan) {
  return plan->watched_count == 0 ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

// What is not there, or closed to this user, tells nothing and hides what is in it.
static bool watch_directory(int watch, const char *path) {
  char place[64];
  int fd = open_exact(-1, path);
  if (fd < 0) return is_gone(errno) || (errno == EACCES && is_closed_for_good(-1, path));
  (void)snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
  bool watched = inotify_add_watch(watch, place, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) >= 0 || errno == ENOTDIR ||
                 (errno == EACCES && faccessat(AT_FDCWD, place, R_OK, AT_EACCESS) != 0);
  (void)close(fd);
  return watched;
}

bool watch_hidden(int watch, const struct plan *plan) {
  char path[PATH_MAX];
  bool watched = true;
  if (watch < 0) return true;
  for (size_t i = 0; i < plan->watched_count; i++) {
    const char *whole = plan->hidden[i].path;
    for (const char *slash = strchr(whole, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
      (void)snprintf(path, sizeof path, "%.*s", slash == whole ? 1 : (int)(slash - whole), whole);
      watched = watch_directory(watch, path) && watched;
    }
  }
  return watched;
}

// Whether any hidden path has the name as a part.
static bool concerns(const struct plan *plan, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < plan->watched_count; i++) {
    for (const char *slash = plan->hidden[i].path; slash != NULL; slash = strchr(slash + 1, '/')) {
      if (strncmp(slash + 1, name, length) == 0 && (slash[length + 1] == '/' || slash[length + 1] == '\0')) return true;
    }
  }
  return false;
}

bool hear_hidden_watch(int watch, const struct plan *plan) {
  union {
    struct inotify_event align;
    char room[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
  } events;
  bool heard = false;
  ssize_t got;
  while ((got = read(watch, &events, sizeof events)) > 0) {
    for (const char *at = events.room; at < events.room + got;) {
      const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
      heard = heard || (event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && concerns(plan, event->name));
      at += sizeof *event + event->len;
    }
  }
  return heard;
}
