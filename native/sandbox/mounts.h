// The mount calls this program uses, by descriptor only: no path is looked up twice.
#ifndef CORDON_MOUNTS_H
#define CORDON_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#define MOUNT_READ_ONLY UINT64_C(0x1)
#define MOUNT_NO_SUID UINT64_C(0x2)
#define MOUNT_NO_DEVICES UINT64_C(0x4)
#define MOUNT_NO_EXEC UINT64_C(0x8)

// A detached copy of the mount at `fd` (with everything mounted below it), or -1.
int clone_mount(int fd);

// A fresh file system of `type`, detached. `options` are NULL-ended key, value pairs; a NULL value is a flag.
int new_mount(const char *type, const char *const *options, uint64_t attributes);

// Mounts a fresh file system in one step, at a path that must not be in anybody else's hands. `flags` are MS_ flags.
int mount_fresh(const char *type, const char *path, unsigned long flags, const char *options);

// Sets attributes; with `whole_tree` on every mount below, too.
int set_attributes(int fd, uint64_t attributes, bool whole_tree);

// Attaches a detached mount at the directory or file `place` (O_PATH).
int attach_mount(int mount, int place);

// The same at a path, which must not be in anybody else's hands.
int attach_at(int mount, const char *path);

// A detached copy of what is at `name` below `directory`, a link itself when it is one.
int clone_name(int directory, const char *name);

// Attaches at `name` below `directory`, which must be our own.
int attach_below(int mount, int directory, const char *name);

// Puts something unreadable over a directory, or over a file the file `cover` (both O_PATH).
int cover_directory(int place);
int cover_file(int cover, int place);

#endif
