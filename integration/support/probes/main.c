/* Runs probes, each in a child of its own under an alarm, and prints one line a probe:
 * NAME TAB did|refused|died TAB ERRNO-OR-SIGNAL TAB TEXT. Lines that start with '#' tell where it ran. */
#include "probe.h"
#include <ctype.h>
#include <signal.h>

#define MAX_SETTINGS 96

static struct {
	char key[64];
	char value[512];
} settings[MAX_SETTINGS];
static int settings_count;
static const char *current = "none";
static char report[4096];
static size_t report_length;

static void load_settings(const char *path)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		fprintf(stderr, "probe: cannot read %s: %s\n", path, strerror(errno));
		exit(70);
	}
	char line[640];
	while (fgets(line, sizeof line, file) != NULL && settings_count < MAX_SETTINGS) {
		char *equals = strchr(line, '=');
		if (equals == NULL) continue;
		*equals = 0;
		line[strcspn(line, "\n")] = 0;
		equals[1 + strcspn(equals + 1, "\n")] = 0;
		snprintf(settings[settings_count].key, sizeof settings[0].key, "%.63s", line);
		snprintf(settings[settings_count].value, sizeof settings[0].value, "%.511s", equals + 1);
		settings_count++;
	}
	fclose(file);
}

const char *setting(const char *key)
{
	for (int i = 0; i < settings_count; i++)
		if (strcmp(settings[i].key, key) == 0) return settings[i].value;
	say("no setting %s", key);
	printf("%s\trefused\tENOENT\t%s\n", current, report);
	fflush(stdout);
	_exit(0);
}

long number(const char *key)
{
	return strtol(setting(key), NULL, 0);
}

const char *format(const char *pattern, ...)
{
	static char buffers[16][1024];
	static unsigned next;
	char *buffer = buffers[next++ % 16];
	va_list arguments;
	va_start(arguments, pattern);
	vsnprintf(buffer, sizeof buffers[0], pattern, arguments);
	va_end(arguments);
	return buffer;
}

const char *probe_name(void) { return current; }
const char *outside(const char *leaf) { return format("%s/outside/%s/%s", setting("arena"), current, leaf); }
const char *workspace(const char *leaf) { return format("%s/ws/%s", setting("arena"), leaf); }
const char *arena(const char *leaf) { return format("%s/%s", setting("arena"), leaf); }
const char *named(const char *suffix) { return format("%s/ws/%s%s", setting("arena"), current, suffix); }

void say(const char *pattern, ...)
{
	va_list arguments;
	va_start(arguments, pattern);
	int written = vsnprintf(report + report_length, sizeof report - report_length, pattern, arguments);
	va_end(arguments);
	if (written > 0) report_length += (size_t)written;
	if (report_length >= sizeof report) report_length = sizeof report - 1;
}

void say_bytes(const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	for (size_t i = 0; i < length; i++) say("%c", isprint(at[i]) ? at[i] : '.');
}

int outcome(long answer) { return answer < 0 ? errno : 0; }

int poke(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0) return errno;
	int result = write(fd, "changed\n", 8) == 8 ? 0 : errno;
	close(fd);
	return result;
}

int create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0) return errno;
	int result = write(fd, "made\n", 5) == 5 ? 0 : errno;
	close(fd);
	return result;
}

int read_out(const char *path)
{
	char bytes[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	ssize_t got = read(fd, bytes, sizeof bytes);
	int result = got >= 0 ? 0 : errno;
	if (got > 0) say_bytes(bytes, (size_t)got);
	close(fd);
	return result;
}

int send_name(int descriptor)
{
	char line[96];
	int length = snprintf(line, sizeof line, "%s\n", current);
	return write(descriptor, line, (size_t)length) == length ? 0 : errno;
}

static void in_child(const struct probe *probe)
{
	setpgid(0, 0);
	signal(SIGPIPE, SIG_IGN);
	/* Five thousand processes take their time beside others. */
	alarm(90);
	int result = probe->run();
	if (result == 0)
		printf("%s\tdid\t0\t%s\n", current, report);
	else
		printf("%s\trefused\t%s\t%s\n", current, strerrorname_np(result) ? strerrorname_np(result) : "?", report);
	fflush(stdout);
	_exit(0);
}

static void run(const struct probe *probe)
{
	current = probe->name;
	pid_t child = fork();
	if (child == 0) in_child(probe);
	if (child < 0) {
		printf("%s\trefused\tfork:%s\t\n", current, strerrorname_np(errno));
		return;
	}
	setpgid(child, child);
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
	kill(-child, SIGKILL);
	if (WIFSIGNALED(status)) printf("%s\tdied\t%d\t\n", current, WTERMSIG(status));
	fflush(stdout);
}

static void tell_where(void)
{
	static const char *const kinds[] = {"user", "mnt", "pid", "net", "ipc", "uts"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char link[64] = "";
		ssize_t length = readlink(format("/proc/self/ns/%s", kinds[i]), link, sizeof link - 1);
		printf("#ns\t%s\t%s\n", kinds[i], length > 0 ? link : "unreadable");
	}
	fflush(stdout);
}

static int wanted(const char *name, char **patterns)
{
	if (*patterns == NULL) return 1;
	for (; *patterns != NULL; patterns++) {
		size_t length = strlen(*patterns);
		if (strcmp(*patterns, name) == 0) return 1;
		if (length > 0 && (*patterns)[length - 1] == '.' && strncmp(*patterns, name, length) == 0) return 1;
	}
	return 0;
}

/* probe SETTINGS [NAME | GROUP.]... */
int main(int count, char **arguments)
{
	static const struct probe *const tables[] = {
		fs_write_probes, fs_metadata_probes, fs_descriptor_probes, prot_probes, ns_probes,
		priv_probes,	 proc_probes,	     net_probes,	   net_family_probes, unix_probes,
		ipc_probes,	 leak_probes,	     tty_probes,	   life_probes,
	};
	if (count < 2) return 64;
	load_settings(arguments[1]);
	tell_where();
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const struct probe *probe = tables[t]; probe->name != NULL; probe++)
			if (wanted(probe->name, arguments + 2)) run(probe);
	return 0;
}
