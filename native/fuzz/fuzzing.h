// What every fuzzer here needs: numbers that the same seed makes again, and an end that says which promise was broken.
#ifndef CORDON_FUZZING_H
#define CORDON_FUZZING_H

#include <stdio.h>
#include <stdlib.h>

static unsigned long long random_state = 1;

static inline void seed_random(const char *text) {
  random_state = strtoull(text, NULL, 10);
  if (random_state == 0) random_state = 1;
}

static inline unsigned next_random(unsigned below) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return below == 0 ? 0 : (unsigned)((random_state >> 11) % below);
}

static inline void demand(int holds, const char *what) {
  if (holds) return;
  (void)fprintf(stderr, "invariant broken: %s\n", what);
  abort();
}

#endif
