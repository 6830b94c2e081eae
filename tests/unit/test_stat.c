#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/stat.h"
#include "child.h"

static char dir[] = "/tmp/imcloud-stat-XXXXXX";

#define SENDS    "imcloud_sends_total{outcome=\"accepted\",program=\"p\"} "
#define REQUESTS "imcloud_requests_total{program=\"p\"} "
#define LIVE     "imcloud_live_connections{program=\"p\"} "

/* Counts the files in the directory with this ending. */
static int count_files(const char *ending, char path_out[300])
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int found = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		size_t len = strlen(e->d_name), n = strlen(ending);

		if (e->d_name[0] == '.' || len < n ||
		    strcmp(e->d_name + len - n, ending))
			continue;
		found++;
		if (path_out)
			snprintf(path_out, 300, "%s/%s", dir, e->d_name);
	}
	closedir(d);
	return found;
}

static int empty_dir(void **state)
{
	char path[300];

	(void)state;
	while (count_files("", path))
		unlink(path);
	return 0;
}

/* The value of a series; -1 if it does not exist. */
static int64_t value(const char *series)
{
	int64_t n = -1;
	struct buf b;
	char *at;

	buf_init(&b);
	assert_int_equal(stat_render(&b), 0);
	at = b.len ? strstr(b.p, series) : NULL;
	if (at) {
		assert_true(at == b.p || at[-1] == '\n');
		assert_int_equal(sscanf(at + strlen(series), "%" SCNd64, &n),
		    1);
		assert_null(strstr(at + 1, series));
	}
	buf_release(&b);
	return n;
}

struct count {
	const char *prog;
	int64_t sends, requests, live;
};

static void count_and_end(void *arg)
{
	const struct count *c = arg;

	/* Counts before stat_open() are not lost. */
	stat_add(STAT_SEND_ACCEPTED, c->sends);
	if (stat_open(c->prog) < 0)
		_exit(1);
	stat_add(STAT_HTTP_REQUESTS, c->requests - 1);
	stat_add(STAT_HTTP_REQUESTS, 1);
	stat_set(STAT_LIVE_CONNECTIONS, c->live);
	if (stat_get(STAT_SEND_ACCEPTED) != c->sends ||
	    stat_get(STAT_HTTP_REQUESTS) != c->requests)
		_exit(2);
}

static void run(const struct count *c)
{
	char text[CHILD_TEXT_LEN];

	assert_int_equal(child_run(count_and_end, (void *)c, text), 0);
	assert_string_equal(text, "");
}

static void sums_dead_processes(void **state)
{
	(void)state;
	assert_int_equal(value(SENDS), -1);
	run(&(struct count){ "p", 5, 50, 3 });
	assert_int_equal(value(SENDS), 5);
	assert_int_equal(value(REQUESTS), 50);
	/* A gauge ends with its process. */
	assert_int_equal(value(LIVE), 0);
	run(&(struct count){ "p", 6, 60, 3 });
	run(&(struct count){ "p", 7, 70, 3 });
	assert_int_equal(value(SENDS), 18);
	assert_int_equal(value(REQUESTS), 180);
	assert_int_equal(value(LIVE), 0);
	/* Each start folded the file of the process before. */
	assert_int_equal(count_files(".past", NULL), 1);
	assert_int_equal(count_files(".lock", NULL), 1);
	assert_int_equal(count_files(".tmp", NULL), 0);
	assert_int_equal(count_files("", NULL), 3);
}

static void programs_are_apart(void **state)
{
	(void)state;
	run(&(struct count){ "p", 1, 1, 0 });
	run(&(struct count){ "q", 20, 1, 0 });
	/* A name with a dot, and one that is a prefix of another. */
	run(&(struct count){ "p.7", 300, 1, 0 });
	run(&(struct count){ "p", 1, 1, 0 });
	run(&(struct count){ "p.7", 300, 1, 0 });
	assert_int_equal(value(SENDS), 2);
	assert_int_equal(
	    value("imcloud_sends_total{outcome=\"accepted\",program=\"q\"} "),
	    20);
	assert_int_equal(
	    value("imcloud_sends_total{outcome=\"accepted\",program=\"p.7\"} "),
	    600);
}

static int to_child, from_child;

static void live_until_told(void *arg)
{
	char c;

	count_and_end(arg);
	if (write(from_child, "x", 1) != 1 || read(to_child, &c, 1) < 0)
		_exit(3);
	_exit(0);
}

