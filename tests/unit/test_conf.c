#include <errno.h>
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
#include "base/err.h"
#include "child.h"

/* A table for this test, with settings of every type. */
struct values {
	int64_t beat_s, plain;
	bool flag;
	const char *name, *secret;
};

static const struct values defaults_of_all = { .beat_s = 25,
	.plain = -5,
	.name = "imcloud",
	.secret = "" };

static const struct conf_key keys[] = {
	{ "live", "beat_s", CONF_INT, offsetof(struct values, beat_s), "s", 1,
	    30, "How often a heartbeat goes out." },
	{ "live", "flag", CONF_BOOL, offsetof(struct values, flag), "", 0, 0,
	    "Whether." },
	{ "live", "plain", CONF_INT, offsetof(struct values, plain), "",
	    INT64_MIN, INT64_MAX, "Any." },
	{ "db", "name", CONF_STR, offsetof(struct values, name), "", 2, 20,
	    "The database." },
	{ "db", "password", CONF_STR, offsetof(struct values, secret), "", 0, 0,
	    "Its key." },
};

static const struct conf_table table = { keys, sizeof(keys) / sizeof(keys[0]),
	&defaults_of_all, sizeof(defaults_of_all) };

static struct values v;
static struct arena strings;

/* Like conf_load(), which uses the real table. */
static void load(const char *from, const char *const *overrides, size_t n)
{
	char msg[512];

	if (conf_table_read(&table, &strings, from, overrides, n, &v, msg,
		sizeof(msg)) < 0)
		die(EX_CONFIG, "%s", msg);
}

static void print(enum conf_print what, struct buf *out)
{
	buf_clear(out);
	conf_table_print(&table, &v, what, out);
}

/* A temporary directory: c.conf, c.conf.d/. */
static char dir[] = "/tmp/imcloud-conf-XXXXXX";
static char file[64], dropins[64];

static void put(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void put_main(const char *text)
{
	put(file, text, strlen(text));
}

static void put_dropin(const char *as, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dropins, as);
	put(path, text, strlen(text));
}

static int fresh(void **state)
{
	static const char *const names[] = { "10-a.conf", "9-b.conf", "c.conf",
		"c.conf~", ".hidden.conf", "README" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dropins, names[i]);
		if (unlink(path) < 0 && errno != ENOENT)
			return -1;
	}
	unsetenv("IM_LIVE_BEAT_S");
	unsetenv("IM_LIVE_FLAG");
	unsetenv("IM_DB_NAME");
	unsetenv("IM_DB_PASSWORD");
	unsetenv("IMCLOUD_CONF");
	put_main("");
	load(file, NULL, 0);
	return 0;
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(v.beat_s, 25);
	assert_int_equal(v.plain, -5);
	assert_false(v.flag);
	assert_string_equal(v.name, "imcloud");
	assert_string_equal(v.secret, "");
}

static void reads_file(void **state)
{
	(void)state;
	put_main(
	    "\xef\xbb\xbf; a comment\n# another\n\n"
	    "[live]\r\n  beat_s = 7  \nflag=YES\nplain: -9223372036854775808\n"
	    "[empty]\n"
	    "[db]\npassword = a=b ; c # d \"e\"\nname=chat");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 7);
	assert_true(v.flag);
	assert_true(v.plain == INT64_MIN);
	/* Nothing after a value is taken as a comment. */
	assert_string_equal(v.secret, "a=b ; c # d \"e\"");
	assert_string_equal(v.name, "chat");
	/* A setting that is removed has its default again. */
	put_main("");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 25);
	assert_string_equal(v.secret, "");
}

static void booleans(void **state)
{
	static const char *const words[] = { "no", "yes", "false", "TRUE",
		"off", "On", "0", "1" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text), "[live]\nflag = %s\n", words[i]);
		put_main(text);
		v.flag = i % 2 == 0;
		load(file, NULL, 0);
		assert_int_equal(v.flag, i % 2);
	}
}

/* Removes the sources one by one, the strongest first. */
static void precedence(void **state)
{
	static const char *const overrides[] = { "live.beat_s=1",
		"live.beat_s=2" };

	(void)state;
	put_main("[live]\nbeat_s = 5\n");
	put_dropin("10-a.conf", "[live]\nbeat_s = 4\n");
	put_dropin("9-b.conf", "[live]\nbeat_s = 6\n");
	put_dropin("c.conf~", "[live]\nbeat_s = 7\n");
	put_dropin(".hidden.conf", "[live]\nbeat_s = 8\n");
	put_dropin("README", "No settings at all.\n");
	setenv("IM_LIVE_BEAT_S", "3", 1);

	load(file, overrides, 2);
	assert_int_equal(v.beat_s, 2);
	load(file, overrides, 1);
	assert_int_equal(v.beat_s, 1);
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 3);
	unsetenv("IM_LIVE_BEAT_S");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 6); /* by bytes, "9" comes after "10" */
	put_dropin("9-b.conf", "[live]\nflag = yes\n");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 4);
	assert_true(v.flag);
	put_dropin("10-a.conf", "");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 5);
	put_main("");
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 25);
}

