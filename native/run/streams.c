// Decides for each standard stream whether it needs a pipe.
#include "run/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

static bool is_socket(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

static bool is_output_file(int fd, struct stat *status) {
  return fd != STDIN_FILENO && fstat(fd, status) == 0 && S_ISREG(status->st_mode);
}

// Two descriptors of one file (`>> log 2>&1`) share one pipe: what is written first comes first.
static int share_stream(struct streams *streams, struct failure *failure) {
  streams->inner[STDERR_FILENO] = fcntl(streams->inner[STDOUT_FILENO], F_DUPFD_CLOEXEC, 3);
  return streams->inner[STDERR_FILENO] >= 0 ? 0 : refuse(failure, STAGE_LAUNCHER, errno, "Cannot set up a stream");
}

static int open_stream(struct streams *streams, int stream, enum relay_way way, struct failure *failure) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot make a pipe");
  bool to_host = stream != STDIN_FILENO;
  int outer = ends[to_host ? 0 : 1];
  if (fcntl(outer, F_SETFL, O_NONBLOCK) != 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot set up a pipe");
  streams->inner[stream] = ends[to_host ? 1 : 0];
  int host = fcntl(stream, F_DUPFD_CLOEXEC, 3);
  if (host < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot set up a stream");
  begin_relay(&streams->relays[stream], to_host ? outer : host, to_host ? host : outer, way);
  return 0;
}

int open_streams(struct streams *streams, struct failure *failure) {
  struct stat files[3];
  bool has_file = false;
  for (int stream = 0; stream < 3; stream++) {
    streams->inner[stream] = -1;
    begin_relay(&streams->relays[stream], -1, -1, FROM_SOCKET);
    enum relay_way way = stream == STDIN_FILENO ? FROM_SOCKET : TO_SOCKET;
    if (is_socket(stream)) {
      if (open_stream(streams, stream, way, failure) != 0) return -1;
    } else if (is_output_file(stream, &files[stream])) {
      bool is_shared = has_file && files[STDERR_FILENO].st_dev == files[STDOUT_FILENO].st_dev &&
                       files[STDERR_FILENO].st_ino == files[STDOUT_FILENO].st_ino;
      has_file = true;
      if ((is_shared ? share_stream(streams, failure) : open_stream(streams, stream, TO_FILE, failure)) != 0) return -1;
    }
  }
  return 0;
}

static int open_memory(void) {
  int memory = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  return memory >= 0 ? memory : memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING); // before Linux 6.3
}

static bool write_whole(int fd, const unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t put = write(fd, bytes, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes += put;
    length -= (size_t)put;
  }
  return true;
}

// Less than was announced is what a host leaves that died on the way: no command may run on half its input.
static int copy_input(struct relay *relay, int memory, uint64_t length, struct failure *failure) {
  while (length > 0) {
    struct pollfd wait = {.fd = relay->from, .events = POLLIN};
    if (poll(&wait, 1, -1) < 0 && errno != EINTR) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot wait for the input");
    size_t most = length < RELAY_BUFFER ? (size_t)length : RELAY_BUFFER;
    ssize_t got = recv(relay->from, relay->buffer, most, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
    if (got <= 0)
      return refuse(failure, STAGE_LAUNCHER, got < 0 ? errno : 0, "Cannot read the input: it ended before its end");
    if (!write_whole(memory, relay->buffer, (size_t)got))
      return refuse(failure, STAGE_LAUNCHER, errno, "Cannot keep the input for the program");
    length -= (uint64_t)got;
  }
  return 0;
}

int keep_input(struct streams *streams, uint64_t length, struct failure *failure) {
  struct relay *relay = &streams->relays[STDIN_FILENO];
  if (relay->from < 0) return refuse(failure, STAGE_LAUNCHER, 0, "Cannot read the input: there is no stream for it");
  int memory = open_memory();
  if (memory < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot keep the input for the program");
  if (copy_input(relay, memory, length, failure) != 0) {
    (void)close(memory);
    return -1;
  }
  // The program can neither write through it nor give it to anybody who could.
  if (fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0 ||
      lseek(memory, 0, SEEK_SET) != 0) {
    int error = errno;
    (void)close(memory);
    return refuse(failure, STAGE_LAUNCHER, error, "Cannot keep the input for the program");
  }
  end_relay(relay);
  (void)close(streams->inner[STDIN_FILENO]);
  streams->inner[STDIN_FILENO] = memory;
  return 0;
}

void close_inner_streams(struct streams *streams) {
  for (int stream = 0; stream < 3; stream++) {
    if (streams->inner[stream] >= 0) (void)close(streams->inner[stream]);
    streams->inner[stream] = -1;
  }
  // Readers must see the end when the command is gone, not when this process is.
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 0; nothing >= 0 && stream < 3; stream++) (void)dup2(nothing, stream);
  if (nothing > 2) (void)close(nothing);
}

void close_outer_streams(struct streams *streams) {
  for (int stream = 0; stream < 3; stream++) end_relay(&streams->relays[stream]);
}
