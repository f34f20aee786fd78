// The kernel lists the sockets of one network namespace with the inodes they are bound to (sock_diag(7), unix_diag). A
// socket in the file system is found from every namespace, but it is listed only in the one it was made in.
#include "sandbox/find_listener.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "sandbox/mount_table.h"

// Asked with a socket of the wrong kind, the kernel says whether any is bound there, and tells nobody.
static int ask_whether_bound(int place) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int written = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", place);
  int asking = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (asking < 0) return errno;
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)written + 1);
  int error = connect(asking, (const struct sockaddr *)&address, length) == 0 ? 0 : errno;
  (void)close(asking);
  return error == 0 || error == EPROTOTYPE ? 0 : error;
}

struct wanted {
  uint32_t inode;
  uint32_t device, mounted_device;
};

// As the kernel counts inside.
static uint32_t kernel_device(unsigned int major, unsigned int minor) {
  return major << 20 | minor;
}

// Where subvolumes have devices of their own, the mount knows the one the kernel means.
static bool describe(int place, struct wanted *wanted) {
  static struct mounted mount; // too large for a stack
  struct stat status;
  // The kernel tells the lower half of a number (unix_diag_vfs): of a larger one it cannot be said whose socket it is, and a
  // server of the host with the same half must not be taken for one of ours.
  if (fstat(place, &status) != 0 || status.st_ino > UINT32_MAX) return false;
  wanted->inode = (uint32_t)status.st_ino;
  wanted->device = wanted->mounted_device = kernel_device(major(status.st_dev), minor(status.st_dev));
  if (find_mount_of(place, &mount)) wanted->mounted_device = kernel_device(mount.major, mount.minor);
  return true;
}

static bool request_list(int netlink) {
  struct {
    struct nlmsghdr header;
    struct unix_diag_req request;
  } message = {
      .header = {.nlmsg_len = sizeof message, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .request = {.sdiag_family = AF_UNIX, .udiag_states = ~0U, .udiag_show = UDIAG_SHOW_VFS},
  };
  return send(netlink, &message, sizeof message, 0) == (ssize_t)sizeof message;
}

static bool is_bound_to(const struct nlmsghdr *header, const struct wanted *wanted) {
  const struct unix_diag_msg *socket = NLMSG_DATA(header);
  size_t left = header->nlmsg_len - NLMSG_LENGTH(sizeof *socket);
  const struct rtattr *part = (const struct rtattr *)(socket + 1);
  while (left >= sizeof *part && part->rta_len >= sizeof *part && part->rta_len <= left) {
    if (part->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(part) >= sizeof(struct unix_diag_vfs)) {
      const struct unix_diag_vfs *place = RTA_DATA(part);
      return place->udiag_vfs_ino == wanted->inode &&
             (place->udiag_vfs_dev == wanted->device || place->udiag_vfs_dev == wanted->mounted_device);
    }
    size_t length = RTA_ALIGN((size_t)part->rta_len);
    if (length >= left) break;
    left -= length;
    part = (const struct rtattr *)((const char *)part + length);
  }
  return false;
}

// The number of the socket that is bound there, or 0.
static uint32_t look_through_list(int netlink, const struct wanted *wanted) {
  static union {
    struct nlmsghdr align;
    char room[32 * 1024];
  } answer;
  for (;;) {
    ssize_t got = recv(netlink, &answer, sizeof answer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    size_t left = (size_t)got;
    for (const struct nlmsghdr *header = &answer.align; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY) return 0; // the end, or an error
      if (is_bound_to(header, wanted)) return ((const struct unix_diag_msg *)NLMSG_DATA(header))->udiag_ino;
    }
  }
}

static uint32_t find_in_our_network(int place) {
  struct wanted wanted;
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  uint32_t found = netlink >= 0 && describe(place, &wanted) && request_list(netlink) ? look_through_list(netlink, &wanted) : 0;
  if (netlink >= 0) (void)close(netlink);
  return found;
}

static bool holds(const char *process, const char *socket) {
  char path[32], target[64];
  (void)snprintf(path, sizeof path, "/proc/%.16s/fd", process);
  DIR *descriptors = opendir(path);
  if (descriptors == NULL) return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(descriptors)) != NULL;) {
    ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
    if (length <= 0) continue;
    target[length] = '\0';
    found = strcmp(target, socket) == 0;
  }
  (void)closedir(descriptors);
  return found;
}

// Our /proc shows the processes of the sandbox and no others.
static bool is_held_by_us(uint32_t number) {
  char socket[32];
  (void)snprintf(socket, sizeof socket, "socket:[%u]", number);
  DIR *processes = opendir("/proc");
  if (processes == NULL) return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(processes)) != NULL;)
    found = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && holds(entry->d_name, socket);
  (void)closedir(processes);
  return found;
}

int find_listener(int place, enum listeners_allowed allowed) {
  int error = ask_whether_bound(place);
  if (error != 0) return error;
  uint32_t socket = find_in_our_network(place);
  if (socket == 0) return EACCES;
  return allowed == LISTENERS_OF_OUR_NETWORK || is_held_by_us(socket) ? 0 : EACCES;
}