static void overrides_hold_anything(void **state)
{
	static const char *const overrides[] = { "db.password=a.b=c d",
		" db.name =x y" };

	(void)state;
	load(file, overrides, 2);
	assert_string_equal(v.secret, "a.b=c d");
	assert_string_equal(v.name, "x y");
}

static void file_from_environment(void **state)
{
	char other[128];

	(void)state;
	put_main("[live]\nbeat_s = 5\n");
	snprintf(other, sizeof(other), "%s/c.conf", dropins);
	put(other, "[live]\nbeat_s = 9\n", 18);
	setenv("IMCLOUD_CONF", other, 1);
	load(NULL, NULL, 0);
	assert_int_equal(v.beat_s, 9);
	unlink(other);
	load(file, NULL, 0); /* -c takes precedence */
	assert_int_equal(v.beat_s, 5);
}

struct bad {
	const char *text; /* of the file */
	const char *override;
	const char *message; /* after the directory's name */
};

static void load_bad(void *arg)
{
	const struct bad *bad = arg;

	load(file, &bad->override, bad->override != NULL);
}

/* Exit 78, and the message names the place. */
static void bad_settings_end_the_program(void **state)
{
	static const struct bad cases[] = {
		{ "# x\n\n[live]\nbeat_s = 7\nbeats = 1\n", NULL,
		    "/c.conf:5: unknown key live.beats\"" },
		{ "[life]\nbeat_s = 7\n", NULL,
		    "/c.conf:2: unknown key life.beat_s\"" },
		{ "beat_s = 7\n", NULL, "/c.conf:1: unknown key .beat_s\"" },
		{ "[live]\nBeat_s = 7\n", NULL,
		    "/c.conf:2: unknown key live.Beat_s\"" },
		{ "[live]\n\nbeat_s = 0\n", NULL,
		    "/c.conf:3: live.beat_s: 0 is not within 1 and 30\"" },
		{ "[live]\nbeat_s = 31\n", NULL,
		    "/c.conf:2: live.beat_s: 31 is not within 1 and 30\"" },
		{ "[live]\nbeat_s = 9 ; s\n", NULL,
		    "/c.conf:2: live.beat_s: is not a whole number" },
		{ "[live]\nbeat_s =\n", NULL,
		    "/c.conf:2: live.beat_s: is not a whole number" },
		{ "[live]\nplain = 9223372036854775808\n", NULL,
		    "/c.conf:2: live.plain: is not a whole number" },
		{ "[live]\nflag = maybe\n", NULL,
		    "/c.conf:2: live.flag: is neither yes nor" },
		{ "[db]\nname = x\n", NULL,
		    "/c.conf:2: db.name: is shorter than 2 bytes\"" },
		{ "[db]\nname =\n", NULL, "/c.conf:2: db.name: must be set\"" },
		{ "[db]\nname = 123456789012345678901\n", NULL,
		    "/c.conf:2: db.name: is longer than 20 bytes\"" },
		{ "[live]\nbeat_s = 7\nhello\n", NULL,
		    "/c.conf:3: neither [section] nor key = value\"" },
		{ "[live]\nbeat_s = 7\n  8\n", NULL,
		    "/c.conf:3: neither [section] nor key = value\"" },
		{ "[live\nbeat_s = 7\n", NULL,
		    "/c.conf:1: neither [section] nor key = value\"" },
		/* The first one is reported. */
		{ "[live]\nhello\nbeats = 7\n", NULL,
		    "/c.conf:2: neither [section] nor key = value\"" },
		{ "", "live.beats=1", "-o: unknown key live.beats\"" },
		{ "", "live.beat_s=0", "-o: live.beat_s: 0 is not within" },
		{ "", "live=1", "-o live: not section.key=value" },
		{ "", "live.beat_s", "-o live.beat_s: not section.key=value" },
		{ "", "", "-o : not section.key=value" },
	};
	char text[CHILD_TEXT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_main(cases[i].text);
		assert_int_equal(child_run(load_bad, (void *)&cases[i], text),
		    78);
		if (!strstr(text, " level=error ") ||
		    !strstr(text, cases[i].message))
			fail_msg("case %zu: %s", i, text);
		if (!cases[i].override && !strstr(text, dir))
			fail_msg("case %zu names no file: %s", i, text);
	}
}

