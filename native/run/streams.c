// Decides for each standard stream whether it needs a pipe.
#include "run/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
