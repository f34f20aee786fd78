// The same on every system: nothing here knows of sandboxes.
#include "run/execute.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int enter_directory(const struct policy *policy, struct failure *failure) {
  if (chdir(policy->cwd) == 0) return 0;
  return refuse(failure, STAGE_CHDIR, errno, "Cannot enter %s: %s", policy->cwd, strerror(errno));
}

static void execute_file(const char *path, const struct policy *policy) {
  (void)execve(path, policy->argv, policy->env);
  if (errno != ENOEXEC) return;
  // A script without a first line that names its interpreter is one for the shell, as every shell and libc has it.
  size_t count = 0;
  while (policy->argv[count] != NULL) count++;
  char **argv = calloc(count + 2, sizeof *argv);
  if (argv == NULL) return;
  argv[0] = (char *)(uintptr_t)"/bin/sh";
  argv[1] = (char *)(uintptr_t)path;
  memcpy(argv + 2, policy->argv + 1, count * sizeof *argv);
  (void)execve(argv[0], argv, policy->env);
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
