// Memory is shared, descriptors are sent along with the order to begin, in the order of the roots.
#include "run/handout.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run/init.h"

enum { MAX_SENT = 1 + 2 * MAX_ROOTS };

union control {
  char room[CMSG_SPACE(MAX_SENT * sizeof(int))];
  struct cmsghdr align;
};

struct handout *make_handout(void) {
  void *memory = mmap(NULL, sizeof(struct handout), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static size_t collect(const struct janitor *janitor, int *fds) {
  size_t count = 0;
  if (janitor->state_fd >= 0) fds[count++] = janitor->state_fd;
  for (size_t i = 0; i < MAX_ROOTS; i++) {
    if (janitor->journals[i].fd < 0) continue;
    fds[count++] = janitor->journals[i].fd;
    fds[count++] = janitor->journals[i].root_fd;
  }
  return count;
}

int hand_out(int order_fd, struct handout *handout, const struct policy *policy, const struct janitor *janitor,
             struct failure *failure) {
  int fds[MAX_SENT];
  size_t count = collect(janitor, fds);
  handout->janitor = *janitor;
  handout->start_length = policy->start_length;
  memcpy(handout->start, policy->start, policy->start_length);
  unsigned char begin = ORDER_BEGIN;
  union control control;
  struct iovec part = {&begin, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.room;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
  }
  if (sendmsg(order_fd, &message, MSG_NOSIGNAL) == 1) return 0;
  return refuse(failure, STAGE_SANDBOX, errno, "Cannot reach the sandbox's first process");
}

// The number of descriptors that came with the order to begin, or -1.
static int receive(int order_fd, int *fds) {
  unsigned char order = 0;
  union control control;
  struct iovec part = {&order, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got;
  while ((got = recvmsg(order_fd, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  if (got != 1 || order != ORDER_BEGIN || (message.msg_flags & MSG_CTRUNC) != 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL) return 0;
  if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return -1;
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  memcpy(fds, CMSG_DATA(header), count * sizeof(int));
  return (int)count;
}

int take_handout(int order_fd, const struct handout *handout, struct policy *policy, struct janitor *janitor) {
  int fds[MAX_SENT];
  struct failure failure;
  int count = receive(order_fd, fds);
  if (count < 0) return -1;
  // Parsed once more rather than copied: nothing in one process points into the other.
  if (parse_policy(policy, handout->start, handout->start_length, &failure) != 0) return -1;
  *janitor = handout->janitor;
  int *next = fds, *end = fds + count;
  if (janitor->state_fd >= 0 && next < end) janitor->state_fd = *next++;
  for (size_t i = 0; i < MAX_ROOTS; i++) {
    struct journal *journal = &janitor->journals[i];
    if (journal->fd < 0) continue;
    if (end - next < 2) return -1;
    journal->fd = *next++;
    journal->root_fd = *next++;
    journal->root_path = policy->roots[i].path;
  }
  return next == end ? 0 : -1;
}
