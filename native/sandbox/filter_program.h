// An assembler for system-call filters: rules go in, one program with a search tree over call numbers comes out.
#ifndef CORDON_FILTER_PROGRAM_H
#define CORDON_FILTER_PROGRAM_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_INSTRUCTIONS = 1000, MAX_RULES = 160 };

struct program {
  struct sock_filter code[MAX_INSTRUCTIONS];
  unsigned short length;
  bool overflow;
};

#define DENY(error) (SECCOMP_RET_ERRNO | (uint32_t)(error))

// Emits instructions that look at the call's arguments. Every path through them must end in an answer.
typedef void (*judgement)(struct program *program, uint32_t detail);

struct rule {
  uint32_t call;
  uint32_t action; // without a judgement
  judgement judge;
  uint32_t detail;
};

struct rules {
  struct rule items[MAX_RULES];
  size_t count;
  bool overflow;
};

// The first rule about a call stands.
void add_rule(struct rules *rules, long call, uint32_t action);
void add_judgement(struct rules *rules, long call, judgement judge, uint32_t detail);

// The whole program: the native architecture only, nothing newer than `last_known`, each rule, and all else allowed.
void assemble(struct program *program, struct rules *rules, uint32_t architecture, uint32_t last_known);

// For judgements.
void emit(struct program *program, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value);
void load_argument(struct program *program, size_t index);
void answer(struct program *program, uint32_t action);
void answer_if_equal(struct program *program, uint32_t value, uint32_t action);

#endif
