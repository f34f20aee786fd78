/* Preloaded into the bash that reads generated scripts: whatever it tries to start is written down instead, and
 * nothing outside its own memory can be changed. Every layer here must hold by itself; see canaries in oracle.ts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

extern char **environ;

/* A number no script will think of; a script that takes it away only loses its own record. */
static int record_fd = 198;
static int status;
/* Programs in this directory are really started, with this library again: shells inside shells. Unset: none. */
static const char *pass;
/* What every program here must keep in its environment, as it was at the start. */
static char *control[16];
static size_t controls;
/* Whose script this is, for a program such as `env -` that has emptied its environment since. */
static const char *first_index;

__attribute__((constructor)) static void learn_from_environment(void) {
  for (char **entry = environ; *entry != NULL; entry++) {
    int is_control = strncmp(*entry, "LD_PRELOAD=", 11) == 0 || strncmp(*entry, "PATH=", 5) == 0 ||
                     strncmp(*entry, "CORDON_ORACLE_", 14) == 0;
    if (is_control && controls < 12) control[controls++] = strdup(*entry);
    if (strncmp(*entry, "CORDON_ORACLE_STATUS=", 21) == 0) status = atoi(*entry + 21);
    if (strncmp(*entry, "CORDON_ORACLE_FD=", 17) == 0) record_fd = atoi(*entry + 17);
    if (strncmp(*entry, "CORDON_ORACLE_PASS=", 19) == 0) pass = strdup(*entry + 19);
    if (strncmp(*entry, "CORDON_ORACLE_INDEX=", 20) == 0) first_index = strdup(*entry + 20);
  }
}

/* What a command is given to read as assignments: the names the generators assign. */
static int is_generated(const char *entry) {
  static const char *const names[] = {"CI=", "NODE_ENV=", "V1=", "V_2="};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(entry, names[i], strlen(names[i])) == 0) return 1;
  return 0;
}

/* dash hands its variables to execve alone. */
static const char *script_index(char *const envp[]) {
  static const char name[] = "CORDON_ORACLE_INDEX=";
  if (pass == NULL || envp == NULL) return NULL;
  for (char *const *entry = envp; *entry != NULL; entry++)
    if (strncmp(*entry, name, sizeof name - 1) == 0) return *entry + sizeof name - 1;
  const char *now = getenv("CORDON_ORACLE_INDEX");
  return now == NULL ? first_index : now;
}

/* One record in one write: The kind, the number of words, then each word, all ended by NUL. Behind "S" and the number of
 * the script where its driver tells it. */
static void record(const char *kind, char *const argv[], char *const envp[]) {
  static const char private_path[] = "/cordon-oracle/record";
  static char buffer[1 << 20];
  size_t used = 0;
  int first = argv[0] != NULL && strcmp(argv[0], private_path) == 0 ? 1 : 0;
  int count = 0;
  while (argv[first + count] != NULL) count++;
  const char *index = script_index(envp);
  if (index != NULL) used += (size_t)snprintf(buffer, 32, "S%c%.16s%c", 0, index, 0);
  used += (size_t)snprintf(buffer + used, sizeof buffer - used, "%s%c%d%c", kind, 0, count, 0);
  for (int i = 0; i < count; i++) {
    size_t length = strlen(argv[first + i]) + 1;
    if (used + length > sizeof buffer) break;
    memcpy(buffer + used, argv[first + i], length);
    used += length;
  }
  for (size_t done = 0; done < used;) {
    ssize_t wrote = write(record_fd, buffer + done, used - done);
    if (wrote <= 0) break;
    done += (size_t)wrote;
  }
}

/* Whatever environment the script made: a program that is let through never loses this library. */
static void let_through(const char *path, char *const argv[], char *const envp[]) {
  static char index[40];
  const char *now = script_index(envp);
  if (now != NULL) {
    snprintf(index, sizeof index, "CORDON_ORACLE_INDEX=%.16s", now);
    control[controls] = index;
    control[controls + 1] = NULL;
  }
  syscall(SYS_execve, path, argv, control);
  _exit(127);
}

static int instead_of_exec(const char *path, char *const argv[], char *const envp[]) {
  static char found[4096];
  if (pass != NULL && path != NULL) {
    const char *name = strrchr(path, '/');
    name = name == NULL ? path : name + 1;
    int length = snprintf(found, sizeof found, "%s/%s", pass, name);
    int is_ours = strchr(path, '/') == NULL || strncmp(path, pass, strlen(pass)) == 0;
    struct stat about;
    if (is_ours && length > 0 && (size_t)length < sizeof found && lstat(found, &about) == 0 && S_ISLNK(about.st_mode))
      let_through(found, argv, envp);
  }
  char *carried[16] = {NULL};
  int count = 0;
  for (char *const *entry = envp; pass == NULL && entry != NULL && *entry != NULL && count < 15; entry++)
    if (is_generated(*entry)) carried[count++] = *entry;
  if (count > 0) record("E", carried, envp);
  record("C", argv, envp);
  _exit(status);
}

