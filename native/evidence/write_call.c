#include "evidence/write_call.h"

#include <sys/syscall.h>

// Newer than many a libc, and the same on every architecture.
enum { NR_fchmodat2 = 452, NR_setxattrat = 463, NR_removexattrat = 466 };

#define NONE (-1)
#define PLACE(directory, path, flags) directory, path, flags, NONE, NONE

const struct write_call write_calls[] = {
    {SYS_openat, "openat", WRITE_OPEN, PLACE(0, 1, 2), 3, false},
    {SYS_truncate, "truncate", WRITE_CONTENT, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_mkdirat, "mkdirat", WRITE_NEW_NAME, PLACE(0, 1, NONE), NONE, false},
    {SYS_mknodat, "mknodat", WRITE_NEW_NAME, PLACE(0, 1, NONE), 2, false},
    {SYS_symlinkat, "symlinkat", WRITE_NEW_NAME, PLACE(1, 2, NONE), NONE, false},
    {SYS_linkat, "linkat", WRITE_NEW_NAME, PLACE(2, 3, NONE), NONE, false},
    {SYS_unlinkat, "unlinkat", WRITE_OLD_NAME, PLACE(0, 1, NONE), NONE, false},
    {SYS_renameat, "renameat", WRITE_RENAME, 0, 1, NONE, 2, 3, NONE, false},
    {SYS_renameat2, "renameat2", WRITE_RENAME, 0, 1, NONE, 2, 3, NONE, false},
    {SYS_fchmod, "fchmod", WRITE_METADATA, PLACE(0, NONE, NONE), 1, false},
    {SYS_fchmodat, "fchmodat", WRITE_METADATA, PLACE(0, 1, NONE), 2, false},
    {NR_fchmodat2, "fchmodat2", WRITE_METADATA, PLACE(0, 1, 3), 2, false},
    {SYS_fchown, "fchown", WRITE_METADATA, PLACE(0, NONE, NONE), NONE, false},
    {SYS_fchownat, "fchownat", WRITE_METADATA, PLACE(0, 1, 4), NONE, false},
    {SYS_utimensat, "utimensat", WRITE_METADATA, PLACE(0, 1, 3), NONE, false},
    {SYS_setxattr, "setxattr", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_lsetxattr, "lsetxattr", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, true},
    {SYS_fsetxattr, "fsetxattr", WRITE_METADATA, PLACE(0, NONE, NONE), NONE, false},
    {SYS_removexattr, "removexattr", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_lremovexattr, "lremovexattr", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, true},
    {SYS_fremovexattr, "fremovexattr", WRITE_METADATA, PLACE(0, NONE, NONE), NONE, false},
    {NR_setxattrat, "setxattrat", WRITE_METADATA, PLACE(0, 1, 2), NONE, false},
    {NR_removexattrat, "removexattrat", WRITE_METADATA, PLACE(0, 1, 2), NONE, false},
#if defined(__x86_64__)
    {SYS_open, "open", WRITE_OPEN, PLACE(NONE, 0, 1), 2, false},
    {SYS_creat, "creat", WRITE_CREAT, PLACE(NONE, 0, NONE), 1, false},
    {SYS_mkdir, "mkdir", WRITE_NEW_NAME, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_mknod, "mknod", WRITE_NEW_NAME, PLACE(NONE, 0, NONE), 1, false},
    {SYS_symlink, "symlink", WRITE_NEW_NAME, PLACE(NONE, 1, NONE), NONE, false},
    {SYS_link, "link", WRITE_NEW_NAME, PLACE(NONE, 1, NONE), NONE, false},
    {SYS_unlink, "unlink", WRITE_OLD_NAME, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_rmdir, "rmdir", WRITE_OLD_NAME, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_rename, "rename", WRITE_RENAME, NONE, 0, NONE, NONE, 1, NONE, false},
    {SYS_chmod, "chmod", WRITE_METADATA, PLACE(NONE, 0, NONE), 1, false},
    {SYS_chown, "chown", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_lchown, "lchown", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, true},
    {SYS_utime, "utime", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_utimes, "utimes", WRITE_METADATA, PLACE(NONE, 0, NONE), NONE, false},
    {SYS_futimesat, "futimesat", WRITE_METADATA, PLACE(0, 1, NONE), NONE, false},
#endif
};

const size_t write_call_count = sizeof write_calls / sizeof write_calls[0];

const struct write_call *find_write_call(int number) {
  for (size_t i = 0; i < write_call_count; i++) {
    if (write_calls[i].number == number) return &write_calls[i];
  }
  return NULL;
}
