// The kernel runs a new filter once for every call number there is, and then for every call that a rule is about. A
// tree keeps both short: with a list, installing the filter was the slowest step of the whole launch.
#include "filter_program.h"

#include <errno.h>
#include <stdlib.h>

enum { LEAF = 3 };

void emit(struct program *program, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value) {
  if (program->length == MAX_INSTRUCTIONS) {
    program->overflow = true;
    return;
  }
  program->code[program->length++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(struct program *program, size_t offset) {
  emit(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

// Only the low half: these arguments are `int` or flags in the low word, and the kernel ignores the rest too. A
// filter that compared all 64 bits could be dodged by setting the upper ones.
void load_argument(struct program *program, size_t index) {
  load(program, offsetof(struct seccomp_data, args) + index * sizeof(uint64_t));
}

void answer(struct program *program, uint32_t action) {
  emit(program, BPF_RET | BPF_K, 0, 0, action);
}

void answer_if_equal(struct program *program, uint32_t value, uint32_t action) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
  answer(program, action);
}

static void add(struct rules *rules, const struct rule *rule) {
  for (size_t i = 0; i < rules->count; i++) {
    if (rules->items[i].call == rule->call) return;
  }
  if (rules->count == MAX_RULES) rules->overflow = true;
  else rules->items[rules->count++] = *rule;
}

void add_rule(struct rules *rules, long call, uint32_t action) {
  const struct rule rule = {.call = (uint32_t)call, .action = action};
  add(rules, &rule);
}

void add_judgement(struct rules *rules, long call, judgement judge, uint32_t detail) {
  const struct rule rule = {.call = (uint32_t)call, .judge = judge, .detail = detail};
  add(rules, &rule);
}

static int by_call(const void *left, const void *right) {
  const struct rule *a = left, *b = right;
  return a->call < b->call ? -1 : a->call > b->call;
}

// Judgements stand inline: the accumulator holds an argument afterwards, but every path through one has answered.
static void emit_rule(struct program *program, const struct rule *rule) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, rule->call);
  unsigned short test = (unsigned short)(program->length - 1);
  if (rule->judge != NULL) rule->judge(program, rule->detail);
  else answer(program, rule->action);
  unsigned body = (unsigned)(program->length - test - 1);
  if (body > UINT8_MAX || program->overflow) program->overflow = true;
  else program->code[test].jf = (uint8_t)body;
}

static void emit_tree(struct program *program, const struct rule *rules, size_t count) {
  if (count <= LEAF) {
    for (size_t i = 0; i < count; i++) emit_rule(program, &rules[i]);
    answer(program, SECCOMP_RET_ALLOW);
    return;
  }
  size_t middle = count / 2;
  // Conditional jumps reach 255 instructions; the plain one behind them reaches anywhere.
  emit(program, BPF_JMP | BPF_JGE | BPF_K, 0, 1, rules[middle].call);
  emit(program, BPF_JMP | BPF_JA, 0, 0, 0);
  unsigned short jump = (unsigned short)(program->length - 1);
  emit_tree(program, rules, middle);
  if (!program->overflow) program->code[jump].k = (uint32_t)(program->length - jump - 1);
  emit_tree(program, rules + middle, count - middle);
}

void assemble(struct program *program, struct rules *rules, uint32_t architecture, uint32_t last_known) {
  program->length = 0;
  program->overflow = rules->overflow;
  load(program, offsetof(struct seccomp_data, arch));
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture);
  answer(program, DENY(ENOSYS)); // int 0x80 and friends: other numbers, other arguments
  load(program, offsetof(struct seccomp_data, nr));
  // Calls newer than this list, and x32 (bit 30), have not been judged: they do not exist here.
  emit(program, BPF_JMP | BPF_JGT | BPF_K, 0, 1, last_known);
  answer(program, DENY(ENOSYS));
  qsort(rules->items, rules->count, sizeof rules->items[0], by_call);
  emit_tree(program, rules->items, rules->count);
}
