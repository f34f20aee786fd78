// Writes sentences about what went wrong. Knows nothing of who reads them.
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>

int refuse(struct failure *failure, enum stage stage, int error, const char *format, ...) {
  va_list words;
  failure->stage = (int)stage;
  failure->error = error;
  failure->hint[0] = '\0';
  va_start(words, format);
  (void)vsnprintf(failure->text, sizeof failure->text, format, words);
  va_end(words);
  return -1;
}

int advise(struct failure *failure, const char *format, ...) {
  va_list words;
  va_start(words, format);
  (void)vsnprintf(failure->hint, sizeof failure->hint, format, words);
  va_end(words);
  return -1;
}

// The words are those every C library has for them; macOS says them a little differently.
static const struct {
  int number;
  const char *name, *text;
} errors[] = {
    {EPERM, "EPERM", "Operation not permitted"},
    {ENOENT, "ENOENT", "No such file or directory"},
    {ESRCH, "ESRCH", "No such process"},
    {EINTR, "EINTR", "Interrupted system call"},
    {EIO, "EIO", "Input/output error"},
    {ENXIO, "ENXIO", "No such device or address"},
    {E2BIG, "E2BIG", "Argument list too long"},
    {ENOEXEC, "ENOEXEC", "Exec format error"},
    {EBADF, "EBADF", "Bad file descriptor"},
    {EAGAIN, "EAGAIN", "Resource temporarily unavailable"},
    {ENOMEM, "ENOMEM", "Cannot allocate memory"},
    {EACCES, "EACCES", "Permission denied"},
    {EFAULT, "EFAULT", "Bad address"},
    {EBUSY, "EBUSY", "Device or resource busy"},
    {EEXIST, "EEXIST", "File exists"},
    {EXDEV, "EXDEV", "Invalid cross-device link"},
    {ENODEV, "ENODEV", "No such device"},
    {ENOTDIR, "ENOTDIR", "Not a directory"},
    {EISDIR, "EISDIR", "Is a directory"},
    {EINVAL, "EINVAL", "Invalid argument"},
    {ENFILE, "ENFILE", "Too many open files in system"},
    {EMFILE, "EMFILE", "Too many open files"},
    {ETXTBSY, "ETXTBSY", "Text file busy"},
    {EFBIG, "EFBIG", "File too large"},
    {ENOSPC, "ENOSPC", "No space left on device"},
    {EROFS, "EROFS", "Read-only file system"},
    {EPIPE, "EPIPE", "Broken pipe"},
    {ENAMETOOLONG, "ENAMETOOLONG", "File name too long"},
    {ENOSYS, "ENOSYS", "Function not implemented"},
    {ELOOP, "ELOOP", "Too many levels of symbolic links"},
    {EPROTO, "EPROTO", "Protocol error"},
    {EUSERS, "EUSERS", "Too many users"},
    {ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket"},
    {ESTALE, "ESTALE", "Stale file handle"},
    {EDQUOT, "EDQUOT", "Disk quota exceeded"},
    {EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported"},
    {EMSGSIZE, "EMSGSIZE", "Message too long"},
    {ENOTEMPTY, "ENOTEMPTY", "Directory not empty"},
    {ECONNREFUSED, "ECONNREFUSED", "Connection refused"},
    {EOVERFLOW, "EOVERFLOW", "Value too large for defined data type"},
#ifdef ELIBBAD
    {ELIBBAD, "ELIBBAD", "Accessing a corrupted shared library"},
    {ELIBACC, "ELIBACC", "Can not access a needed shared library"},
#endif
};

const char *error_text(int error) {
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
    if (errors[i].number == error) return errors[i].text;
  }
  return errno_name(error);
}

const char *errno_name(int error) {
  static char unnamed[16];
  if (error == 0) return "";
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
    if (errors[i].number == error) return errors[i].name;
  }
  (void)snprintf(unnamed, sizeof unnamed, "E%d", error);
  return unnamed;
}
