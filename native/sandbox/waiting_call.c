// The kernel's side is seccomp_unotify(2).
#include "sandbox/waiting_call.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NR_pidfd_open = 434, NR_pidfd_getfd = 438, SMALLEST_PAGE = 4096 };

void expect_turns(int listener) {
  // The numbers are the stable ABI: SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP.
  (void)ioctl(listener, _IOW('!', 4, uint64_t), 1UL);
}

bool take_call(int listener, struct waiting_call *call) {
  struct seccomp_notif notice;
  memset(&notice, 0, sizeof notice);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) return false;
  *call = (struct waiting_call){
      .listener = listener, .id = notice.id, .thread = (pid_t)notice.pid, .number = notice.data.nr};
  for (size_t i = 0; i < 6; i++) call->arguments[i] = notice.data.args[i];
  return true;
}

bool is_waiting(const struct waiting_call *call) {
  uint64_t id = call->id;
  return ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void answer_call(const struct waiting_call *call, int error) {
  struct seccomp_notif_resp response = {.id = call->id, .val = 0, .error = -error, .flags = 0};
  (void)ioctl(call->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void pass_call_on(const struct waiting_call *call) {
  struct seccomp_notif_resp response = {.id = call->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  (void)ioctl(call->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

bool read_caller_field(const struct waiting_call *call, const char *file, const char *label, int base,
                       unsigned long *value) {
  char path[64], text[1024];
  (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)call->thread, file);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, sizeof text - 1);
  (void)close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, label, strlen(label)) != 0) continue;
    char *end;
    *value = strtoul(line + strlen(label), &end, base);
    return end != line + strlen(label);
  }
  return false;
}

// A process descriptor wants the number of the process, not of one of its threads.
static int open_process(const struct waiting_call *call) {
  unsigned long process;
  int fd = (int)syscall(NR_pidfd_open, call->thread, 0);
  if (fd >= 0 || !read_caller_field(call, "status", "Tgid:", 10, &process)) return fd;
  return (int)syscall(NR_pidfd_open, (pid_t)process, 0);
}

int copy_descriptor(const struct waiting_call *call, int number) {
  int process = open_process(call);
  if (process < 0) return -1;
  int copy = (int)syscall(NR_pidfd_getfd, process, number, 0);
  int error = errno;
  (void)close(process);
  errno = error;
  return copy;
}

int copy_memory(const struct waiting_call *call, uint64_t where, void *to, size_t length) {
  struct iovec here = {to, length};
  struct iovec there = {(void *)(uintptr_t)where, length};
  return process_vm_readv(call->thread, &here, 1, &there, 1, 0) == (ssize_t)length ? 0 : EFAULT;
}

// Page by page: what lies behind the path's end need not be there at all.
int copy_path(const struct waiting_call *call, uint64_t where, char *path, size_t room) {
  for (size_t used = 0; used < room;) {
    size_t piece = SMALLEST_PAGE - (size_t)((where + used) % SMALLEST_PAGE);
    if (piece > room - used) piece = room - used;
    int error = copy_memory(call, where + used, path + used, piece);
    if (error != 0) return error;
    if (memchr(path + used, '\0', piece) != NULL) return 0;
    used += piece;
  }
  return ENAMETOOLONG;
}

int open_working_directory(const struct waiting_call *call) {
  char path[64];
  (void)snprintf(path, sizeof path, "/proc/%d/cwd", (int)call->thread);
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}
