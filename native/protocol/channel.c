// Moves frames. What they mean is policy.c and report.c.
#include "protocol/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "protocol/policy.h"

enum { HEADER_BYTES = 5 };

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 // macOS: SIGPIPE is ignored instead
#endif

static int parse_descriptor(const char *digits) {
  int fd = 0;
  if (*digits == '\0' || strlen(digits) > 6) return -1;
  for (; *digits != '\0'; digits++) {
    if (*digits < '0' || *digits > '9') return -1;
    fd = fd * 10 + (*digits - '0');
  }
  return fd > 2 ? fd : -1;
}

static int inherit(struct channel *channel, const char *digits, struct failure *failure) {
  int type;
  socklen_t size = sizeof type;
  channel->fd = parse_descriptor(digits);
  if (channel->fd < 0) return refuse(failure, STAGE_LAUNCHER, 0, "Cannot open the control channel: bad descriptor");
  if (getsockopt(channel->fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot open the control channel: not a stream socket");
  if (fcntl(channel->fd, F_SETFD, FD_CLOEXEC) != 0)
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot keep the control channel to itself");
  return 0;
}

int open_channel(struct channel *channel, const char *address, struct failure *failure) {
  memset(channel, 0, sizeof *channel);
  channel->fd = -1;
  if (strncmp(address, "fd:", 3) == 0) return inherit(channel, address + 3, failure);
  return refuse(failure, STAGE_LAUNCHER, 0, "Cannot open the control channel: want fd:N");
}

// 1 when `length` bytes came, 0 at end of file, -1 on error. Works on a non-blocking socket, too.
static int read_fully(int fd, unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t got = recv(fd, bytes, length, 0);
    if (got == 0) return 0;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      struct pollfd wait = {.fd = fd, .events = POLLIN};
      (void)poll(&wait, 1, -1);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    bytes += got;
    length -= (size_t)got;
  }
  return 1;
}

static size_t payload_length(const unsigned char *header) {
  return (size_t)header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
}

int read_start(struct channel *channel, unsigned char **payload, size_t *length, struct failure *failure) {
  unsigned char header[HEADER_BYTES];
  *payload = NULL;
  if (read_fully(channel->fd, header, sizeof header) != 1)
    return refuse(failure, STAGE_LAUNCHER, 0, "Cannot read the policy: the host closed the channel before START");
  *length = payload_length(header);
  if (header[4] != FRAME_START)
    return refuse(failure, STAGE_LAUNCHER, 0, "Cannot read the policy: the first frame is not START");
  if (*length > MAX_START_BYTES)
    return refuse(failure, STAGE_LAUNCHER, E2BIG, "Cannot read the policy: START is longer than %d bytes",
                  MAX_START_BYTES);
  *payload = malloc(*length + 1);
  if (*payload == NULL) return refuse(failure, STAGE_LAUNCHER, ENOMEM, "Cannot read the policy: out of memory");
  if (read_fully(channel->fd, *payload, *length) != 1)
    return refuse(failure, STAGE_LAUNCHER, 0, "Cannot read the policy: the channel ended inside START");
  return 0;
}

enum { VERDICT_BYTES = 9, MOST_VERDICT = 1 };

// How many bytes follow the header; -1 for what is no command.
static int command_length(const unsigned char *header) {
  size_t length = payload_length(header);
  unsigned char type = header[4];
  bool fits = (type == FRAME_SIGNAL && length == 1) || (type == FRAME_RELEASE && length == 0) ||
              (type == FRAME_VERDICT && length == VERDICT_BYTES);
  return fits ? (int)length : -1;
}

static enum host_word read_command(const unsigned char *frame, struct host_command *command) {
  const unsigned char *payload = frame + HEADER_BYTES;
  if (frame[4] == FRAME_RELEASE) return HOST_SAID_RELEASE;
  if (frame[4] == FRAME_VERDICT) {
    command->id = 0;
    for (size_t i = 8; i > 0; i--) command->id = command->id << 8 | payload[i - 1];
    command->verdict = payload[8];
    return command->verdict <= MOST_VERDICT ? HOST_SAID_VERDICT : HOST_IS_GONE;
  }
  command->signal = payload[0];
  return command->signal >= 1 && command->signal <= 64 ? HOST_SAID_SIGNAL : HOST_IS_GONE;
}

enum host_word read_host(struct channel *channel, struct host_command *command) {
  for (;;) {
    // Never past the frame at hand: a command is header first, then its payload.
    size_t want = HEADER_BYTES;
    if (channel->pending_length >= HEADER_BYTES) {
      int length = command_length(channel->pending);
      if (length < 0) return HOST_IS_GONE;
      want += (size_t)length;
    }
    if (channel->pending_length >= HEADER_BYTES && channel->pending_length == want) {
      channel->pending_length = 0;
      return read_command(channel->pending, command);
    }
    ssize_t got = recv(channel->fd, channel->pending + channel->pending_length, want - channel->pending_length,
                       MSG_DONTWAIT);
    if (got == 0) return HOST_IS_GONE;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? HOST_SAID_NOTHING : HOST_IS_GONE;
    channel->pending_length += (size_t)got;
  }
}

bool send_frame(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length) {
  return send_frames(channel, type, payload, length, NULL, 0);
}

bool send_frames(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length,
                 const unsigned char *more, size_t more_length) {
  unsigned char header[HEADER_BYTES] = {(unsigned char)length, (unsigned char)(length >> 8),
                                        (unsigned char)(length >> 16), (unsigned char)(length >> 24),
                                        (unsigned char)type};
  struct iovec parts[3] = {{header, sizeof header},
                           {(void *)(uintptr_t)payload, length},
                           {(void *)(uintptr_t)more, more_length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
  size_t left = sizeof header + length + more_length;
  while (left > 0) {
    ssize_t sent = sendmsg(channel->fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      struct pollfd wait = {.fd = channel->fd, .events = POLLOUT};
      (void)poll(&wait, 1, -1);
      continue;
    }
    if (sent <= 0) return false;
    left -= (size_t)sent;
    for (size_t i = 0, gone = (size_t)sent; i < 3; i++) {
      size_t part = gone < parts[i].iov_len ? gone : parts[i].iov_len;
      parts[i].iov_base = (unsigned char *)parts[i].iov_base + part;
      parts[i].iov_len -= part;
      gone -= part;
    }
  }
  return true;
}

static bool carries_descriptors(const struct channel *channel) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  return getsockname(channel->fd, (struct sockaddr *)&address, &length) == 0 && address.ss_family == AF_UNIX;
}

bool send_descriptor(struct channel *channel, enum launcher_frame type, const unsigned char *payload, size_t length,
                     int fd) {
  if (!carries_descriptors(channel)) {
    errno = EOPNOTSUPP;
    return false;
  }
  unsigned char header[HEADER_BYTES] = {(unsigned char)length, 0, 0, 0, (unsigned char)type};
  struct iovec parts[2] = {{header, sizeof header}, {(void *)(uintptr_t)payload, length}};
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {
      .msg_iov = parts, .msg_iovlen = 2, .msg_control = control.room, .msg_controllen = sizeof control.room};
  memset(&control, 0, sizeof control);
  struct cmsghdr *first = CMSG_FIRSTHDR(&message);
  first->cmsg_level = SOL_SOCKET;
  first->cmsg_type = SCM_RIGHTS;
  first->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(first), &fd, sizeof fd);
  for (;;) {
    ssize_t sent = sendmsg(channel->fd, &message, MSG_NOSIGNAL);
    if (sent == (ssize_t)(sizeof header + length)) return true; // a few bytes: all or nothing
    if (sent >= 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) return false;
    struct pollfd wait = {.fd = channel->fd, .events = POLLOUT};
    (void)poll(&wait, 1, -1);
  }
}
