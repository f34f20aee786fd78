// Memory is read page by page, each page kept until another is needed: what lies behind the end of a list or of a word
// need not be there at all, and a list of ten thousand words must not take ten thousand calls.
#include "watch/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_PAGE = 4096, FIRST_ROOM = 1024 };

struct page {
  bool is_there;
  uint64_t start;
  unsigned char bytes[SMALLEST_PAGE];
};

// What is left of the page from an address on; NULL when it cannot be read.
static const unsigned char *look(const struct waiting_call *call, struct page *page, uint64_t where, size_t *left) {
  uint64_t start = where - where % SMALLEST_PAGE;
  if (!page->is_there || page->start != start) {
    page->is_there = copy_memory(call, start, page->bytes, sizeof page->bytes) == 0;
    page->start = start;
  }
  *left = SMALLEST_PAGE - (size_t)(where - start);
  return page->is_there ? page->bytes + (where - start) : NULL;
}

static bool read_pointer(const struct waiting_call *call, struct page *page, uint64_t where, uint64_t *pointer) {
  unsigned char bytes[sizeof *pointer];
  for (size_t got = 0, left; got < sizeof bytes;) {
    const unsigned char *from = look(call, page, where + got, &left);
    if (from == NULL) return false;
    if (left > sizeof bytes - got) left = sizeof bytes - got;
    memcpy(bytes + got, from, left);
    got += left;
  }
  memcpy(pointer, bytes, sizeof bytes);
  return true;
}

static bool put(struct words *words, const void *bytes, size_t length) {
  // The room is the power of two that holds what is there.
  size_t room = FIRST_ROOM;
  while (room < words->length) room *= 2;
  if (words->bytes == NULL || words->length + length > room) {
    while (room < words->length + length) room *= 2;
    char *larger = realloc(words->bytes, room);
    if (larger == NULL) return false;
    words->bytes = larger;
  }
  memcpy(words->bytes + words->length, bytes, length);
  words->length += length;
  return true;
}

bool add_word(struct words *words, const char *word) {
  if (!put(words, word, strlen(word) + 1)) return false;
  words->count++;
  return true;
}

static int copy_word(const struct waiting_call *call, struct page *page, uint64_t where, struct words *words) {
  for (;;) {
    size_t left;
    const unsigned char *from = look(call, page, where, &left);
    if (from == NULL) return EFAULT;
    const unsigned char *end = memchr(from, '\0', left);
    size_t length = end == NULL ? left : (size_t)(end - from) + 1;
    if (words->length + length > MAX_WORD_BYTES) return E2BIG;
    if (!put(words, from, length)) return ENOMEM;
    if (end != NULL) break;
    where += length;
  }
  words->count++;
  return 0;
}

int copy_words(const struct waiting_call *call, uint64_t list, struct words *words) {
  static struct page pointers, texts; // too large for a stack
  pointers.is_there = texts.is_there = false;
  *words = (struct words){0};
  for (uint64_t where = list; list != 0; where += sizeof(uint64_t)) {
    uint64_t pointer;
    if (!read_pointer(call, &pointers, where, &pointer)) return EFAULT;
    if (pointer == 0) break;
    int error = copy_word(call, &texts, pointer, words);
    if (error != 0) return error;
  }
  return words->count > 0 || add_word(words, "") ? 0 : ENOMEM;
}

void free_words(struct words *words) {
  free(words->bytes);
  *words = (struct words){0};
}

const char *next_word(const char *word) {
  return word + strlen(word) + 1;
}
