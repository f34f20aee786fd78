// The kernel writes what would end a word as a backslash and three octal digits.
#include "sandbox/mount_table.h"

#include <stdlib.h>
#include <string.h>

FILE *open_mount_table(void) {
  return fopen("/proc/self/mountinfo", "re");
}

static void unescape(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0'; to++) {
    if (from[0] == '\\' && from[1] != '\0' && from[2] != '\0' && from[3] != '\0') {
      *to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
      from += 4;
    } else {
      *to = *from++;
    }
  }
  *to = '\0';
}

static bool copy_word(char *to, const char *word) {
  if (word == NULL || strlen(word) >= PATH_MAX) return false;
  memcpy(to, word, strlen(word) + 1);
  unescape(to);
  return true;
}

// ID PARENT MAJOR:MINOR ROOT PLACE ...
static bool read_line(char *line, struct mounted *mount) {
  char *rest = NULL;
  const char *id = strtok_r(line, " ", &rest), *parent = strtok_r(NULL, " ", &rest);
  char *device = strtok_r(NULL, " ", &rest);
  const char *root = strtok_r(NULL, " ", &rest), *place = strtok_r(NULL, " ", &rest);
  if (id == NULL || parent == NULL || device == NULL) return false;
  char *minor = strchr(device, ':');
  if (minor == NULL) return false;
  mount->id = (int)strtol(id, NULL, 10);
  mount->major = (unsigned int)strtoul(device, NULL, 10);
  mount->minor = (unsigned int)strtoul(minor + 1, NULL, 10);
  return copy_word(mount->root, root) && copy_word(mount->place, place);
}

enum mount_line next_mount(FILE *table, struct mounted *mount) {
  char *line = NULL;
  size_t room = 0;
  enum mount_line kind = getline(&line, &room, table) > 0 ? MOUNT_READ : feof(table) ? MOUNTS_END : MOUNT_UNREADABLE;
  if (kind == MOUNT_READ && !read_line(line, mount)) kind = MOUNT_UNREADABLE;
  free(line);
  return kind;
}

static int mount_number(int fd) {
  char path[64], line[128];
  int number = -1;
  (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *facts = fopen(path, "re");
  if (facts == NULL) return -1;
  while (number < 0 && fgets(line, sizeof line, facts) != NULL) {
    if (strncmp(line, "mnt_id:", 7) == 0) number = (int)strtol(line + 7, NULL, 10);
  }
  (void)fclose(facts);
  return number;
}

bool find_mount_of(int fd, struct mounted *mount) {
  int number = mount_number(fd);
  FILE *table = number < 0 ? NULL : open_mount_table();
  bool found = false;
  while (table != NULL && !found && next_mount(table, mount) == MOUNT_READ) found = mount->id == number;
  if (table != NULL) (void)fclose(table);
  return found;
}
