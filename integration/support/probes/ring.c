/* io_uring by raw system calls: a seccomp filter that only watches connect(2) and openat(2) never sees these. */
#include "probe.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

struct ring {
	int fd;
	unsigned *submit_tail, *submit_mask, *submit_array, *complete_head, *complete_tail, *complete_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
};

static void *map(int fd, size_t length, off_t offset)
{
	return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
}

struct ring *ring_open(void)
{
	static struct ring ring;
	struct io_uring_params params = {0};
	ring.fd = (int)syscall(SYS_io_uring_setup, 4, &params);
	if (ring.fd < 0) return NULL;
	char *submit = map(ring.fd, params.sq_off.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	char *complete = map(ring.fd, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe),
			     IORING_OFF_CQ_RING);
	ring.entries = map(ring.fd, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	if (submit == MAP_FAILED || complete == MAP_FAILED || (void *)ring.entries == MAP_FAILED) return NULL;
	ring.submit_tail = (unsigned *)(submit + params.sq_off.tail);
	ring.submit_mask = (unsigned *)(submit + params.sq_off.ring_mask);
	ring.submit_array = (unsigned *)(submit + params.sq_off.array);
	ring.complete_head = (unsigned *)(complete + params.cq_off.head);
	ring.complete_tail = (unsigned *)(complete + params.cq_off.tail);
	ring.complete_mask = (unsigned *)(complete + params.cq_off.ring_mask);
	ring.completions = (struct io_uring_cqe *)(complete + params.cq_off.cqes);
	return &ring;
}

int ring_run(struct ring *ring, unsigned char operation, int fd, const void *address, unsigned length,
	     unsigned long long offset, unsigned flags)
{
	unsigned tail = *ring->submit_tail, index = tail & *ring->submit_mask;
	struct io_uring_sqe *entry = &ring->entries[index];
	memset(entry, 0, sizeof *entry);
	entry->opcode = operation;
	entry->fd = fd;
	entry->addr = (unsigned long long)(uintptr_t)address;
	entry->len = length;
	entry->off = offset;
	entry->open_flags = flags;
	ring->submit_array[index] = index;
	__atomic_store_n(ring->submit_tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -errno;
	unsigned head = *ring->complete_head;
	if (head == __atomic_load_n(ring->complete_tail, __ATOMIC_ACQUIRE)) return -EAGAIN;
	int result = ring->completions[head & *ring->complete_mask].res;
	__atomic_store_n(ring->complete_head, head + 1, __ATOMIC_RELEASE);
	return result;
}
