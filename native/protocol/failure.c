// Writes sentences about what went wrong. Knows nothing of who reads them.
#include "protocol/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>

int refuse(struct failure *failure, enum stage stage, int error, const char *format, ...) {
  va_list words;
  failure->stage = (int)stage;
  failure->error = error;
  failure->hint[0] = '\0';
  failure->lacks_namespaces = false;
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

int lack_namespaces(struct failure *failure) {
  failure->lacks_namespaces = true;
  return -1;
}

static const struct {
  int number;
  const char *name;
} names[] = {
    {EPERM, "EPERM"},       {ENOENT, "ENOENT"},     {ESRCH, "ESRCH"},       {EINTR, "EINTR"},
    {EIO, "EIO"},           {ENXIO, "ENXIO"},       {E2BIG, "E2BIG"},       {ENOEXEC, "ENOEXEC"},
    {EBADF, "EBADF"},       {EAGAIN, "EAGAIN"},     {ENOMEM, "ENOMEM"},     {EACCES, "EACCES"},
    {EFAULT, "EFAULT"},     {EBUSY, "EBUSY"},       {EEXIST, "EEXIST"},     {EXDEV, "EXDEV"},
    {ENODEV, "ENODEV"},     {ENOTDIR, "ENOTDIR"},   {EISDIR, "EISDIR"},     {EINVAL, "EINVAL"},
    {ENFILE, "ENFILE"},     {EMFILE, "EMFILE"},     {ETXTBSY, "ETXTBSY"},   {EFBIG, "EFBIG"},
    {ENOSPC, "ENOSPC"},     {EROFS, "EROFS"},       {EPIPE, "EPIPE"},       {ENAMETOOLONG, "ENAMETOOLONG"},
    {ENOSYS, "ENOSYS"},     {ELOOP, "ELOOP"},       {EPROTO, "EPROTO"},     {EUSERS, "EUSERS"},
    {ENOTSOCK, "ENOTSOCK"}, {ESTALE, "ESTALE"},     {EDQUOT, "EDQUOT"},     {EOPNOTSUPP, "EOPNOTSUPP"},
    {EMSGSIZE, "EMSGSIZE"}, {ENOTEMPTY, "ENOTEMPTY"}, {ECONNREFUSED, "ECONNREFUSED"}, {EOVERFLOW, "EOVERFLOW"},
#ifdef ELIBBAD
    {ELIBBAD, "ELIBBAD"},   {ELIBACC, "ELIBACC"},
#endif
};

const char *errno_name(int error) {
  static char unnamed[16];
  if (error == 0) return "";
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].number == error) return names[i].name;
  }
  (void)snprintf(unnamed, sizeof unnamed, "E%d", error);
  return unnamed;
}