/* A live process is summed in place and never folded. */
static void live_process(void **state)
{
	struct count c = { "p", 5, 50, 3 };
	int up[2], down[2], status;
	pid_t pid;
	char byte;

	(void)state;
	assert_int_equal(pipe2(up, O_CLOEXEC), 0);
	assert_int_equal(pipe2(down, O_CLOEXEC), 0);
	from_child = up[1];
	to_child = down[0];
	pid = fork();
	if (pid == 0) {
		close(down[1]);
		live_until_told(&c);
	}
	close(up[1]);
	close(down[0]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	assert_int_equal(value(SENDS), 5);
	assert_int_equal(value(LIVE), 3);
	run(&(struct count){ "p", 6, 60, 4 });
	run(&(struct count){ "p", 6, 60, 4 });
	assert_int_equal(value(SENDS), 17);
	assert_int_equal(value(LIVE), 3);
	/* Its own file, and that of the process that died last. */
	assert_int_equal(count_files("", NULL), 4);
	close(down[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(up[0]);
	assert_int_equal(value(SENDS), 17);
	assert_int_equal(value(LIVE), 0);
	run(&(struct count){ "p", 1, 1, 0 });
	assert_int_equal(value(SENDS), 18);
	assert_int_equal(count_files("", NULL), 3);
}

static void killed(void *arg)
{
	count_and_end(arg);
	kill(getpid(), SIGKILL);
}

static void survives_kill(void **state)
{
	struct count c = { "p", 9, 90, 1 };
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(killed, &c, text), 128 + 9);
	assert_int_equal(value(SENDS), 9);
	run(&(struct count){ "p", 1, 1, 0 });
	assert_int_equal(value(SENDS), 10);
}

static size_t slurp(const char *path, char dst[32768])
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, dst, 32768);

	assert_in_range(n, 1, 32767);
	close(fd);
	return (size_t)n;
}

static void spill(const char *path, const char *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, len), len);
	close(fd);
}

/*
 * A file that was added, but not removed because the process was killed, among
 * others that have not been added yet.
 */
static void adds_once(void **state)
{
	static char bytes[32768];
	char path[300], other[300];
	size_t len;

	(void)state;
	run(&(struct count){ "p", 5, 50, 0 });
	count_files(".lock", path);
	unlink(path);
	assert_int_equal(count_files("", path), 1);
	len = slurp(path, bytes);
	run(&(struct count){ "p", 6, 60, 0 });
	assert_int_equal(value(SENDS), 11);
	spill(path, bytes, len);
	assert_int_equal(value(SENDS), 11);
	assert_int_equal(value(REQUESTS), 110);
	for (int i = 0; i < 9; i++) {
		bytes[19]++; /* changes its id */
		snprintf(other, sizeof(other), "%s/p.400000%d", dir, i);
		spill(other, bytes, len);
	}
	assert_int_equal(value(SENDS), 11 + 9 * 5);
	run(&(struct count){ "p", 1, 1, 0 });
	assert_int_equal(value(SENDS), 11 + 9 * 5 + 1);
	assert_int_equal(count_files("", NULL), 3);
}

/* A file of a version with its counters in another order. */
static void other_versions(void **state)
{
	static char bytes[32768];
	char path[300], *a, *b, slot[64];
	size_t len;

	(void)state;
	run(&(struct count){ "p", 5, 50, 0 });
	count_files(".lock", path);
	unlink(path);
	count_files("", path);
	len = slurp(path, bytes);
	assert_int_equal(len % 64, 0);
	a = memmem(bytes, len, "SEND_ACCEPTED", 14);
	b = memmem(bytes, len, "HTTP_REQUESTS", 14);
	assert_non_null(a);
	assert_non_null(b);
	/* Slots of 64 bytes: a value of 8 bytes, then the name. */
	memcpy(slot, a - 8, 64);
	memcpy(a - 8, b - 8, 64);
	memcpy(b - 8, slot, 64);
	/* And a counter that no longer exists. */
	a = memmem(bytes, len, "HTTP_2XX", 9);
	assert_non_null(a);
	memcpy(a, "HTTP_3XX", 9);
	a[-8] = 77;
	spill(path, bytes, len);
	assert_int_equal(value(SENDS), 5);
	assert_int_equal(value(REQUESTS), 50);
	run(&(struct count){ "p", 1, 1, 0 });
	assert_int_equal(value(SENDS), 6);
	assert_int_equal(value(REQUESTS), 51);
	assert_int_equal(
	    value("imcloud_responses_total{class=\"2xx\",program=\"p\"} "), 0);
}

/* Left by a process that was killed early, or foreign files. */
static void odd_files(void **state)
{
	char path[300], name[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/p.4000001", dir);
	spill(path, "", 0);
	snprintf(path, sizeof(path), "%s/p.4000002", dir);
	spill(path, "tsmi", 4);
	snprintf(path, sizeof(path), "%s/p.4000003x", dir);
	spill(path, "notes", 5);
	snprintf(path, sizeof(path), "%s/p.", dir);
	spill(path, "notes", 5);
	memset(name, 'n', 200);
	snprintf(name + 200, 10, ".12");
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	spill(path, "notes", 5);
	run(&(struct count){ "p", 5, 50, 0 });
	assert_int_equal(value(SENDS), 5);
	/* The first two are removed; foreign files stay. */
	assert_int_equal(count_files("4000001", NULL), 0);
	assert_int_equal(count_files("4000002", NULL), 0);
	assert_int_equal(count_files("4000003x", NULL), 1);
}

#define THREADS 4
#define EACH    100000

static void *add_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < EACH; i++)
		stat_add(STAT_SEND_ACCEPTED, 1);
	return NULL;
}

