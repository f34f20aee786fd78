// A reader of a terminal cannot tell "nothing more will come" from "nothing more has come yet": when the last process
// closes it, what the kernel still holds may be thrown away. So this process keeps it open, writes a mark that only
// the host knows, and leaves when the host has seen it.
//
// The program stays in this process's own group. Its group is then an orphaned one, so Ctrl-Z cannot stop a program
// that no shell could ever continue; a shell makes groups of its own and has job control as always.
#include "run/keep_pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// As a terminal emulator sets one up: characters are erased whole, and any key goes on after Ctrl-S.
static void set_habits(void) {
  struct termios state;
  if (tcgetattr(STDIN_FILENO, &state) != 0) return;
  state.c_iflag |= (tcflag_t)(BRKINT | ICRNL | IXON | IXANY | IMAXBEL);
#ifdef IUTF8
  state.c_iflag |= (tcflag_t)IUTF8;
#endif
  state.c_cflag |= (tcflag_t)HUPCL;
  (void)tcsetattr(STDIN_FILENO, TCSANOW, &state);
}

bool lead_terminal(void) {
  return ioctl(STDIN_FILENO, TIOCSCTTY, 0) == 0;
}

int keep_terminal(struct failure *failure) {
  if (!isatty(STDIN_FILENO)) return refuse(failure, STAGE_LAUNCHER, ENOTTY, "Cannot keep the terminal: there is none");
  if (!lead_terminal())
    return refuse(failure, STAGE_LAUNCHER, errno, "Cannot lead the terminal: the host must start a session for it");
  set_habits();
  int terminal = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (terminal < 0) return refuse(failure, STAGE_LAUNCHER, errno, "Cannot keep the terminal");
  static const int typed[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) (void)signal(typed[i], SIG_IGN);
  return terminal;
}

// Whatever state the program left: output stopped by Ctrl-S, translation on, the terminal non-blocking.
static void free_output(int terminal) {
  struct termios state;
  if (tcgetattr(terminal, &state) == 0) {
    state.c_iflag &= ~(tcflag_t)IXON; // clearing it restarts what Ctrl-S stopped
    state.c_oflag &= ~(tcflag_t)OPOST;
    state.c_lflag &= ~(tcflag_t)TOSTOP;
    (void)tcsetattr(terminal, TCSANOW, &state);
  }
  (void)tcflow(terminal, TCOON);
  int flags = fcntl(terminal, F_GETFL);
  if (flags >= 0) (void)fcntl(terminal, F_SETFL, flags | O_NONBLOCK);
}

// Waits until the terminal takes more or the host says something. False when the host is gone.
static bool wait_for(int terminal, struct channel *channel, bool *released) {
  struct pollfd entries[] = {{.fd = terminal, .events = POLLOUT}, {.fd = channel->fd, .events = POLLIN}};
  if (poll(entries, 2, -1) < 0) return errno == EINTR;
  if (entries[1].revents == 0) return true;
  struct host_command command = {0};
  enum host_word word = read_host(channel, &command);
  if (word == HOST_SAID_RELEASE) *released = true;
  return word != HOST_IS_GONE;
}

bool end_terminal(int terminal, const struct policy *policy, struct channel *channel) {
  size_t written = 0;
  bool released = false;
  free_output(terminal);
  while (!released && written < policy->end_mark_length) {
    ssize_t put = write(terminal, policy->end_mark + written, policy->end_mark_length - written);
    if (put > 0) written += (size_t)put;
    else if (put < 0 && errno != EAGAIN && errno != EINTR) return false; // the other side is closed
    else if (!wait_for(terminal, channel, &released)) return false;
  }
  while (!released) {
    if (!wait_for(-1, channel, &released)) return false;
  }
  return true;
}
