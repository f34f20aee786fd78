// What the compiler calls instead of a function when it knows the size of the place that is written to.
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(size_t wanted, size_t room) {
  if (wanted > room) __builtin_trap();
}

void *__memcpy_chk(void *to, const void *from, size_t length, size_t room);
void *__memcpy_chk(void *to, const void *from, size_t length, size_t room) {
  check(length, room);
  return memcpy(to, from, length);
}

void *__memmove_chk(void *to, const void *from, size_t length, size_t room);
void *__memmove_chk(void *to, const void *from, size_t length, size_t room) {
  check(length, room);
  return memmove(to, from, length);
}

void *__memset_chk(void *to, int value, size_t length, size_t room);
void *__memset_chk(void *to, int value, size_t length, size_t room) {
  check(length, room);
  return memset(to, value, length);
}

int __vsnprintf_chk(char *text, size_t most, int flag, size_t room, const char *format, va_list list);
int __vsnprintf_chk(char *text, size_t most, int flag, size_t room, const char *format, va_list list) {
  (void)flag;
  check(most, room);
  return vsnprintf(text, most, format, list);
}

int __snprintf_chk(char *text, size_t most, int flag, size_t room, const char *format, ...);
int __snprintf_chk(char *text, size_t most, int flag, size_t room, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int length = __vsnprintf_chk(text, most, flag, room, format, list);
  va_end(list);
  return length;
}

int __dprintf_chk(int fd, int flag, const char *format, ...);
int __dprintf_chk(int fd, int flag, const char *format, ...) {
  char text[2048];
  (void)flag;
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  size_t left = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
  return write(fd, text, left) == (ssize_t)left ? length : -1;
}

int __poll_chk(struct pollfd *entries, nfds_t count, int milliseconds, size_t room);
int __poll_chk(struct pollfd *entries, nfds_t count, int milliseconds, size_t room) {
  check(count * sizeof *entries, room);
  return poll(entries, count, milliseconds);
}

ssize_t __read_chk(int fd, void *bytes, size_t length, size_t room);
ssize_t __read_chk(int fd, void *bytes, size_t length, size_t room) {
  check(length, room);
  return read(fd, bytes, length);
}

ssize_t __pread_chk(int fd, void *bytes, size_t length, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *bytes, size_t length, off_t at, size_t room) {
  check(length, room);
  return pread(fd, bytes, length, at);
}

ssize_t __recv_chk(int fd, void *bytes, size_t length, size_t room, int flags);
ssize_t __recv_chk(int fd, void *bytes, size_t length, size_t room, int flags) {
  check(length, room);
  return recv(fd, bytes, length, flags);
}

ssize_t __readlink_chk(const char *path, char *text, size_t length, size_t room);
ssize_t __readlink_chk(const char *path, char *text, size_t length, size_t room) {
  check(length, room);
  return readlink(path, text, length);
}

ssize_t __readlinkat_chk(int directory, const char *path, char *text, size_t length, size_t room);
ssize_t __readlinkat_chk(int directory, const char *path, char *text, size_t length, size_t room) {
  check(length, room);
  return readlinkat(directory, path, text, length);
}
