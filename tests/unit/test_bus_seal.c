/* What is sealed arrives as it was sent, once, and nothing else is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/conf.h"
#include "io/bus_seal.h"

#define HELLO_LEN 44

/* Takes everything; how many packets there were, or -1.  joined: their
 * bytes. */
static int take_all(struct str in, struct str node, struct buf *joined)
{
	struct bus_seal s = { .has_begun = false };
	int packets = 0;

	while (in.len) {
		struct str bytes;
		int64_t n = bus_seal_take(&s, node, in.p, in.len, &bytes);

		if (n <= 0)
			return -1;
		/* Every shorter piece needs more. */
		in.p += n;
		in.len -= (size_t)n;
		packets += bytes.len > 0;
		buf_str(joined, bytes);
	}
	return packets;
}

struct fixture {
	struct buf out, joined;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct bus_seal s = { .has_begun = false };

	*state = f;
	buf_init(&f->out);
	buf_init(&f->joined);
	bus_seal_put(&s, &f->out, STR("one"), STR("first"));
	bus_seal_put(&s, &f->out, STR("one"), STR("second"));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_release(&f->out);
	buf_release(&f->joined);
	free(f);
	return 0;
}

static void arrives_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take_all(buf_view(&f->out), STR("one"), &f->joined),
	    2);
	assert_string_equal(f->joined.p, "firstsecond");
	/* The same connection, played again. */
	assert_int_equal(take_all(buf_view(&f->out), STR("one"), &f->joined),
	    -1);
}

static void is_for_one_node(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(take_all(buf_view(&f->out), STR("two"), &f->joined),
	    -1);
	assert_int_equal(f->joined.len, 0);
}

static void needs_all_of_it(void **state)
{
	struct fixture *f = *state;
	struct bus_seal s = { .has_begun = false };
	struct str bytes;
	size_t packet = f->out.len - HELLO_LEN - 4 - 6 - CRYPTO_MAC_LEN;

	for (size_t len = 0; len < HELLO_LEN; len++)
		assert_int_equal(bus_seal_take(&s, STR("one"), f->out.p, len,
				     &bytes),
		    0);
	assert_int_equal(bus_seal_take(&s, STR("one"), f->out.p, HELLO_LEN,
			     &bytes),
	    HELLO_LEN);
	for (size_t len = 0; len < packet; len++)
		assert_int_equal(bus_seal_take(&s, STR("one"),
				     f->out.p + HELLO_LEN, len, &bytes),
		    0);
	assert_int_equal(bus_seal_take(&s, STR("one"), f->out.p + HELLO_LEN,
			     packet, &bytes),
	    packet);
	/* One that is doubled or left out has another number. */
	assert_int_equal(bus_seal_take(&s, STR("one"), f->out.p + HELLO_LEN,
			     packet, &bytes),
	    -1);
}

/* Each byte of the second packet. */
static void notices_changes(void **state)
{
	struct fixture *f = *state;
	size_t packet = f->out.len - HELLO_LEN - 4 - 6 - CRYPTO_MAC_LEN;
	struct bus_seal s = { .has_begun = false };
	struct str bytes;
	const char *p = f->out.p + HELLO_LEN;

	assert_int_equal(bus_seal_take(&s, STR("one"), f->out.p, HELLO_LEN,
			     &bytes),
	    HELLO_LEN);
	assert_int_equal(bus_seal_take(&s, STR("one"), p, packet, &bytes),
	    packet);
	for (size_t i = HELLO_LEN + packet; i < f->out.len; i++) {
		struct bus_seal now = s;

		f->out.p[i] ^= 1;
		assert_true(bus_seal_take(&now, STR("one"), p + packet,
				f->out.len - HELLO_LEN - packet, &bytes) <= 0);
		f->out.p[i] ^= 1;
	}
	for (size_t i = 0; i < HELLO_LEN; i++) {
		struct bus_seal now = { .has_begun = false };

		f->out.p[i] ^= 1;
		assert_int_equal(bus_seal_take(&now, STR("one"), f->out.p,
				     f->out.len, &bytes),
		    -1);
		f->out.p[i] ^= 1;
	}
}

static void wakes(void **state)
{
	struct fixture *f = *state;
	struct str job;

	buf_clear(&f->out);
	bus_seal_wake(&f->out, STR("fanout"));
	job = bus_seal_take_wake(buf_view(&f->out));
	assert_true(str_is(job, "fanout"));
	for (size_t i = 0; i < f->out.len; i++) {
		f->out.p[i] ^= 1;
		assert_null(bus_seal_take_wake(buf_view(&f->out)).p);
		f->out.p[i] ^= 1;
		assert_null(bus_seal_take_wake((struct str){ f->out.p, i }).p);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const char *const over[] = {
		"bus.key=0123456789abcdef0123456789abcdef"
	};
	const struct CMUnitTest tests[] = {
		TEST(arrives_once),
		TEST(is_for_one_node),
		TEST(needs_all_of_it),
		TEST(notices_changes),
		TEST(wakes),
	};

	crypto_init();
	conf_load("/dev/null", over, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