static void add_from_threads(void *arg)
{
	pthread_t t[THREADS];

	(void)arg;
	if (stat_open("p") < 0)
		_exit(1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, add_many, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

static void threads_lose_nothing(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(add_from_threads, NULL, text), 0);
	assert_int_equal(value(SENDS), THREADS * EACH);
}

#define PROCESSES 40

static void count_when_told(void *arg)
{
	char c;

	/* EOF on the pipe is the signal to start. */
	if (read(to_child, &c, 1) != 0)
		_exit(3);
	count_and_end(arg);
	_exit(0);
}

/*
 * Many processes start and end concurrently with a reader: no count is lost or
 * doubled, and what the reader sees never decreases.
 */
static void many_processes(void **state)
{
	struct count c = { "p", 1, 10, 0 };
	int fds[2], status, left = PROCESSES;
	int64_t seen = 0, n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	to_child = fds[0];
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			close(fds[1]);
			count_when_told(&c);
		}
	}
	close(fds[0]);
	close(fds[1]);
	while (left > 0) {
		pid = waitpid(-1, &status, WNOHANG);
		assert_true(pid >= 0);
		if (pid > 0) {
			assert_int_equal(status, 0);
			left--;
		}
		n = value(REQUESTS);
		if (n >= 0) {
			assert_true(n >= seen);
			seen = n;
		}
	}
	assert_int_equal(value(SENDS), PROCESSES);
	assert_int_equal(value(REQUESTS), 10 * PROCESSES);
}

/* Each family once, with HELP and TYPE before its series. */
static void exposition_format(void **state)
{
	char seen[200][80], line[400], name[80], kind[80];
	const char *at;
	int families = 0, types = 0, series = 0, len;
	struct buf b;

	(void)state;
	run(&(struct count){ "p", 5, 50, 0 });
	run(&(struct count){ "q", 5, 50, 0 });
	buf_init(&b);
	assert_int_equal(stat_render(&b), 0);
	for (at = b.p; *at; at += len) {
		len = (int)(strchr(at, '\n') - at) + 1;
		snprintf(line, sizeof(line), "%.*s", len, at);
		if (sscanf(line, "# HELP %79s", name) == 1) {
			for (int i = 0; i < families; i++)
				assert_string_not_equal(seen[i], name);
			snprintf(seen[families++], 80, "%s", name);
		} else if (sscanf(line, "# TYPE %79s %79s", name, kind) == 2) {
			assert_string_equal(name, seen[families - 1]);
			assert_true(
			    !strcmp(kind, "counter") || !strcmp(kind, "gauge"));
			types++;
		} else {
			assert_int_equal(sscanf(line, "%79[a-z_]{", name), 1);
			assert_string_equal(name, seen[families - 1]);
			series++;
		}
	}
	assert_int_equal(types, families);
	assert_int_equal(series, STAT_MAX * 2);
	buf_release(&b);
}

static void open_nowhere(void *arg)
{
	(void)arg;
	stat_add(STAT_SEND_ACCEPTED, 2);
	conf.stat.dir = "/nonexistent/imcloud";
	if (stat_open("p") != -1)
		_exit(1);
	stat_add(STAT_SEND_ACCEPTED, 3);
	_exit(stat_get(STAT_SEND_ACCEPTED) == 5 ? 0 : 2);
}

static void open_private(void *arg)
{
	struct buf b;

	(void)arg;
	conf.stat.dir = "";
	if (stat_open("p") != 0)
		_exit(1);
	stat_add(STAT_SEND_ACCEPTED, 3);
	buf_init(&b);
	if (stat_render(&b) != 0 || !strstr(b.p, SENDS "3\n"))
		_exit(2);
	_exit(0);
}

static void render_nowhere(void *arg)
{
	struct buf b;

	(void)arg;
	buf_init(&b);
	conf.stat.dir = "/nonexistent/imcloud";
	_exit(stat_render(&b) == -1 ? 0 : 1);
}

static void without_a_directory(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(open_nowhere, NULL, text), 0);
	assert_non_null(strstr(text, " level=warn "));
	assert_non_null(strstr(text, " ev=stat_open "));
	assert_int_equal(child_run(open_private, NULL, text), 0);
	assert_string_equal(text, "");
	assert_int_equal(child_run(render_nowhere, NULL, text), 0);
	assert_non_null(strstr(text, " ev=stat_render "));
}

static int start(void **state)
{
	(void)state;
	conf.stat.dir = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int stop(void **state)
{
	empty_dir(state);
	return rmdir(dir);
}

#define TEST(f) cmocka_unit_test_setup(f, empty_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sums_dead_processes),
		TEST(programs_are_apart),
		TEST(live_process),
		TEST(survives_kill),
		TEST(adds_once),
		TEST(other_versions),
		TEST(odd_files),
		TEST(threads_lose_nothing),
		TEST(many_processes),
		TEST(exposition_format),
		TEST(without_a_directory),
	};

	return cmocka_run_group_tests_name("stat", tests, start, stop);
}
