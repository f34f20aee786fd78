/* Shared memory, queues and key rings: channels that have no path. */
#include "probe.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int sysv_shm_write(void)
{
	int id = shmget((key_t)number("shm_key"), 0, 0600);
	if (id < 0) return errno;
	char *at = shmat(id, NULL, 0);
	if (at == (char *)-1) return errno;
	memcpy(at, "changed", 8);
	return 0;
}
static int sysv_shm_by_id(void)
{
	char *at = shmat((int)number("shm_id"), NULL, 0);
	if (at == (char *)-1) return errno;
	memcpy(at + 16, "changed", 8);
	return 0;
}
static int sysv_msg_send(void)
{
	struct {
		long kind;
		char text[8];
	} message = {1, "changed"};
	int id = msgget((key_t)number("msg_key"), 0);
	return id < 0 ? errno : outcome(msgsnd(id, &message, sizeof message.text, IPC_NOWAIT));
}
static int sysv_sem_op(void)
{
	struct sembuf up = {.sem_num = 0, .sem_op = 1};
	int id = semget((key_t)number("sem_key"), 0, 0);
	return id < 0 ? errno : outcome(semop(id, &up, 1));
}
static int posix_mq_open(void)
{
	mqd_t queue = mq_open(format("/%s", setting("nonce")), O_WRONLY | O_NONBLOCK);
	if (queue == (mqd_t)-1) return errno;
	return outcome(mq_send(queue, "changed", 7, 0));
}
static int posix_mq_create(void)
{
	const char *name = format("/%s.made", setting("nonce"));
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_WRONLY, 0600, NULL);
	if (queue == (mqd_t)-1) return errno;
	mq_unlink(name);
	return 0;
}
static int dev_shm_write_existing(void) { return poke(format("/dev/shm/%s", setting("nonce"))); }
static int dev_shm_create(void) { return create(format("/dev/shm/%s.made", setting("nonce"))); }
static int dev_shm_unlink(void) { return outcome(unlink(format("/dev/shm/%s.gone", setting("nonce")))); }

static int keyring_user_read(void)
{
	/* KEYCTL_SEARCH then KEYCTL_READ in the user's ring. */
	char payload[128];
	long key = syscall(SYS_keyctl, 10, -4, "user", setting("nonce"), 0);
	if (key < 0) return errno;
	long length = syscall(SYS_keyctl, 11, key, payload, sizeof payload, 0);
	if (length < 0) return errno;
	say_bytes(payload, (size_t)length);
	return 0;
}
static int keyring_add_user(void)
{
	return outcome(syscall(SYS_add_key, "user", format("%s.made", setting("nonce")), "x", 1, -4));
}
static int keyring_request_key(void)
{
	/* request_key may start a helper program of the kernel's, outside every sandbox. */
	return outcome(syscall(SYS_request_key, "user", setting("nonce"), NULL, -4));
}

const struct probe ipc_probes[] = {
	{"ipc.sysv_shm_write", sysv_shm_write},
	{"ipc.sysv_shm_by_id", sysv_shm_by_id},
	{"ipc.sysv_msg_send", sysv_msg_send},
	{"ipc.sysv_sem_op", sysv_sem_op},
	{"ipc.posix_mq_open", posix_mq_open},
	{"ipc.posix_mq_create", posix_mq_create},
	{"ipc.dev_shm_write_existing", dev_shm_write_existing},
	{"ipc.dev_shm_create", dev_shm_create},
	{"ipc.dev_shm_unlink", dev_shm_unlink},
	{"ipc.keyring_user_read", keyring_user_read},
	{"ipc.keyring_add_user", keyring_add_user},
	{"ipc.keyring_request_key", keyring_request_key},
	{NULL, NULL},
};
