// Walks the process table. Used only where no pid namespace does this job in the kernel.
#include "run/reap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct process {
  pid_t pid;
  pid_t parent;
  bool descends;
};

struct table {
  struct process *entries;
  size_t count, room;
};

static bool read_parent(pid_t pid, pid_t *parent) {
  char path[64], text[512];
  (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, sizeof text - 1);
  (void)close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  // The name may contain anything, a closing parenthesis included: the last one ends it.
  const char *after = strrchr(text, ')');
  if (after == NULL || strlen(after) < sizeof ") S 1" - 1) return false;
  *parent = (pid_t)strtoul(after + 4, NULL, 10);
  return true;
}

static bool add(struct table *table, pid_t pid, pid_t parent) {
  if (table->count == table->room) {
    size_t room = table->room == 0 ? 256 : table->room * 2;
    struct process *entries = realloc(table->entries, room * sizeof *entries);
    if (entries == NULL) return false;
    table->entries = entries;
    table->room = room;
  }
  table->entries[table->count++] = (struct process){.pid = pid, .parent = parent, .descends = false};
  return true;
}

static bool read_table(struct table *table) {
  DIR *directory = opendir("/proc");
  if (directory == NULL) return false;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    pid_t parent;
    unsigned long pid = strtoul(entry->d_name, NULL, 10);
    if (pid == 0 || !read_parent((pid_t)pid, &parent)) continue;
    if (!add(table, (pid_t)pid, parent)) break;
  }
  (void)closedir(directory);
  return true;
}

static bool is_ours(const struct table *table, pid_t parent, pid_t self) {
  if (parent == self) return true;
  for (size_t i = 0; i < table->count; i++) {
    if (table->entries[i].pid == parent) return table->entries[i].descends;
  }
  return false;
}

static void mark_descendants(struct table *table, pid_t self) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < table->count; i++) {
      struct process *process = &table->entries[i];
      if (process->descends || !is_ours(table, process->parent, self)) continue;
      process->descends = changed = true;
    }
  }
}

// Returns how many were signalled.
static size_t sweep(int signal) {
  struct table table = {0};
  size_t hit = 0;
  if (read_table(&table)) {
    mark_descendants(&table, getpid());
    for (size_t i = 0; i < table.count; i++) {
      if (table.entries[i].descends && kill(table.entries[i].pid, signal) == 0) hit++;
    }
  }
  free(table.entries);
  return hit;
}

void signal_descendants(int signal) {
  (void)sweep(signal);
}

// Collects what has ended; true when no child is left at all.
static bool collect(void) {
  for (;;) {
    pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);
    if (pid > 0) continue;
    return pid < 0 && errno == ECHILD;
  }
}

void kill_descendants(void) {
  while (!collect()) {
    // Stopped processes cannot fork: after two sweeps that find the same number, nothing new is being made.
    size_t before = 0, now = sweep(SIGSTOP);
    for (int tries = 0; tries < 8 && now != before; tries++) {
      before = now;
      now = sweep(SIGSTOP);
    }
    (void)sweep(SIGKILL);
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = 500000};
    (void)nanosleep(&pause, NULL);
  }
}
