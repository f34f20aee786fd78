// The order is the design: copies of what stays writable are taken first, then the whole tree is made read-only, then
// the copies are put back on top. Where a step fails, nothing has been opened yet.
#include "sandbox/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "protect/hold_places.h"
#include "sandbox/hide_paths.h"
#include "sandbox/kernel_view.h"
#include "sandbox/layers.h"
#include "sandbox/mounts.h"
#include "sandbox/private_devices.h"
#include "sandbox/roots.h"

struct builder {
  struct view *view;
  const struct policy *policy;
  const struct plan *plan;
  struct failure *failure;
  struct device_copies devices;
  int cwd_copy;
  struct holder holder;
  struct kernel_copies kernel;
};

static int fail(struct builder *builder, const char *what) {
  int error = errno;
  return refuse(builder->failure, STAGE_SANDBOX, error, "Cannot %s: %s", what, strerror(error));
}

static int fail_at(struct builder *builder, const char *what, const char *path) {
  int error = errno;
  return refuse(builder->failure, STAGE_SANDBOX, error, "Cannot %s %s: %s", what, path, strerror(error));
}

static bool is_same(int fd, dev_t device, ino_t inode) {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static bool needs_pins(const struct plan *plan, size_t root) {
  for (size_t i = 0; i < plan->count; i++) {
    if (plan->places[i].root == root && plan->places[i].kind == PLACE_PINNED) return true;
  }
  return false;
}

static int copy_roots(struct builder *builder) {
  for (size_t i = 0; i < builder->policy->root_count; i++) {
    const struct planned_root *planned = &builder->plan->roots[i];
    const char *path = builder->policy->roots[i].path;
    builder->view->root_fds[i] = builder->view->lower_fds[i] = builder->view->hidden_fds[i] = -1;
    if (planned->outer != i) continue;
    int place = open_exact(-1, path);
    if (place < 0) return fail_at(builder, "open writable root", path);
    if (!is_same(place, planned->device, planned->inode))
      return refuse(builder->failure, STAGE_SANDBOX, 0, "Cannot open writable root %s: it was replaced", path);
    const struct layered_root *layer = layer_of(builder->policy, i);
    if (layer != NULL) {
      builder->view->root_fds[i] = mount_layer(layer, place, builder->failure);
      builder->view->lower_fds[i] = place;
      if (builder->view->root_fds[i] < 0) return -1;
      continue;
    }
    builder->view->root_fds[i] = clone_mount(place);
    if (needs_pins(builder->plan, i)) builder->view->hidden_fds[i] = clone_mount(place);
    (void)close(place);
    if (builder->view->root_fds[i] < 0 || (needs_pins(builder->plan, i) && builder->view->hidden_fds[i] < 0))
      return fail_at(builder, "copy the mount of", path);
  }
  return 0;
}

// A private /tmp would hide the directory the command starts in.
static int copy_directory_in_tmp(struct builder *builder) {
  builder->cwd_copy = -1;
  const char *cwd = builder->policy->cwd;
  if (!builder->policy->private_tmp || !lies_in(cwd, "/tmp") || cwd[4] == '\0') return 0;
  for (size_t i = 0; i < builder->policy->root_count; i++) {
    if (lies_in(cwd, builder->policy->roots[i].path)) return 0;
  }
  int place = open_exact(-1, cwd);
  if (place < 0) return 0; // chdir will say why
  builder->cwd_copy = clone_mount(place);
  (void)close(place);
  if (builder->cwd_copy < 0) return fail_at(builder, "copy the mount of", cwd);
  return set_attributes(builder->cwd_copy, MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES, true) == 0
             ? 0
             : fail_at(builder, "close", cwd);
}

static int close_everything(struct builder *builder) {
  int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) return fail(builder, "open /");
  int result = set_attributes(top, MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES, true);
  int error = errno;
  (void)close(top);
  errno = error;
  return result == 0 ? 0 : fail(builder, "make the file system read-only");
}

static int mount_tmp(struct builder *builder) {
  if (!builder->policy->private_tmp) return 0;
  if (mount_fresh("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777,size=2g") == 0) return 0;
  return fail(builder, "mount a private /tmp");
}

