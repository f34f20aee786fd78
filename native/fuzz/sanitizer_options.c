// Part of the sanitized build only. The launch server is started with no environment and with nothing to say it to, and
// is replaced without a word when it ends: what a sanitizer finds in it goes to a file that is compiled in.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const char *__asan_default_options(void);

// A sandboxed process cannot be searched for leaks: that takes tracing itself from a thread in another session.
const char *__asan_default_options(void) { return "detect_leaks=0"; }

__attribute__((constructor)) static void keep_findings(void) {
  struct stat status;
  if (fstat(STDERR_FILENO, &status) != 0 || status.st_rdev != makedev(1, 3)) return; // somebody listens
  int findings = open(CORDON_FINDINGS, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (findings < 0) return;
  (void)dup2(findings, STDERR_FILENO);
  (void)close(findings);
}
