/* The options of jobs, and their leases' names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "job/job_private.h"

static const char *seen_name, *seen_value;

static bool option(struct job *j, const char *name, const char *value)
{
	(void)j;
	seen_name = name;
	seen_value = value;
	return !value || strcmp(value, "bad") != 0;
}

static const struct job_option own[] = { { "sample", true },
	{ "repair", false }, { NULL, false } };
static const struct job_def def = {
	.name = "test",
	.summary = "Tests.",
	.partitions = 4,
	.options = own,
	.option = option,
};

static int parse(struct job *j, struct job_options *o, char *arguments)
{
	char *argv[16] = { "im-test" };
	int argc = 1;

	*j = (struct job){ .def = &def };
	seen_name = seen_value = NULL;
	for (char *at = arguments, *word; (word = strsep(&at, " "));)
		if (*word)
			argv[argc++] = word;
	return options_parse(j, argc, argv, o);
}

#define PARSE(text) parse(&j, &o, (char[]){ text })

static void options_of_all_jobs(void **state)
{
	struct job_options o;
	struct job j;

	(void)state;
	assert_int_equal(PARSE(""), 0);
	assert_int_equal(o.linger_s, 0);
	assert_int_equal(o.share, 1);
	assert_int_equal(o.n_shares, 1);
	assert_false(j.dry_run);
	assert_int_equal(
	    PARSE("--linger 59 -v --dry-run -c file -o a.b=1 -o a.c=2"), 0);
	assert_int_equal(o.linger_s, 59);
	assert_true(j.dry_run);
	assert_true(j.verbose);
	assert_string_equal(o.conf, "file");
	assert_int_equal(o.n_overrides, 2);
	assert_string_equal(o.overrides[1], "a.c=2");
	assert_int_equal(PARSE("--linger 59 --once"), 0);
	assert_int_equal(o.linger_s, 0);
}

static void shares(void **state)
{
	static const char *const bad[] = { "--partition 0/2", "--partition 3/2",
		"--partition 1", "--partition /", "--partition 1/65",
		"--partition a/b", "--partition" };
	struct job_options o;
	struct job j;

	(void)state;
	assert_int_equal(PARSE("--partition 2/3"), 0);
	assert_int_equal(o.share, 2);
	assert_int_equal(o.n_shares, 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s", bad[i]);
		assert_int_equal(parse(&j, &o, text), -1);
	}
}

static void what_is_refused(void **state)
{
	struct job_options o;
	struct job j;

	(void)state;
	assert_int_equal(PARSE("--linger"), -1);
	assert_int_equal(PARSE("--linger -1"), -1);
	assert_int_equal(PARSE("--linger 1h"), -1);
	assert_int_equal(PARSE("--linger 86401"), -1);
	assert_int_equal(PARSE("--nonsense"), -1);
	assert_int_equal(PARSE("word"), -1);
}

static void options_of_its_own(void **state)
{
	struct job_options o;
	struct job j;

	(void)state;
	assert_int_equal(PARSE("--sample 5"), 0);
	assert_string_equal(seen_name, "sample");
	assert_string_equal(seen_value, "5");
	assert_int_equal(PARSE("--sample=6 --repair"), 0);
	assert_string_equal(seen_name, "repair");
	assert_null(seen_value);
	assert_int_equal(PARSE("--sample bad"), -1);
}

static void leases(void **state)
{
	struct job_lease l;

	(void)state;
	lease_init(&l, "fanout", 3, 3);
	assert_string_equal(l.name, "fanout.3");
	assert_int_equal(l.ttl_ms, 3000);
	assert_false(l.held);
	/* One owner for a process, and one that no other has. */
	assert_ptr_equal(lease_owner(), lease_owner());
	assert_in_range(strlen(lease_owner()), 20, LEASE_OWNER_LEN - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_all_jobs),
		cmocka_unit_test(shares),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(options_of_its_own),
		cmocka_unit_test(leases),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
