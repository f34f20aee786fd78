// Memory for a process that lives as long as one command: small pieces are never given back, large ones at once.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LARGE = 2048, BLOCK = 64 * 1024, ALIGN = 16, PAGE = 4096 };

struct piece {
  size_t size;   // of what follows
  size_t mapped; // 0 for a small piece
};

static struct {
  char *next;
  size_t left;
} block;

static void *map(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static void *take_small(size_t size) {
  size = (size + sizeof(struct piece) + ALIGN - 1) / ALIGN * ALIGN;
  if (size > block.left) {
    block.next = map(BLOCK);
    block.left = block.next == NULL ? 0 : BLOCK;
    if (block.next == NULL) return NULL;
  }
  struct piece *piece = (struct piece *)(void *)block.next;
  block.next += size;
  block.left -= size;
  *piece = (struct piece){size - sizeof *piece, 0};
  return piece + 1;
}

void *malloc(size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  if (size < LARGE) return take_small(size);
  size_t mapped = (size + sizeof(struct piece) + PAGE - 1) / PAGE * PAGE;
  struct piece *piece = map(mapped);
  if (piece == NULL) return NULL;
  *piece = (struct piece){mapped - sizeof *piece, mapped};
  return piece + 1;
}

void free(void *memory) {
  struct piece *piece = memory == NULL ? NULL : (struct piece *)memory - 1;
  if (piece != NULL && piece->mapped != 0) (void)munmap(piece, piece->mapped);
}

void *calloc(size_t count, size_t size) {
  size_t whole;
  if (__builtin_mul_overflow(count, size, &whole)) return NULL;
  return malloc(whole); // fresh from the kernel, and never used twice
}

void *realloc(void *memory, size_t size) {
  size_t known = memory == NULL ? 0 : ((struct piece *)memory - 1)->size;
  if (memory != NULL && size <= known) return memory;
  void *larger = malloc(size);
  if (larger != NULL && memory != NULL) {
    memcpy(larger, memory, known);
    free(memory);
  }
  return larger;
}

char *strdup(const char *text) {
  size_t length = strlen(text) + 1;
  char *copy = malloc(length);
  return copy == NULL ? NULL : memcpy(copy, text, length);
}

// Short lists, sorted in place.
void qsort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  char *base = items, held[128];
  if (size > sizeof held) __builtin_trap();
  for (size_t gap = count / 2; gap > 0; gap /= 2) {
    for (size_t i = gap; i < count; i++) {
      size_t at = i;
      memcpy(held, base + i * size, size);
      for (; at >= gap && compare(base + (at - gap) * size, held) > 0; at -= gap)
        memcpy(base + at * size, base + (at - gap) * size, size);
      memcpy(base + at * size, held, size);
    }
  }
}

// The kernel's entries have the library's layout.
struct __dirstream {
  int fd;
  size_t at, end;
  _Alignas(struct dirent) char entries[32 * 1024];
};

DIR *fdopendir(int fd) {
  DIR *directory = malloc(sizeof *directory);
  if (directory == NULL) return NULL;
  directory->fd = fd;
  directory->at = directory->end = 0;
  return directory;
}

DIR *opendir(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd < 0 ? NULL : fdopendir(fd);
  if (directory == NULL && fd >= 0) (void)close(fd);
  return directory;
}

struct dirent *readdir(DIR *directory) {
  if (directory->at >= directory->end) {
    long got = syscall(SYS_getdents64, directory->fd, directory->entries, sizeof directory->entries);
    if (got <= 0) return NULL;
    directory->at = 0;
    directory->end = (size_t)got;
  }
  struct dirent *entry = (struct dirent *)(void *)(directory->entries + directory->at);
  directory->at += entry->d_reclen;
  return entry;
}

int dirfd(DIR *directory) {
  return directory->fd;
}

int closedir(DIR *directory) {
  int fd = directory->fd;
  free(directory);
  return close(fd);
}
