/* What im-conf -c finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/conf_form.h"

static char file[] = "/tmp/imcloud-conf-XXXXXX";

static void put(const char *text)
{
	FILE *f = fopen(file, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* The faults of this text, each as FILE:LINE: ...; want: without the file. */
static void finds(const char *text, int n, const char *want)
{
	struct buf faults, shown;
	struct str rest;

	put(text);
	buf_init(&faults);
	buf_init(&shown);
	assert_int_equal(conf_check(file, NULL, 0, &faults), n);
	rest = buf_view(&faults);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');

		if (str_starts(line, file))
			str_cut(&line, ':');
		buf_str(&shown, line);
		buf_char(&shown, '\n');
	}
	assert_string_equal(n ? shown.p : "", want);
	buf_release(&faults);
	buf_release(&shown);
}

static void every_fault_has_a_line(void **state)
{
	(void)state;
	finds("", 0, "");
	finds("[db]\nport = 3307\n[log]\nlevel = debug\n", 0, "");
	finds("[db]\nport = 0\npasword = hunter2\nname =\n"
	      "[cache]\nservers = /run/m.sock, 127.0.0.1:99999\n",
	    4,
	    "2: db.port: 0 is not within 1 and 65535\n"
	    "3: unknown key db.pasword; db.password is meant?\n"
	    "4: db.name: must be set\n"
	    "6: cache.servers: has a port that is not within 1 and 65535\n");
	finds("[quite]\nother = 1\n[db]\nport = hunter2\n", 2,
	    "2: unknown key quite.other\n"
	    "4: db.port: is not a whole number\n");
	finds("[db]\nhunter2\nport = 0\n", 2,
	    "3: db.port: 0 is not within 1 and 65535\n"
	    "2: neither [section] nor key = value\n");
}

static void overrides(void **state)
{
	static const char *const wrong[] = { "db.port=0", "db.prt=1", "x" };
	struct buf faults;

	(void)state;
	put("");
	buf_init(&faults);
	assert_int_equal(conf_check(file, wrong, 3, &faults), 3);
	assert_string_equal(faults.p,
	    "-o: db.port: 0 is not within 1 and 65535\n"
	    "-o: unknown key db.prt; db.port is meant?\n"
	    "-o x: not section.key=value\n");
	buf_release(&faults);
}

static void variables(void **state)
{
	static const char *const fine[] = { "IM_URL", "IM_LIVE_URL", "IM_APP",
		"IM_APP_KEY", "IM_APP2_KEY", "IM_MYSQL_SOCKET", "IMCLOUD_STACK",
		"IMAGE_PORT" };
	static const struct {
		const char *name, *meant;
	} wrong[] = {
		{ "IM_DB_PASWORD", "IM_DB_PASSWORD" },
		{ "IM_DB_PASS", "IM_DB_PASSWORD" },
		{ "im_db_password", "IM_DB_PASSWORD" },
		/* not the first that is near */
		{ "im_db_port", "IM_DB_PORT" },
		{ "IM_DB_PORTS", "IM_DB_PORT" },
		{ "IMCLOUD_DB_PORT", "IM_DB_PORT" },
		{ "IMCLOUD_CONFIG", "IMCLOUD_CONF" },
		{ "IM_CACHE_SERVER", "IM_CACHE_SERVERS" },
	};
	char want[256];

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		setenv(fine[i], "hunter2", 1);
		finds("", 0, "");
		unsetenv(fine[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv(wrong[i].name, "hunter2", 1);
		snprintf(want, sizeof(want),
		    "%s: no such variable; %s is meant?\n", wrong[i].name,
		    wrong[i].meant);
		finds("", 1, want);
		unsetenv(wrong[i].name);
	}
	setenv("IM_DB_PORT", "hunter2", 1);
	finds("", 1, "IM_DB_PORT: db.port: is not a whole number\n");
	unsetenv("IM_DB_PORT");
}

static void forms(void **state)
{
	static const struct {
		const char *form, *good, *bad;
	} all[] = {
		{ "path", "/run/x.sock", "run/x.sock" },
		{ "dir", "/", "." },
		{ "host", "db.example", "db example" },
		{ "host", "::1", "a/b" },
		{ "host", "10.0.0.1", "10.0.0.256" },
		{ "host", "1.example", "10.0.1" },
		{ "host", "fe80::1%eth0", "fe80::1%" },
		{ "host", "db", "db:3306" },
		{ "address", "h:1", "300.0.0.1:80" },
		{ "address", "[fe80::1%eth0]:80", "::1:80" },
		{ "addresses", "[::1]:80,h:1", "[::g]:80" },
		{ "nodes", "a=[::1]:80", "a=[127.0.0.1]:80" },
		{ "nodes", "a=/x", "a b=/x" },
		{ "secret", "12345678901234567890123456789012",
		    "1234567890123456789012345678901" },
		{ "address", "/run/x", "127.0.0.1" },
		{ "address", "[::1]:80", ":80" },
		{ "address", "h:65535", "h:65536" },
		{ "address", "h:1", "h:0" },
		{ "address", "h:1", "h:" },
		{ "address", "h:1", "h:01" },
		{ "address", "h:1", "h:-1" },
		{ "addresses", "/a, h:1 ,h:2", "h:1,,h:2" },
		{ "addresses", "h:1", "h:1," },
		{ "addresses", "h:1", "h:1;h:2" },
		{ "nodes", "a=/x, b=h:1", "a" },
		{ "nodes", "a=/x", "=/x" },
		{ "nodes", "a=/x", "a=x" },
		{ "nodes", "a=/x,b=/x", "a=/x,a=/y" },
		{ "name", "acme-2.chat_B", "acme chat" },
		{ "name", "a", "\xc3\xa4" },
		{ "info|warn", "warn", "war" },
		{ "", "anything", NULL },
		{ "address", "", NULL },
	};
	char path[200];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *form = all[i].form;

		if (conf_form_fault(form, str_of(all[i].good)))
			fail_msg("%s: %s", form, all[i].good);
		if (all[i].bad && !conf_form_fault(form, str_of(all[i].bad)))
			fail_msg("%s: %s", form, all[i].bad);
	}
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	assert_null(conf_form_fault("path", (struct str){ path, 107 }));
	assert_non_null(conf_form_fault("path", (struct str){ path, 108 }));
}

/* Every form of conf.def is known. */
static void forms_of_settings(void **state)
{
	struct buf example;

	(void)state;
	buf_init(&example);
	conf_print(CONF_PRINT_ALL, &example);
	finds(example.p, 0, "");
	buf_release(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_has_a_line),
		cmocka_unit_test(overrides),
		cmocka_unit_test(variables),
		cmocka_unit_test(forms),
		cmocka_unit_test(forms_of_settings),
	};
	int fd = mkstemp(file), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	return failed;
}
