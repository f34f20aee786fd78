#include "evidence/write_rules.h"

#include <errno.h>

#include "evidence/write_call.h"

// The flags of asm-generic, which both architectures have: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, and what O_TMPFILE adds.
enum { SET_ID_BITS = 06000, CREATING = 0x40 | 0x400000, WRITING = 03 | 0x40 | 0x200 | 0x400000 };

static void refuse_set_id(struct program *program, uint32_t argument) {
  load_argument(program, argument);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, SET_ID_BITS);
  answer(program, DENY(EPERM));
}

static void judge_open(struct program *program, uint32_t flags_argument) {
  load_argument(program, flags_argument);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 1, 0, WRITING);
  answer(program, SECCOMP_RET_ALLOW);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 1, 0, CREATING);
  answer(program, SECCOMP_RET_USER_NOTIF);
  refuse_set_id(program, flags_argument + 1);
  answer(program, SECCOMP_RET_USER_NOTIF);
}

static void judge_new_file(struct program *program, uint32_t mode_argument) {
  refuse_set_id(program, mode_argument);
  answer(program, SECCOMP_RET_USER_NOTIF);
}

void collect_write_rules(struct rules *rules) {
  for (size_t i = 0; i < write_call_count; i++) {
    const struct write_call *call = &write_calls[i];
    if (call->kind == WRITE_OPEN) add_judgement(rules, call->number, judge_open, (uint32_t)call->flags);
    else if (call->mode >= 0 && call->kind != WRITE_METADATA) add_judgement(rules, call->number, judge_new_file, (uint32_t)call->mode);
    else add_rule(rules, call->number, SECCOMP_RET_USER_NOTIF);
  }
}