static void bad_places(void **state)
{
	static const struct bad none;
	char text[CHILD_TEXT_LEN];

	(void)state;
	put_dropin("10-a.conf", "[live]\n\nbeats = 4\n");
	assert_int_equal(child_run(load_bad, (void *)&none, text), 78);
	assert_non_null(
	    strstr(text, "/c.conf.d/10-a.conf:3: unknown key live.beats\""));
	put_dropin("10-a.conf", "");
	setenv("IM_LIVE_BEAT_S", "many", 1);
	assert_int_equal(child_run(load_bad, (void *)&none, text), 78);
	assert_non_null(strstr(text, "IM_LIVE_BEAT_S: live.beat_s: "));
	/* Other IM_ variables are ignored. */
	unsetenv("IM_LIVE_BEAT_S");
	setenv("IM_SESSION", "7", 1);
	assert_int_equal(child_run(load_bad, (void *)&none, text), 0);
	unsetenv("IM_SESSION");
}

/* A rejected password is not shown. */
static void secrets_are_not_shown(void **state)
{
	static const struct bad cases[] = {
		{ "[db]\nname = hunter2hunter2hunter2hunter2\n", NULL, NULL },
		{ "[db]\npasword = hunter2\n", NULL, NULL },
		{ "", "db.pasword=hunter2", NULL },
		{ "", "password=hunter2", NULL },
	};
	char text[CHILD_TEXT_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_main(cases[i].text);
		assert_int_equal(child_run(load_bad, (void *)&cases[i], text),
		    78);
		assert_null(strstr(text, "hunter2"));
	}
}

static void load_file(void *arg)
{
	load(arg, NULL, 0);
}

static void missing_files(void **state)
{
	char text[CHILD_TEXT_LEN], path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/nowhere.conf", dir);
	assert_int_equal(child_run(load_file, path, text), 78);
	assert_non_null(strstr(text, "/nowhere.conf: No such file"));
	setenv("IMCLOUD_CONF", path, 1);
	assert_int_equal(child_run(load_file, NULL, text), 78);
	assert_non_null(strstr(text, "/nowhere.conf: No such file"));
	assert_int_equal(child_run(load_file, dir, text), 78);
	assert_non_null(strstr(text, ": Is a directory\""));
}

/*
 * Lines of any length up to the bound are read completely; longer ones are
 * refused.
 */
static void long_lines(void **state)
{
	static char text[20000], big[CHILD_TEXT_LEN];
	int head;

	(void)state;
	head = snprintf(text, sizeof(text), "[db]\npassword = ");
	memset(text + head, 'p', 8000);
	snprintf(text + head + 8000, 100, "\n[live]\nbeat_s = 7\n");
	put_main(text);
	load(file, NULL, 0);
	assert_int_equal(strlen(v.secret), 8000);
	assert_int_equal(v.beat_s, 7);
	memset(text + head, 'p', 9000);
	snprintf(text + head + 9000, 100, "\n[live]\nbeats = 7\n");
	put_main(text);
	assert_int_equal(child_run(load_file, file, big), 78);
	assert_non_null(strstr(big, "/c.conf:2: longer than"));
	/* A NUL byte would hide the rest of its line. */
	put(file, "[live]\nbeat_s = 7\0beats\n", 24);
	assert_int_equal(child_run(load_file, file, big), 78);
	assert_non_null(strstr(big, "/c.conf:2: "));
}

static void failure_has_no_effect(void **state)
{
	const struct values before = v;
	char msg[256], tiny[8];

	(void)state;
	put_main("[live]\nbeat_s = 7\nbeats = 7\n");
	assert_int_equal(conf_table_read(&table, &strings, file, NULL, 0, &v,
			     msg, sizeof(msg)),
	    -1);
	assert_non_null(strstr(msg, "/c.conf:3: unknown key live.beats"));
	assert_memory_equal(&v, &before, sizeof(v));
	assert_int_equal(conf_table_read(&table, &strings, file, NULL, 0, &v,
			     tiny, sizeof(tiny)),
	    -1);
	assert_int_equal(strlen(tiny), 7);
}

static void prints(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	print(CONF_PRINT_DIFFERENCES, &b);
	assert_string_equal(buf_view(&b).p, "");
	put_main("[live]\nbeat_s = 7\nflag = off\n[db]\nname = chat\n");
	load(file, NULL, 0);
	print(CONF_PRINT_DIFFERENCES, &b);
	assert_string_equal(b.p, "[live]\nbeat_s = 7\n\n[db]\nname = chat\n");
	print(CONF_PRINT_ALL, &b);
	assert_string_equal(b.p, "[live]\nbeat_s = 7\nflag = no\nplain = -5\n\n"
				 "[db]\nname = chat\npassword =\n");
	print(CONF_PRINT_EXAMPLE, &b);
	assert_non_null(strstr(b.p,
	    "[live]\n# How often a heartbeat goes out.\n"
	    "# 1 to 30 s.\n#beat_s = 25\n"));
	assert_non_null(strstr(b.p, "#password =\n"));
	buf_release(&b);
}

