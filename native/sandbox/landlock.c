// Builds one ruleset with every right the kernel's ABI knows. Rights that are handled and not granted are denied, so
// a right this file forgets to handle would be a hole: the ladder below is the whole list, newest last.
#include "sandbox/landlock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protect/entries.h"
#include "sandbox/roots.h"

// Kernel headers are older than kernels: the numbers are the stable ABI, written out here.
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_MAKE_CHAR (UINT64_C(1) << 6)
#define FS_MAKE_BLOCK (UINT64_C(1) << 11)
#define FS_MAKE_ANYTHING (UINT64_C(0x7f) << 6) // bits 6 to 12
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define FS_RESOLVE_UNIX (UINT64_C(1) << 16)
#define NET_TCP_ALL UINT64_C(3)
#define SCOPE_ALL UINT64_C(3)

#define FS_READ (FS_EXECUTE | FS_READ_FILE | FS_READ_DIR)
#define FS_FOR_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attributes {
  uint64_t handled_fs;
  uint64_t handled_net;
  uint64_t scoped;
};

struct path_beneath {
  uint64_t allowed;
  int32_t parent_fd;
} __attribute__((packed));

int landlock_abi(void) {
  long abi = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
  return abi < 0 ? 0 : (int)abi;
}

static uint64_t file_rights(int abi) {
  uint64_t rights = (UINT64_C(1) << 13) - 1; // ABI 1: bits 0 to 12
  if (abi >= 2) rights |= UINT64_C(1) << 13; // REFER
  if (abi >= 3) rights |= FS_TRUNCATE;
  if (abi >= 5) rights |= FS_IOCTL_DEV;
  if (abi >= 9) rights |= FS_RESOLVE_UNIX;
  return rights;
}

static int allow(int ruleset, int fd, uint64_t rights, struct failure *failure) {
  struct stat status;
  if (fstat(fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect a path of the sandbox");
  if (!S_ISDIR(status.st_mode)) rights &= FS_FOR_FILES;
  struct path_beneath rule = {.allowed = rights, .parent_fd = fd};
  if (syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot add a Landlock rule");
  return 0;
}

// A device or mount that this host does not have needs no rule.
static int allow_path(int ruleset, const char *path, uint64_t rights, struct failure *failure) {
  int fd = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return 0;
  int result = allow(ruleset, fd, rights, failure);
  (void)close(fd);
  return result;
}

static int allow_devices(int ruleset, const struct landlock_view *view, uint64_t handled, struct failure *failure) {
  static const char *const harmless[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                         "/dev/random", "/dev/urandom", "/dev/tty"};
  uint64_t use = (FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV) & handled;
  if (view->private_mounts) return allow_path(ruleset, "/dev", use, failure);
  for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
    if (allow_path(ruleset, harmless[i], use, failure) != 0) return -1;
  }
  return 0;
}

// Rights count for what is below, too: the top of the root has fewer, and each directory in it has all of them. What is
// there can be changed and removed, which makes room.
static int allow_full_root(int ruleset, int root, uint64_t rights, struct failure *failure) {
  struct entries entries;
  int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || !read_entries(&entries, fd)) return refuse(failure, STAGE_SANDBOX, errno, "Cannot look into a writable root");
  int result = allow(ruleset, root, rights & ~FS_MAKE_ANYTHING, failure);
  for (const struct entry *entry; result == 0 && (entry = next_entry(&entries)) != NULL;) {
    if (entry->type != DT_DIR && entry->type != DT_UNKNOWN) continue;
    int below = open_exact(root, entry->name);
    if (below < 0 && is_gone(errno)) continue;
    if (below < 0) result = refuse(failure, STAGE_SANDBOX, errno, "Cannot open a directory of a writable root");
    else result = allow(ruleset, below, rights, failure);
    if (below >= 0) (void)close(below);
  }
  if (result == 0 && entries.error != 0) result = refuse(failure, STAGE_SANDBOX, entries.error, "Cannot look into a writable root");
  forget_entries(&entries);
  return result;
}

// Device nodes inside a root would be doors to hardware; nothing a developer does needs to make or drive one there.
static int allow_roots(int ruleset, const struct policy *policy, const struct landlock_view *view, uint64_t handled,
                       struct failure *failure) {
  uint64_t everything = handled & ~(FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV | FS_RESOLVE_UNIX);
  for (size_t i = 0; i < policy->root_count; i++) {
    if (view->root_fds[i] < 0) continue;
    bool is_full = view->full != NULL && view->full[i];
    int root = view->root_fds[i];
    if ((is_full ? allow_full_root(ruleset, root, everything, failure) : allow(ruleset, root, everything, failure)) != 0) return -1;
  }
  if (view->private_mounts && allow_path(ruleset, "/dev/shm", everything, failure) != 0) return -1;
  if (view->private_tmp && allow_path(ruleset, "/tmp", everything, failure) != 0) return -1;
  return 0;
}

static void record_gaps(int abi, const struct landlock_view *view, struct enforcement *enforcement) {
  if (view->private_mounts) return; // namespaces cover what an old ABI does not
  if (abi < 3)
    add_gap(enforcement, RESTRICT_FILE_WRITE, "Landlock ABI %d cannot stop truncate(2); ABI 3 (Linux 6.2) can", abi);
  if (abi < 6)
    add_gap(enforcement, RESTRICT_PROCESSES, "Landlock ABI %d cannot scope signals; ABI 6 (Linux 6.12) can", abi);
}

int restrict_with_landlock(const struct policy *policy, const struct landlock_view *view,
                           struct enforcement *enforcement, struct failure *failure) {
  int abi = landlock_abi();
  if (abi == 0) {
    const char *why = errno == EOPNOTSUPP ? "it is switched off at boot" : "this kernel has none";
    int error = errno;
    if (!policy->best_effort || !view->private_mounts || view->full != NULL) {
      (void)refuse(failure, STAGE_SANDBOX, error, "Cannot sandbox the command: Landlock is missing, %s", why);
      return advise(failure, "Use Linux 5.13 or newer with landlock in the lsm= list");
    }
    add_gap(enforcement, RESTRICT_FILE_WRITE, "Landlock is missing, %s; only mounts hold writes back", why);
    return 0;
  }
  struct ruleset_attributes attributes = {
      .handled_fs = file_rights(abi),
      .handled_net = abi >= 4 && !policy->network && !view->private_network ? NET_TCP_ALL : 0,
      .scoped = abi >= 6 ? SCOPE_ALL : 0,
  };
  int ruleset = (int)syscall(CREATE_RULESET, &attributes, sizeof attributes, 0);
  if (ruleset < 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot create the Landlock ruleset");
  uint64_t handled = attributes.handled_fs;
  if (allow_path(ruleset, "/", FS_READ & handled, failure) != 0 ||
      allow_devices(ruleset, view, handled, failure) != 0 ||
      allow_roots(ruleset, policy, view, handled, failure) != 0)
    return -1;
  if (syscall(RESTRICT_SELF, ruleset, 0) != 0)
    return refuse(failure, STAGE_SANDBOX, errno, "Cannot enter the Landlock sandbox");
  (void)close(ruleset);
  enforcement->layers |= LAYER_LANDLOCK;
  enforcement->landlock_abi = (uint32_t)abi;
  record_gaps(abi, view, enforcement);
  return 0;
}