static int denied(int error) {
  errno = error;
  return -1;
}

int execve(const char *path, char *const argv[], char *const envp[]) {
  return instead_of_exec(path, argv, envp);
}
int execv(const char *path, char *const argv[]) {
  return instead_of_exec(path, argv, environ);
}
int execvp(const char *file, char *const argv[]) {
  return instead_of_exec(file, argv, environ);
}
int execvpe(const char *file, char *const argv[], char *const envp[]) {
  return instead_of_exec(file, argv, envp);
}
int fexecve(int fd, char *const argv[], char *const envp[]) {
  (void)fd;
  return instead_of_exec(NULL, argv, envp);
}
int execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags) {
  (void)fd, (void)path, (void)flags;
  return instead_of_exec(NULL, argv, envp);
}
int posix_spawn(pid_t *pid, const char *path, const void *actions, const void *attributes, char *const argv[],
                char *const envp[]) {
  (void)pid, (void)path, (void)actions, (void)attributes;
  record("C", argv, envp);
  return EPERM;
}
int posix_spawnp(pid_t *pid, const char *file, const void *actions, const void *attributes, char *const argv[],
                 char *const envp[]) {
  return posix_spawn(pid, file, actions, attributes, argv, envp);
}

/* Files: what a script opens is written down, and leads to /dev/null both ways. Before the record is in its place the
 * shell is still starting, and reads what it is told to read. */
static int writes(int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) != 0; }
static int harmless(const char *path) { return strcmp(path, "/dev/null") == 0 || strcmp(path, "/dev/tty") == 0; }

static int open_at(int directory, const char *path, int flags, mode_t mode) {
  int is_started = fcntl(record_fd, F_GETFD) != -1;
  if (!is_started || pass != NULL) {
    if (writes(flags) && !harmless(path)) return denied(EACCES);
    return (int)syscall(SYS_openat, directory, path, flags, mode);
  }
  const char *way = (flags & O_APPEND) != 0 ? "append" : (flags & O_ACCMODE) == O_RDONLY ? "read" : "write";
  char *const words[] = {(char *)way, (char *)path, NULL};
  record("O", words, NULL);
  return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", (flags & O_ACCMODE) | (flags & O_CLOEXEC), 0);
}
#define MODE_ARGUMENT(mode)            \
  mode_t mode = 0;                     \
  if ((flags & O_CREAT) != 0) {        \
    va_list rest;                      \
    va_start(rest, flags);             \
    mode = (mode_t)va_arg(rest, int);  \
    va_end(rest);                      \
  }
int open(const char *path, int flags, ...) {
  MODE_ARGUMENT(mode)
  return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE_ARGUMENT(mode)
  return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int directory, const char *path, int flags, ...) {
  MODE_ARGUMENT(mode)
  return open_at(directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) {
  MODE_ARGUMENT(mode)
  return open_at(directory, path, flags | O_LARGEFILE, mode);
}
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* Everything else a builtin could do to the world. */
int unlink(const char *path) { return (void)path, denied(EPERM); }
int unlinkat(int directory, const char *path, int flags) { return (void)directory, (void)path, (void)flags, denied(EPERM); }
int rename(const char *from, const char *to) { return (void)from, (void)to, denied(EPERM); }
int mkdir(const char *path, mode_t mode) { return (void)path, (void)mode, denied(EPERM); }
int rmdir(const char *path) { return (void)path, denied(EPERM); }
int link(const char *from, const char *to) { return (void)from, (void)to, denied(EPERM); }
int symlink(const char *from, const char *to) { return (void)from, (void)to, denied(EPERM); }
int truncate(const char *path, off_t length) { return (void)path, (void)length, denied(EPERM); }
int chmod(const char *path, mode_t mode) { return (void)path, (void)mode, denied(EPERM); }
int chown(const char *path, uid_t user, gid_t group) { return (void)path, (void)user, (void)group, denied(EPERM); }
int connect(int fd, const struct sockaddr *address, socklen_t length) {
  return (void)fd, (void)address, (void)length, denied(EPERM);
}
int kill(pid_t pid, int signal) { return (void)pid, (void)signal, denied(EPERM); }
int killpg(pid_t group, int signal) { return (void)group, (void)signal, denied(EPERM); }