// Inside our own empty file systems the way to a root has to be made first.
static int make_way(struct builder *builder, const char *path, bool is_directory) {
  char partial[PATH_MAX];
  bool is_private = (builder->policy->private_tmp && lies_in(path, "/tmp")) || lies_in(path, "/dev/shm");
  if (!is_private) return 0;
  for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    (void)snprintf(partial, sizeof partial, "%.*s", (int)(slash - path), path);
    if (mkdir(partial, 0755) != 0 && errno != EEXIST && errno != EROFS)
      return fail_at(builder, "make a place for", path);
  }
  if (is_directory) return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : fail_at(builder, "make a place for", path);
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) (void)close(file);
  return file >= 0 || errno == EEXIST ? 0 : fail_at(builder, "make a place for", path);
}

static int put_back(struct builder *builder, int mount, const char *path, bool is_directory) {
  if (make_way(builder, path, is_directory) != 0) return -1;
  int place = open_exact(-1, path);
  if (place < 0) return fail_at(builder, "open", path);
  int result = attach_mount(mount, place);
  int error = errno;
  (void)close(place);
  errno = error;
  return result == 0 ? 0 : fail_at(builder, "mount", path);
}

static int open_roots_again(struct builder *builder) {
  for (size_t i = 0; i < builder->policy->root_count; i++) {
    int mount = builder->view->root_fds[i];
    if (mount < 0) continue;
    const char *path = builder->policy->roots[i].path;
    if (set_attributes(mount, MOUNT_NO_SUID | MOUNT_NO_DEVICES, true) != 0)
      return fail_at(builder, "limit the mount of", path);
    if (put_back(builder, mount, path, builder->plan->roots[i].is_directory) != 0) return -1;
  }
  if (builder->cwd_copy < 0) return 0;
  if (put_back(builder, builder->cwd_copy, builder->policy->cwd, true) != 0) return -1;
  (void)close(builder->cwd_copy);
  return 0;
}

int build_view(struct view *view, const struct policy *policy, const struct plan *plan, struct failure *failure) {
  static struct builder builder;
  builder = (struct builder){.view = view, .policy = policy, .plan = plan, .failure = failure};
  builder.holder = (struct holder){.view = view, .policy = policy, .plan = plan, .failure = failure};
  builder.kernel.shared = view->shared_sys;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    int error = errno;
    (void)fail(&builder, "separate the sandbox's mounts");
    (void)advise(failure, "Capabilities of new user namespaces are withheld here: on Ubuntu run `cordon setup`, which gives the "
                           "launcher an AppArmor profile, or set kernel.apparmor_restrict_unprivileged_userns=0");
    // Nothing of the view was built yet, and no path is in it: only the host can have said no.
    return error == EPERM || error == EACCES ? lack_namespaces(failure) : -1;
  }
  if (copy_roots(&builder) != 0 || copy_directory_in_tmp(&builder) != 0 || copy_control_groups(&builder.kernel, policy, failure) != 0)
    return -1;
  if (copy_devices(&builder.devices, policy->tty, failure) != 0) return -1;
  if (pin_names(&builder.holder) != 0 || close_everything(&builder) != 0) return -1;
  if (mount_devices(&builder.devices, failure) != 0 || mount_tmp(&builder) != 0) return -1;
  if (mount_kernel_views(&builder.kernel, policy, builder.devices.unreadable, &view->bounds_processes, failure) != 0) return -1;
  if (open_roots_again(&builder) != 0 || protect_places(&builder.holder) != 0) return -1;
  view->unreadable = builder.devices.unreadable;
  release_devices(&builder.devices);
  return hide_paths(view, policy, plan, failure);
}

void unpin_view(const struct policy *policy) {
  for (size_t i = 0; i < policy->root_count; i++) (void)umount2(policy->roots[i].path, MNT_DETACH);
  // Top down: our /dev, then whatever hangs where the hidden copies were put.
  (void)umount2("/dev", MNT_DETACH);
  while (umount2("/dev/shm", MNT_DETACH) == 0) continue;
  while (umount2("/dev", MNT_DETACH) == 0) continue;
}
