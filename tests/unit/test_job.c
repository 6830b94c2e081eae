/* The options of jobs, and the owner of their leases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "child.h"
#include "job/lease.h"
#include "job/options.h"
#include "job/schedule.h"

static const char *seen_name, *seen_value;

static bool option(struct job *of, const char *name, const char *value)
{
	(void)of;
	seen_name = name;
	seen_value = value;
	return !value || strcmp(value, "bad") != 0;
}

static const struct program_option own[] = {
	{ "sample", "N", "So many." },
	{ "repair", NULL, "Repairs." },
	{ NULL, NULL, NULL },
};
static const struct job_def def = {
	.name = "test",
	.program = "im-test",
	.summary = "Tests.",
	.partitions = 4,
	.options = own,
	.option = option,
};

static struct job j;
static struct job_options o;

/* Not freed: the command line points to the words. */
static void parse(const char *arguments)
{
	static char words[256];
	char *argv[16] = { "im-test" };
	int argc = 1;

	snprintf(words, sizeof(words), "%s", arguments);
	j = (struct job){ .def = &def };
	seen_name = seen_value = NULL;
	for (char *at = words, *word; (word = strsep(&at, " "));)
		if (*word)
			argv[argc++] = word;
	options_parse(&j, argc, argv, &o);
}

static void parse_in_child(void *arg)
{
	parse(arg);
}

static void assert_refused(const char *arguments)
{
	char text[CHILD_TEXT_LEN];

	assert_int_equal(child_run(parse_in_child, (void *)arguments, text),
	    64);
	assert_non_null(strstr(text, "usage: im-test "));
}

static void options_of_all_jobs(void **state)
{
	(void)state;
	parse("");
	assert_int_equal(o.linger_s, 0);
	assert_int_equal(o.share, 1);
	assert_int_equal(o.n_shares, 1);
	assert_false(j.dry_run);
	parse("--linger 59 -v --dry-run -c file -o a.b=1 -o a.c=2");
	assert_int_equal(o.linger_s, 59);
	assert_true(j.dry_run);
	assert_true(j.verbose);
	assert_string_equal(o.line.file, "file");
	assert_int_equal(o.line.n_overrides, 2);
	assert_string_equal(o.line.overrides[1], "a.c=2");
	parse("--linger 59 --once");
	assert_int_equal(o.linger_s, 0);
	assert_int_equal(o.budget_s, 0);
	parse("--budget 90");
	assert_int_equal(o.budget_s, 90);
}

static void shares(void **state)
{
	static const char *const bad[] = { "--partition 0/2", "--partition 3/2",
		"--partition 1", "--partition /", "--partition 1/65",
		"--partition a/b", "--partition" };

	(void)state;
	parse("--partition 2/3");
	assert_int_equal(o.share, 2);
	assert_int_equal(o.n_shares, 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(bad[i]);
}

static void what_is_refused(void **state)
{
	(void)state;
	assert_refused("--linger");
	assert_refused("--linger -1");
	assert_refused("--linger 1h");
	assert_refused("--linger 86401");
	assert_refused("--budget");
	assert_refused("--budget 0");
	assert_refused("--budget 604801");
	assert_refused("--nonsense");
	assert_refused("word");
}

static void options_of_its_own(void **state)
{
	(void)state;
	parse("--sample 5");
	assert_string_equal(seen_name, "sample");
	assert_string_equal(seen_value, "5");
	parse("--sample=6 --repair");
	assert_string_equal(seen_name, "repair");
	assert_null(seen_value);
	assert_refused("--sample bad");
}

static void leases(void **state)
{
	struct job_lease l;

	(void)state;
	lease_init(&l, "fanout", 3, 3);
	assert_string_equal(l.name, "fanout.3");
	assert_int_equal(l.ttl_ms, 3000);
	assert_false(l.held);
	/* The owner is constant within a process and unique to it. */
	assert_ptr_equal(lease_owner(), lease_owner());
	assert_in_range(strlen(lease_owner()), 20, LEASE_OWNER_LEN - 1);
}

/* Any clock: the times of UTC have no hour that is missing or comes twice. */
static void next_runs(void **state)
{
	static const struct job_schedule
	    minute = { "m", SCHEDULE_MINUTE, 0, 0 },
	    hourly = { "h", SCHEDULE_HOURLY, 17 * 60, 0 },
	    daily = { "d", SCHEDULE_DAILY, 13200, 0 };
	/* 2026-10-25T00:00Z, a night that has an hour twice in Europe. */
	const int64_t day = INT64_C(1792886400) * 1000, h = 3600000;
	char text[SCHEDULE_TEXT_LEN];

	(void)state;
	assert_int_equal(schedule_next_ms(&minute, day), day + 60000);
	assert_int_equal(schedule_next_ms(&minute, day + 59999), day + 60000);
	assert_int_equal(schedule_next_ms(&hourly, day), day + 17 * 60000);
	assert_int_equal(schedule_next_ms(&hourly, day + 17 * 60000),
	    day + h + 17 * 60000);
	assert_int_equal(schedule_next_ms(&daily, day), day + 13200000);
	assert_int_equal(schedule_next_ms(&daily, day + 13200000),
	    day + 24 * h + 13200000);
	schedule_text(text, &daily);
	assert_string_equal(text, "daily 03:40 UTC");
	schedule_text(text, &hourly);
	assert_string_equal(text, "hourly at 17");
	assert_ptr_equal(schedule_find(STR("im-verify")),
	    schedule_find(STR("verify")));
	assert_null(schedule_find(STR("im-")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_all_jobs),
		cmocka_unit_test(shares),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(options_of_its_own),
		cmocka_unit_test(leases),
		cmocka_unit_test(next_runs),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
