// The same on every system: nothing here knows of sandboxes.
#include "run/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A directory may be one to pass through and not to list.
#ifdef O_PATH
enum { SEARCH_ONLY = O_PATH };
#elif defined(O_SEARCH)
enum { SEARCH_ONLY = O_SEARCH };
#else
enum { SEARCH_ONLY = O_RDONLY };
#endif

static void make_default(int signal) {
  struct sigaction plain;
  memset(&plain, 0, sizeof plain);
  plain.sa_handler = SIG_DFL;
  (void)sigaction(signal, &plain, NULL);
}

void reset_signals(void) {
  for (int signal = 1; signal < NSIG; signal++) make_default(signal);
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void release_signals(void) {
  static const int ignored[] = {SIGPIPE, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) make_default(ignored[i]);
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int cannot_enter(const struct policy *policy, struct failure *failure) {
  return refuse(failure, STAGE_CHDIR, errno, "Cannot enter %s: %s", policy->cwd, strerror(errno));
}

int refuse_other_directory(const struct policy *policy, struct failure *failure) {
  (void)refuse(failure, STAGE_CHDIR, ESTALE, "Cannot enter %s: it is another directory now than when the command was asked for",
               policy->cwd);
  return advise(failure, "Ask for it again, if that is what you want");
}

// By what it is, not by what it is called: since somebody was asked, a link may have taken its name.
int open_directory(const struct policy *policy, struct failure *failure) {
  struct stat found;
  int place = open(policy->cwd, SEARCH_ONLY | O_DIRECTORY | O_CLOEXEC);
  if (place < 0) return cannot_enter(policy, failure);
  if (!policy->has_cwd_identity) return place;
  if (fstat(place, &found) == 0 && found.st_dev == (dev_t)policy->cwd_device && found.st_ino == (ino_t)policy->cwd_inode)
    return place;
  (void)close(place);
  return refuse_other_directory(policy, failure);
}

int enter_directory(const struct policy *policy, struct failure *failure) {
  int place = open_directory(policy, failure);
  if (place < 0) return -1;
  int entered = fchdir(place) == 0 ? 0 : cannot_enter(policy, failure);
  (void)close(place);
  return entered;
}

static void execute_file(const char *path, const struct policy *policy) {
  (void)execve(path, policy->argv, policy->env);
  if (errno != ENOEXEC) return;
  // A script without a first line that names its interpreter is one for the shell that started it, and that is bash: its
  // scripts say so by what they use. Where there is none, libc's answer.
  size_t count = 0;
  while (policy->argv[count] != NULL) count++;
  char **argv = calloc(count + 2, sizeof *argv);
  if (argv == NULL) return;
  static const char *const shells[] = {"/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/bin/sh"};
  argv[1] = (char *)(uintptr_t)path;
  memcpy(argv + 2, policy->argv + 1, count * sizeof *argv);
  for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
    argv[0] = (char *)(uintptr_t)shells[i];
    (void)execve(argv[0], argv, policy->env);
  }
  free(argv);
}

static const char *search_path(const struct policy *policy) {
  for (char **variable = policy->env; *variable != NULL; variable++) {
    if (strncmp(*variable, "PATH=", 5) == 0) return *variable + 5;
  }
  return "/usr/local/bin:/usr/bin:/bin";
}

// The search of execvp(3), with the command's own PATH: a file that may not be executed is remembered, the rest of
// the path still gets its chance.
static void search_and_execute(const struct policy *policy) {
  const char *name = policy->argv[0];
  bool forbidden = false;
  for (const char *directory = search_path(policy);;) {
    char path[PATH_MAX];
    size_t length = strcspn(directory, ":");
    int needed = snprintf(path, sizeof path, "%.*s%s%s", (int)length, directory, length > 0 ? "/" : "", name);
    if (needed > 0 && (size_t)needed < sizeof path) {
      execute_file(path, policy);
      if (errno == EACCES) forbidden = true;
      else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != ENAMETOOLONG) return;
    }
    if (directory[length] == '\0') break;
    directory += length + 1;
  }
  errno = forbidden ? EACCES : ENOENT;
}

int execute(const struct policy *policy, struct failure *failure) {
  if (strchr(policy->argv[0], '/') != NULL) execute_file(policy->argv[0], policy);
  else search_and_execute(policy);
  int error = errno;
  return refuse(failure, STAGE_EXEC, error, "Cannot execute %.200s: %s", policy->argv[0], strerror(error));
}
