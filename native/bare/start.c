// The first instructions of the launcher where it is built without a C library: a library's own start asks the
// processor dozens of questions that a hypervisor answers slowly, and that is most of what starting it costs.
// Relocates the program, gives the stack protector its secret, and calls main.
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));
int main(int argc, char **argv);

#if defined(__x86_64__)
__asm__(".text\n.globl _start\n.type _start,@function\n_start:\n"
        "xor %ebp,%ebp\nmov %rsp,%rdi\nand $-16,%rsp\ncall start_program\nhlt\n");
enum { RELATIVE = R_X86_64_RELATIVE };
// What the compiler expects at %fs: its own address first, the secret at 0x28.
static struct {
  void *self;
  uintptr_t unused[4], secret;
} thread;
#elif defined(__aarch64__)
__asm__(".text\n.globl _start\n.type _start,%function\n_start:\n"
        "mov x29,#0\nmov x30,#0\nmov x0,sp\nand sp,x0,#-16\nbl start_program\n");
enum { RELATIVE = R_AARCH64_RELATIVE };
uintptr_t __stack_chk_guard;
#endif

static void relocate(uintptr_t base) {
  const ElfW(Rela) *rela = NULL;
  size_t size = 0;
  for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_RELA) rela = (const ElfW(Rela) *)(base + entry->d_un.d_ptr);
    if (entry->d_tag == DT_RELASZ) size = entry->d_un.d_val;
  }
  for (; size >= sizeof *rela; rela++, size -= sizeof *rela) {
    if (ELF64_R_TYPE(rela->r_info) != RELATIVE) __builtin_trap();
    *(uintptr_t *)(base + rela->r_offset) = base + (uintptr_t)rela->r_addend;
  }
}

// What was relocated is constant from now on.
static void close_constants(uintptr_t base) {
  const ElfW(Phdr) *header = (const ElfW(Phdr) *)(base + __ehdr_start.e_phoff);
  for (int i = 0; i < __ehdr_start.e_phnum; i++, header++) {
    if (header->p_type != PT_GNU_RELRO) continue;
    uintptr_t from = (base + header->p_vaddr) & ~(uintptr_t)4095;
    uintptr_t to = (base + header->p_vaddr + header->p_memsz) & ~(uintptr_t)4095;
    if (to > from) (void)call_kernel(SYS_mprotect, (long)from, (long)(to - from), PROT_READ, 0, 0, 0);
  }
}

static void keep_secret(const uintptr_t *random) {
#if defined(__x86_64__)
  enum { SET_FS = 0x1002 };
  thread.self = &thread;
  thread.secret = random[0] & ~(uintptr_t)0xff; // a string function stops at the zero byte
  (void)call_kernel(SYS_arch_prctl, SET_FS, (long)&thread, 0, 0, 0, 0);
#else
  __stack_chk_guard = random[0] & ~(uintptr_t)0xff;
#endif
}

_Noreturn void start_program(long *stack);
_Noreturn void start_program(long *stack) {
  static const uintptr_t none[1] = {0};
  uintptr_t base = (uintptr_t)&__ehdr_start;
  relocate(base);
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1), **word = argv + argc + 1;
  while (*word != NULL) word++;
  const uintptr_t *random = none;
  for (const ElfW(auxv_t) *item = (const ElfW(auxv_t) *)(word + 1); item->a_type != AT_NULL; item++) {
    if (item->a_type == AT_RANDOM) random = (const uintptr_t *)item->a_un.a_val;
  }
  keep_secret(random);
  close_constants(base);
  _exit(main(argc, argv));
}

_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void) {
  static const char words[] = "cordon-launcher: its stack was overwritten\n";
  (void)call_kernel(SYS_write, 2, (long)words, sizeof words - 1, 0, 0, 0);
  __builtin_trap();
}
