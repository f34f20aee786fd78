// A directory is linked once by its parent, once by itself, and once by each directory in it: on the file systems that
// keep this count, two links mean that no directory is in it.
#include "protect/leaf_directory.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

enum { SMALL_BYTES = 4096, LINKS_OF_A_LEAF = 2 };

static bool counts_links(int directory) {
  struct statfs file_system;
  if (fstatfs(directory, &file_system) != 0) return false;
  switch ((unsigned long)file_system.f_type) {
    case EXT4_SUPER_MAGIC: // and its elders
    case XFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
      return true;
    default:
      return false;
  }
}

bool is_large_leaf(int directory) {
  struct stat status;
  return fstat(directory, &status) == 0 && status.st_nlink == LINKS_OF_A_LEAF && status.st_size > SMALL_BYTES &&
         counts_links(directory);
}
