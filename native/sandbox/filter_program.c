// The kernel translates a new filter to machine code, runs it once for every call number there is, and then for every
// call that a rule is about. A tree over intervals with shared answers keeps all of that short: with a list of rules,
// installing the filter was the slowest step of the whole launch.
#include "sandbox/filter_program.h"

#include <errno.h>
#include <stdlib.h>

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

// Call numbers from `from` up to the next interval share one answer.
struct interval {
  uint32_t from;
  const struct rule *rule; // NULL: allowed
};

enum { MAX_INTERVALS = 2 * MAX_RULES + 1 };

static bool answers_alike(const struct rule *left, const struct rule *right) {
  if (left == NULL || right == NULL) return left == right;
  return left->judge == NULL && right->judge == NULL && left->action == right->action;
}

static size_t add_interval(struct interval *intervals, size_t count, uint32_t from, const struct rule *rule) {
  if (count > 0 && answers_alike(intervals[count - 1].rule, rule)) return count;
  intervals[count] = (struct interval){from, rule};
  return count + 1;
}

static size_t cut_into_intervals(struct interval *intervals, const struct rules *rules) {
  size_t count = 0;
  uint32_t next = 0;
  for (size_t i = 0; i < rules->count; i++) {
    const struct rule *rule = &rules->items[i];
    if (rule->call > next) count = add_interval(intervals, count, next, NULL);
    count = add_interval(intervals, count, rule->call, rule);
    next = rule->call + 1;
  }
  return add_interval(intervals, count, next, NULL);
}

// A jump to an answer, which stands behind the tree: short jumps reach 255 instructions.
struct reference {
  unsigned short from;
  bool if_true;
  const struct rule *rule;
};

struct references {
  struct reference items[2 * MAX_INTERVALS];
  size_t count;
};

static void refer(struct references *references, unsigned short from, bool if_true, const struct rule *rule) {
  references->items[references->count++] = (struct reference){from, if_true, rule};
}

static bool set_jump(struct program *program, unsigned short from, bool if_true, unsigned short to) {
  unsigned distance = (unsigned)to - from - 1U;
  if (distance > UINT8_MAX) return false;
  if (if_true) program->code[from].jt = (uint8_t)distance;
  else program->code[from].jf = (uint8_t)distance;
  return true;
}

// At least two intervals; the left half follows its test directly.
static bool emit_tests(struct program *program, const struct interval *intervals, size_t count,
                       struct references *references) {
  size_t middle = count / 2;
  unsigned short test = program->length;
  emit(program, BPF_JMP | BPF_JGE | BPF_K, 0, 0, intervals[middle].from);
  if (middle == 1) refer(references, test, false, intervals[0].rule);
  else if (!emit_tests(program, intervals, middle, references)) return false;
  if (count - middle == 1) refer(references, test, true, intervals[middle].rule);
  else if (!set_jump(program, test, true, program->length) ||
           !emit_tests(program, intervals + middle, count - middle, references))
    return false;
  return !program->overflow;
}

// Judgements end in answers themselves: the accumulator holds an argument afterwards, and nothing follows them.
static bool emit_answers(struct program *program, struct references *references) {
  for (size_t i = 0; i < references->count; i++) {
    const struct rule *rule = references->items[i].rule;
    bool is_first = true;
    for (size_t j = 0; j < i && is_first; j++)
      is_first = references->items[j].rule != rule && !answers_alike(references->items[j].rule, rule);
    if (!is_first) continue;
    unsigned short here = program->length;
    if (rule == NULL) answer(program, SECCOMP_RET_ALLOW);
    else if (rule->judge == NULL) answer(program, rule->action);
    else rule->judge(program, rule->detail);
    for (size_t j = i; j < references->count; j++) {
      const struct reference *reference = &references->items[j];
      if (reference->rule != rule && !answers_alike(reference->rule, rule)) continue;
      if (!set_jump(program, reference->from, reference->if_true, here)) return false;
    }
  }
  return !program->overflow;
}

static void emit_tree(struct program *program, const struct interval *intervals, size_t count) {
  static struct references references;
  unsigned short start = program->length;
  references.count = 0;
  if (count >= 2 && emit_tests(program, intervals, count, &references) && emit_answers(program, &references)) return;
  if (count < 4 || program->overflow) {
    program->overflow = true;
    return;
  }
  // Too far for short jumps: two trees, and a plain jump, which reaches anywhere.
  program->length = start;
  size_t middle = count / 2;
  emit(program, BPF_JMP | BPF_JGE | BPF_K, 0, 1, intervals[middle].from);
  emit(program, BPF_JMP | BPF_JA, 0, 0, 0);
  unsigned short jump = (unsigned short)(program->length - 1);
  emit_tree(program, intervals, middle);
  if (!program->overflow) program->code[jump].k = (uint32_t)(program->length - jump - 1);
  emit_tree(program, intervals + middle, count - middle);
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
  static struct interval intervals[MAX_INTERVALS];
  emit_tree(program, intervals, cut_into_intervals(intervals, rules));
}
