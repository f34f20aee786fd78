// The words of an execve(), copied out of the caller's memory: read once, and what was read is what is judged.
#ifndef CORDON_WORDS_H
#define CORDON_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "sandbox/waiting_call.h"

// More than the kernel takes for arguments and environment together.
enum { MAX_WORD_BYTES = 6 * 1024 * 1024 };

struct words {
  char *bytes; // each word with its NUL; malloc'd
  size_t length, count;
};

// Copies the list at an address of the caller. 0 or an errno for it; `words` must be freed either way. No list, or one
// without a word, is one empty word: the kernel makes that of it.
int copy_words(const struct waiting_call *call, uint64_t list, struct words *words);

// Puts a word behind the others. False without memory.
bool add_word(struct words *words, const char *word);

void free_words(struct words *words);

// The word behind this one.
const char *next_word(const char *word);

#endif