/* Printed settings can be read again, with the same effect. */
static void round_trip(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	put_main("[live]\nbeat_s = 9\nflag = 1\nplain = 0\n"
		 "[db]\nname = a ;b\npassword = x = y\n");
	load(file, NULL, 0);
	print(CONF_PRINT_ALL, &b);
	put_main(b.p);
	fresh(NULL);
	put_main(b.p);
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 9);
	assert_true(v.flag);
	assert_int_equal(v.plain, 0);
	assert_string_equal(v.name, "a ;b");
	assert_string_equal(v.secret, "x = y");
	print(CONF_PRINT_EXAMPLE, &b);
	put_main(b.p);
	load(file, NULL, 0);
	assert_int_equal(v.beat_s, 25);
	buf_release(&b);
}

/* A default may be invalid, to make the setting mandatory. */
static void what_must_be_set(void **state)
{
	static const char *const none = "";
	static const struct conf_key must[] = {
		{ "t", "a", CONF_STR, 0, "", 1, 9, "" },
	};
	static const struct conf_table t = { must, 1, &none, sizeof(none) };
	const char *a = NULL;
	char msg[256];

	(void)state;
	assert_int_equal(conf_table_read(&t, &strings, file, NULL, 0, &a, msg,
			     sizeof(msg)),
	    -1);
	assert_non_null(strstr(msg, "/c.conf: t.a: must be set"));
	put_main("[t]\na = x\n");
	assert_int_equal(conf_table_read(&t, &strings, file, NULL, 0, &a, msg,
			     sizeof(msg)),
	    0);
	assert_string_equal(a, "x");
}

/* ---- the real table ---- */

static void load_real(void *arg)
{
	conf_load(arg, NULL, 0);
}

static void settings_of_imcloud(void **state)
{
	static const char *const overrides[] = { "db.name=other",
		"live.heartbeat_s=7" };
	char text[CHILD_TEXT_LEN];

	(void)state;
	/* Before conf_load(). */
	assert_string_equal(conf.db.name, "imcloud");
	assert_int_equal(conf.live.heartbeat_s, 25);
	conf_load(file, overrides, 2);
	assert_string_equal(conf.db.name, "other");
	assert_int_equal(conf.live.heartbeat_s, 7);
	/* A setting that is removed has its default again. */
	conf_load(file, NULL, 0);
	assert_string_equal(conf.db.name, "imcloud");

	put_main("[db]\nport = 3307\nport = 0\n");
	assert_int_equal(conf.db.port, 3306);
	assert_int_equal(child_run(load_real, file, text), 78);
	assert_non_null(strstr(text, "/c.conf:3: db.port: 0 is not within 1 "));
}

/* The example contains every default: it loads, also with its comment marks
 * removed, and nothing differs. */
static void example_is_the_defaults(void **state)
{
	struct buf example, differences;

	(void)state;
	unsetenv("IM_FANOUT_SHED_LAG_MS"); /* of tests/run */
	buf_init(&example);
	buf_init(&differences);
	conf_print(CONF_PRINT_EXAMPLE, &example);
	for (char *line = example.p; line; line = strchr(line + 1, '\n'))
		if (line[0] == '\n' && line[1] == '#' && line[2] != ' ')
			line[1] = ' ';
	put_main(example.p);
	conf_load(file, NULL, 0);
	conf_print(CONF_PRINT_DIFFERENCES, &differences);
	assert_string_equal(buf_view(&differences).p, "");
	buf_release(&example);
	buf_release(&differences);
}

static int start(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/c.conf", dir);
	snprintf(dropins, sizeof(dropins), "%s/c.conf.d", dir);
	if (mkdir(dropins, 0700) < 0)
		return -1;
	return 0;
}

static int stop(void **state)
{
	if (fresh(state) < 0 || unlink(file) < 0 || rmdir(dropins) < 0)
		return -1;
	return rmdir(dir);
}

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(defaults),
		TEST(reads_file),
		TEST(booleans),
		TEST(precedence),
		TEST(overrides_hold_anything),
		TEST(file_from_environment),
		TEST(bad_settings_end_the_program),
		TEST(bad_places),
		TEST(secrets_are_not_shown),
		TEST(missing_files),
		TEST(long_lines),
		TEST(failure_has_no_effect),
		TEST(prints),
		TEST(round_trip),
		TEST(what_must_be_set),
		TEST(settings_of_imcloud),
		TEST(example_is_the_defaults),
	};

	return cmocka_run_group_tests_name("conf", tests, start, stop);
}
