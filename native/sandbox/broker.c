// Which calls come here is seccomp.c; what becomes of each is its own file.
#include "sandbox/broker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/metadata_broker.h"
#include "sandbox/tree_broker.h"

int receive_listener(int socket) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  char byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got;
  while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  struct cmsghdr *header = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
  int listener;
  memcpy(&listener, CMSG_DATA(header), sizeof listener);
  return listener;
}

// Modes with a set-id bit, root's changes of owners, and what moves in a layer are done here. All else was only looked at.
static bool is_done_here(const struct broker *broker, const struct waiting_call *call, const struct write_call *write) {
  if (is_tree_call(call->number)) return broker->connect.policy->layer_count > 0;
  if (write->kind != WRITE_METADATA) return false;
  if (write->mode >= 0) return (call->arguments[write->mode] & (S_ISUID | S_ISGID)) != 0;
  return is_owner_call(call->number) && geteuid() == 0;
}

void serve_call(const struct broker *broker, const struct waiting_call *call) {
  const struct write_call *write = broker->evidence == NULL ? NULL : find_write_call(call->number);
  if (write != NULL) {
    look_at_write(broker->evidence, call, write);
    if (!is_done_here(broker, call, write)) {
      pass_call_on(call);
      return;
    }
  }
  if (call->number == SYS_connect) serve_connect(call, &broker->connect);
  else if (is_tree_call(call->number)) serve_tree(call, broker->kept);
  else serve_metadata(call, broker->kept);
}
