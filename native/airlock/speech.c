#include "airlock/speech.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_RECORD = 256 * 1024 * 1024 };

uint64_t number_at(const unsigned char *bytes, size_t width) {
  uint64_t value = 0;
  while (width-- > 0) value = value << 8 | bytes[width];
  return value;
}

static bool read_whole(unsigned char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t got = read(STDIN_FILENO, bytes + done, length - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += (size_t)got;
  }
  return true;
}

bool hear(struct heard *heard) {
  unsigned char head[5];
  if (!read_whole(head, sizeof head)) return false;
  size_t length = (size_t)number_at(head + 1, 4);
  if (length > MAX_RECORD) return false;
  free(heard->bytes);
  heard->bytes = malloc(length + 1);
  if (heard->bytes == NULL || !read_whole(heard->bytes, length)) return false;
  heard->bytes[length] = 0;
  heard->word = (enum word)head[0];
  heard->length = length;
  return true;
}

static void put(uint64_t value, size_t width) {
  unsigned char bytes[8];
  for (size_t i = 0; i < width; i++) bytes[i] = (unsigned char)(value >> (8 * i));
  (void)fwrite(bytes, 1, width, stdout);
}

static size_t text_length(const char *text) {
  return text == NULL ? 0 : strlen(text);
}

static void put_text(const char *text) {
  put(text_length(text), 4);
  (void)fwrite(text == NULL ? "" : text, 1, text_length(text), stdout);
}

static void begin(enum reply reply, size_t length) {
  put((uint64_t)reply, 1);
  put(length, 4);
}

static void put_node(const struct node *node) {
  put(node->mode, 4);
  put(node->size, 8);
  put_text(node->target);
}

void say_change(const struct change *change) {
  size_t length = 2 + 4 + strlen(change->path) + 2 * (4 + 8 + 4) + text_length(change->before.target) +
                  text_length(change->after.target);
  begin(REPLY_CHANGE, length);
  put(change->layer, 1);
  put((uint64_t)change->conflict, 1);
  put_text(change->path);
  put_node(&change->before);
  put_node(&change->after);
}

void say_conflict(size_t index, enum conflict conflict) {
  begin(REPLY_CONFLICT, 5);
  put(index, 4);
  put((uint64_t)conflict, 1);
}

void say_missed(const struct step *step) {
  begin(REPLY_MISSED, 2 + strlen(step->path));
  put(step->layer, 1);
  put((uint64_t)step->conflict, 1);
  (void)fwrite(step->path, 1, strlen(step->path), stdout);
}

void say(enum reply reply, uint32_t number) {
  begin(reply, 4);
  put(number, 4);
}

void say_failed(const char *why) {
  begin(REPLY_FAILED, strlen(why));
  (void)fwrite(why, 1, strlen(why), stdout);
}

bool say_it(void) {
  return fflush(stdout) == 0;
}
