// Made before the command, so that no program inside can take the port first.
#include "sandbox/inner_listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run/command.h"

static int make_listener(uint16_t *port) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(*port);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, SOMAXCONN) == 0 &&
      getsockname(fd, (struct sockaddr *)&address, &length) == 0) {
    *port = ntohs(address.sin_port);
    return fd;
  }
  int error = errno;
  (void)close(fd);
  errno = error;
  return -1;
}

int hand_out_listener(int setup_fd, uint16_t port, struct failure *failure) {
  struct setup_message words = {.kind = MESSAGE_LISTENER, .port = port};
  int listener = make_listener(&words.port);
  if (listener < 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot listen inside the sandbox: %s", strerror(errno));
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&words, sizeof words};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  memset(&control, 0, sizeof control);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &listener, sizeof listener);
  ssize_t sent;
  while ((sent = sendmsg(setup_fd, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) continue;
  int error = errno;
  (void)close(listener);
  if (sent == (ssize_t)sizeof words) return 0;
  return refuse(failure, STAGE_SANDBOX, error, "Cannot pass the listener out of the sandbox");
}
