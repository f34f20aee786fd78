/* What every probe file shares: one probe is one hostile (or ordinary) act, and this header is how it finds its
 * fixtures and reports. A probe answers 0 when the act went through as seen from inside, else an errno; whether it
 * had an effect is judged outside. */
#ifndef PROBE_H
#define PROBE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct probe {
	const char *name;
	int (*run)(void);
};

/* One table per file, each closed by a row without a name. */
extern const struct probe fs_write_probes[], fs_metadata_probes[], fs_descriptor_probes[];
extern const struct probe prot_probes[], ns_probes[], priv_probes[], proc_probes[];
extern const struct probe net_probes[], net_family_probes[], unix_probes[], ipc_probes[];
extern const struct probe leak_probes[], tty_probes[], life_probes[];

/* A value the outside wrote down for the probes (a port, a pid, an address). Ends the probe when it is absent. */
const char *setting(const char *key);
long number(const char *key);

/* Paths: below this probe's own outside directory, the workspace, the arena. Static buffers, a few at a time. */
const char *outside(const char *leaf);
const char *workspace(const char *leaf);
const char *arena(const char *leaf);
const char *named(const char *suffix); /* WORKSPACE/PROBE-NAME+suffix */
const char *format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
const char *probe_name(void);

/* Text for the report, e.g. what was read. */
void say(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void say_bytes(const void *bytes, size_t length);

/* 0 or errno from a system call's answer. */
int outcome(long answer);
/* Appends to an existing file. */
int poke(const char *path);
/* Creates a file that must not exist. */
int create(const char *path);
/* Reads the start of a file into the report. */
int read_out(const char *path);
/* Writes the probe's name to a connected descriptor. */
int send_name(int descriptor);

/* A minimal io_uring: runs one submission and answers its result (negative errno). */
struct ring;
struct ring *ring_open(void);
int ring_run(struct ring *ring, unsigned char operation, int fd, const void *address, unsigned length,
	     unsigned long long offset, unsigned flags);

#endif
