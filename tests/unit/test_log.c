#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "child.h"

static void quotes(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} cases[] = {
		{ STR("plain"), "plain" },
		{ STR("a/b:c.d-e_f"), "a/b:c.d-e_f" },
		{ STR(""), "\"\"" },
		{ STR_NONE, "\"\"" },
		{ STR("a b"), "\"a b\"" },
		{ STR("a=b"), "\"a=b\"" },
		{ STR("say \"hi\""), "\"say \\\"hi\\\"\"" },
		{ STR("back\\slash"), "\"back\\\\slash\"" },
		{ STR("a\nlevel=error"), "\"a\\nlevel=error\"" },
		{ STR("\r\t"), "\"\\r\\t\"" },
		{ STR("nul\0x"), "\"nul\\x00x\"" },
		{ STR("\x1b[31m"), "\"\\x1b[31m\"" },
		{ STR("\x7f"), "\"\\x7f\"" },
		{ STR("\xc3\xa4"), "\xc3\xa4" },
	};
	char dst[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ptr_equal(log_quote(dst, sizeof(dst), cases[i].in), dst);
		assert_string_equal(dst, cases[i].out);
	}
}

/* For any buffer size the result is one complete value. */
static void quotes_cut(void **state)
{
	static const struct str in = STR("a\n\"\\ \x01=\xf0\x9f\x98\x80 end");
	static const struct str plain = STR("ab\xf0\x9f\x98\x80yz");
	char dst[64];

	(void)state;
	for (size_t room = 0; room < 40; room++) {
		size_t n;

		memset(dst, 'Z', sizeof(dst));
		log_quote(dst, room, in);
		assert_int_equal(dst[room], 'Z');
		if (room == 0)
			continue;
		n = strnlen(dst, room);
		assert_true(n < room);
		assert_true(str_is_utf8((struct str){ dst, n }));
		if (room < 3) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_true(n >= 2);
		assert_int_equal(dst[0], '"');
		assert_int_equal(dst[n - 1], '"');
		/* The closing quotation mark is not escaped. */
		size_t back = 0;
		while (back < n - 2 && dst[n - 2 - back] == '\\')
			back++;
		assert_int_equal(back % 2, 0);
	}
	assert_string_equal(log_quote(dst, 6, plain), "ab");
	assert_string_equal(log_quote(dst, 7, plain), "ab\xf0\x9f\x98\x80");
	assert_string_equal(log_quote(dst, 8, plain), "ab\xf0\x9f\x98\x80y");
}

static void some_lines(void *arg)
{
	(void)arg;
	log_init("unit", LOG_INFO);
	log_debug("hidden", "x=1");
	log_info("first", "n=%d word=%s", 7, "ok");
	log_warn("empty", "%s", "");
	log_context("request_id=%s", "ab12");
	log_error("second", "n=%d", 8);
	log_context("%s", "");
	log_set_level(LOG_ERROR);
	log_warn("hidden", "x=1");
	log_set_level(LOG_DEBUG);
	log_debug("third", "a=1\nlevel=error forged=%s\x1b", "\r");
}

/* The next line of the log, its time checked and removed. */
static char *next_line(char **text, char dst[512])
{
	char *end = strchr(*text, '\n');
	int y, mo, d, h, mi, s, ms, n = 0;

	assert_non_null(end);
	*end = '\0';
	assert_int_equal(sscanf(*text, "ts=%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n", &y,
			     &mo, &d, &h, &mi, &s, &ms, &n),
	    7);
	assert_int_equal(n, 28);
	assert_true(y >= 2024);
	snprintf(dst, 512, "%s", *text + n);
	*text = end + 1;
	return dst;
}

static void lines(void **state)
{
	char text[CHILD_TEXT_LEN], line[512], *at = text, *rest;

	(void)state;
	assert_int_equal(child_run(some_lines, NULL, text), 0);
	next_line(&at, line);
	assert_int_equal(strncmp(line, "level=info prog=unit pid=", 25), 0);
	assert_non_null(strstr(line, " ev=first n=7 word=ok"));
	rest = strstr(next_line(&at, line), " ev=");
	assert_string_equal(rest, " ev=empty");
	rest = strstr(next_line(&at, line), " ev=");
	assert_string_equal(rest, " ev=second request_id=ab12 n=8");
	assert_non_null(strstr(line, "level=error "));
	rest = strstr(next_line(&at, line), " ev=");
	assert_string_equal(rest,
	    " ev=third a=1\\nlevel=error forged=\\r\\x1b");
	assert_string_equal(at, "");
}

static void long_line(void *arg)
{
	static char big[9000];

	(void)arg;
	memset(big, 'x', sizeof(big) - 1);
	log_info("long", "a=%s b=%d", big, 1);
	memset(big, '\n', sizeof(big) - 1);
	log_info("long", "a=%s", big);
	log_info("after", "ok=1");
}

/* No line is longer than PIPE_BUF. */
static void long_lines_are_cut(void **state)
{
	char text[CHILD_TEXT_LEN], *end;

	(void)state;
	assert_int_equal(child_run(long_line, NULL, text), 0);
	end = strchr(text, '\n');
	assert_non_null(end);
	assert_in_range(end + 1 - text, 4000, 4096);
	end = strchr(end + 1, '\n');
	assert_non_null(end);
	assert_non_null(strstr(end, " ev=after ok=1\n"));
}

static void keep_errno(void *arg)
{
	(void)arg;
	errno = ENOENT;
	log_info("errno", "error=\"%m\"");
	if (errno != ENOENT)
		_exit(1);
	/* Without a reader the program continues. */
	close(STDERR_FILENO);
	log_info("closed", "n=%d", 1);
	if (errno != ENOENT)
		_exit(2);
}

static void leaves_errno(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(keep_errno, NULL, text), 0);
	assert_non_null(strstr(text, "error=\"No such file or directory\""));
}

#define THREADS 4
#define LINES   500

static void *write_lines(void *arg)
{
	log_context("thread=%d", (int)(intptr_t)arg);
	for (int i = 0; i < LINES; i++)
		log_info("t", "own=%d i=%d end", (int)(intptr_t)arg, i);
	return NULL;
}

/* To a pipe, as services log, while the parent reads. */
static void write_from_threads(int fd)
{
	pthread_t t[THREADS];

	dup2(fd, STDERR_FILENO);
	log_init("threads", LOG_INFO);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, write_lines, (void *)(intptr_t)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	_exit(0);
}

static void threads_do_not_mix(void **state)
{
	int seen[THREADS] = { 0 }, fds[2], total = 0, status;
	char line[512];
	pid_t pid;
	FILE *f;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		write_from_threads(fds[1]);
	}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		int context, own, i, n = 0;
		char *at = strstr(line, " ev=t ");

		assert_non_null(at);
		assert_int_equal(sscanf(at, " ev=t thread=%d own=%d i=%d end%n",
				     &context, &own, &i, &n),
		    3);
		assert_string_equal(at + n, "\n");
		assert_int_equal(context, own);
		assert_in_range(own, 0, THREADS - 1);
		assert_int_equal(i, seen[own]++);
		total++;
	}
	fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(total, THREADS * LINES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes),
		cmocka_unit_test(quotes_cut),
		cmocka_unit_test(lines),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(leaves_errno),
		cmocka_unit_test(threads_do_not_mix),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
