/* What a command can read. Each answer must hold a secret that only the outside wrote, so a claim proves itself. */
#include "probe.h"
#include <dirent.h>
#include <sys/inotify.h>
#include <sys/xattr.h>

static int home_ssh_key(void) { return read_out(arena("home/.ssh/id_ed25519")); }
static int home_aws_credentials(void) { return read_out(arena("home/.aws/credentials")); }
static int denied_by_proc_root(void) { return read_out(format("/proc/self/root%s", arena("home/.ssh/id_ed25519"))); }
static int denied_by_hardlink(void)
{
	if (link(arena("home/.ssh/id_ed25519"), named(".hard")) < 0) return errno;
	return read_out(named(".hard"));
}
static int denied_by_rename(void)
{
	if (rename(arena("home/.ssh"), arena("home/.ssh-moved")) < 0) return errno;
	return read_out(arena("home/.ssh-moved/id_ed25519"));
}
static int denied_list(void)
{
	DIR *all = opendir(arena("home/.ssh"));
	if (all == NULL) return errno;
	int seen = ENOENT;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;)
		if (strcmp(entry->d_name, "id_ed25519") == 0) seen = 0;
	closedir(all);
	return seen;
}
static int denied_xattr(void)
{
	char value[128];
	ssize_t length = getxattr(arena("home/.ssh/id_ed25519"), "user.secret", value, sizeof value);
	if (length < 0) return errno;
	say_bytes(value, (size_t)length);
	return 0;
}
static int denied_dotenv_in_ws(void) { return read_out(workspace(".env")); }
static int etc_shadow(void)
{
	/* Only proof that it opens and holds an account; the hash never leaves this process. */
	char line[512];
	FILE *file = fopen("/etc/shadow", "re");
	if (file == NULL) return errno;
	int result = fgets(line, sizeof line, file) != NULL && strncmp(line, "root:", 5) == 0 ? 0 : EIO;
	fclose(file);
	return result;
}
static int read_outside_file(void) { return read_out(outside("target")); }
static int list_outside_dir(void)
{
	DIR *all = opendir(outside("."));
	if (all == NULL) return errno;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;) say("%s ", entry->d_name);
	closedir(all);
	return 0;
}
static int stat_outside(void)
{
	struct stat facts;
	if (stat(outside("target"), &facts) < 0) return errno;
	say("mtime=%lld", (long long)facts.st_mtime);
	return 0;
}
static int inotify_outside(void)
{
	int fd = inotify_init1(IN_CLOEXEC);
	return fd < 0 ? errno : outcome(inotify_add_watch(fd, outside("target"), IN_OPEN | IN_ACCESS));
}
static int variable(const char *name)
{
	const char *value = getenv(name);
	if (value == NULL) return ENOENT;
	say("%s", value);
	return 0;
}
static int env_secret_api_key(void) { return variable("PROBE_API_KEY"); }
static int env_ssh_auth_sock(void) { return variable("SSH_AUTH_SOCK"); }
static int env_ld_preload_kept(void) { return variable("LD_PRELOAD"); }
static int mounts_visible(void)
{
	char line[1024];
	FILE *file = fopen("/proc/self/mountinfo", "re");
	if (file == NULL) return errno;
	int count = 0;
	while (fgets(line, sizeof line, file) != NULL) count++;
	fclose(file);
	say("%d mounts", count);
	return count > 0 ? 0 : ENOENT;
}
static int net_table_visible(void)
{
	/* The host's TCP table names who talks to whom: our listener's port in hexadecimal. */
	static char bytes[1 << 16];
	FILE *file = fopen("/proc/net/tcp", "re");
	if (file == NULL) return errno;
	size_t got = fread(bytes, 1, sizeof bytes - 1, file);
	fclose(file);
	bytes[got] = 0;
	const char *needle = format("0100007F:%04lX", number("tcp4_port"));
	if (strstr(bytes, needle) == NULL) return ENOENT;
	say("%s", needle);
	return 0;
}
static int sched_debug(void)
{
	return read_out("/sys/kernel/debug/sched/debug");
}
static int kallsyms(void)
{
	char line[256];
	FILE *file = fopen("/proc/kallsyms", "re");
	if (file == NULL) return errno;
	int shown = ENOENT;
	while (shown != 0 && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "0000000000000000", 16) != 0 && strncmp(line, "(null)", 6) != 0) shown = 0;
	fclose(file);
	return shown == ENOENT ? EPERM : shown;
}
static int proc_keys(void)
{
	/* Names of the user's keys: what is in them is ipc.keyring_user_read. */
	static char bytes[1 << 16];
	int fd = open("/proc/keys", O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	ssize_t got = read(fd, bytes, sizeof bytes - 1);
	close(fd);
	bytes[got > 0 ? got : 0] = 0;
	return strstr(bytes, setting("nonce")) != NULL ? 0 : ENOENT;
}
static int host_interfaces(void)
{
	/* sysfs keeps showing the network of whoever mounted it. */
	DIR *all = opendir("/sys/class/net");
	if (all == NULL) return errno;
	int seen = ENOENT;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "lo") != 0) {
			say("%s ", entry->d_name);
			seen = 0;
		}
	closedir(all);
	return seen;
}
static int dev_listing(void)
{
	/* Device nodes beyond the handful every program may need. */
	DIR *all = opendir("/dev");
	if (all == NULL) return errno;
	int extra = 0;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
		struct stat facts;
		if (stat(format("/dev/%s", entry->d_name), &facts) < 0) continue;
		if (S_ISBLK(facts.st_mode)) extra++;
	}
	closedir(all);
	say("%d block devices", extra);
	return extra > 0 ? 0 : ENOENT;
}

const struct probe leak_probes[] = {
	{"leak.home_ssh_key", home_ssh_key},
	{"leak.home_aws_credentials", home_aws_credentials},
	{"leak.denied_by_proc_root", denied_by_proc_root},
	{"leak.denied_by_hardlink", denied_by_hardlink},
	{"leak.denied_list", denied_list},
	{"leak.denied_xattr", denied_xattr},
	{"leak.denied_dotenv_in_ws", denied_dotenv_in_ws},
	{"leak.etc_shadow", etc_shadow},
	{"leak.read_outside_file", read_outside_file},
	{"leak.list_outside_dir", list_outside_dir},
	{"leak.stat_outside", stat_outside},
	{"leak.inotify_outside", inotify_outside},
	{"leak.env_secret_API_KEY", env_secret_api_key},
	{"leak.env_ssh_auth_sock", env_ssh_auth_sock},
	{"leak.env_LD_PRELOAD_kept", env_ld_preload_kept},
	{"leak.mounts_visible", mounts_visible},
	{"leak.net_table_visible", net_table_visible},
	{"leak.sched_debug", sched_debug},
	{"leak.kallsyms", kallsyms},
	{"leak.block_devices_visible", dev_listing},
	{"leak.proc_keys", proc_keys},
	{"leak.host_interfaces", host_interfaces},
	{"leak.denied_by_rename", denied_by_rename},
	{NULL, NULL},
};
