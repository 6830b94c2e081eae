#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "im/conv/archive_blob.h"
#include "im/conv/segment.h"

#define N 3

static int set_up(void **state)
{
	static struct arena a;

	arena_init(&a);
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

/* The first integers there are, and texts that are missing, empty, or not. */
static void fill(struct segment_entry list[N])
{
	memset(list, 0, N * sizeof(*list));
	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < ENTRY_INTS; k++)
			*entry_int(&list[i].e,
			    k) = i == 1 ? INT64_MIN + (int64_t)k
					: INT64_MAX - (int64_t)k;
		list[i].e.conv_id = 7;
		list[i].e.conv_index = 11 + (int64_t)i;
	}
	list[1].e.client_msg_id = STR("");
	list[1].e.body = STR("\"content\":{}");
	list[2].fingerprint = STR("print");
	list[2].e.body = STR("");
}

static struct str pack(struct arena *a, struct segment_entry *list)
{
	struct str packed;
	struct buf b;

	buf_init(&b);
	segment_pack(&b, list, N);
	packed = arena_str(a, buf_view(&b));
	buf_release(&b);
	return packed;
}

static void entries_are_read_as_they_were(void **state)
{
	struct segment_entry list[N], *again;
	size_t n;

	fill(list);
	assert_true(segment_unpack(*state, pack(*state, list), &again, &n));
	assert_int_equal(n, N);
	for (size_t i = 0; i < N; i++)
		assert_true(segment_is_same(&list[i], &again[i]));
	assert_false(segment_is_same(&list[0], &again[1]));
	again[1].e.body = STR_NONE;
	assert_false(segment_is_same(&list[1], &again[1]));
}

static void no_part_of_one_is_one(void **state)
{
	struct segment_entry list[N], *again;
	struct str packed;
	size_t n;

	fill(list);
	packed = pack(*state, list);
	for (size_t len = 0; len < packed.len; len++)
		assert_false(segment_unpack(*state,
		    (struct str){ packed.p, len }, &again, &n));
}

static void make(struct arena *a, struct archive_row *row)
{
	struct segment_entry list[N];
	struct error err;

	fill(list);
	*row = (struct archive_row){ .conv_id = 7,
		.from_index = 11,
		.to_index = 13 };
	assert_int_equal(archive_blob_make(a, list, N, ARCHIVE_SMALL, row,
			     &err),
	    0);
}

static void a_row_has_the_entries_that_it_names(void **state)
{
	struct segment_entry *list;
	struct archive_row row;

	make(*state, &row);
	assert_true(archive_blob_open(*state, &row, &list));
	assert_int_equal(list[2].e.conv_index, 13);
	row.conv_id++;
	assert_false(archive_blob_open(*state, &row, &list));
	row.conv_id--;
	row.to_index++;
	assert_false(archive_blob_open(*state, &row, &list));
	row.from_index++;
	assert_false(archive_blob_open(*state, &row, &list));
}

static void each_damage_is_found(void **state)
{
	struct segment_entry *list;
	struct archive_row row;
	char *p;

	make(*state, &row);
	p = arena_memdup(*state, row.content.p, row.content.len);
	row.content.p = p;
	for (size_t i = 0; i < row.content.len; i++) {
		p[i] ^= 1;
		assert_false(archive_blob_open(*state, &row, &list));
		p[i] ^= 1;
	}
	row.raw_bytes++;
	assert_false(archive_blob_open(*state, &row, &list));
	row.raw_bytes = INT64_MAX;
	assert_false(archive_blob_open(*state, &row, &list));
	row.raw_bytes = -1;
	assert_false(archive_blob_open(*state, &row, &list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries_are_read_as_they_were,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_part_of_one_is_one, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_row_has_the_entries_that_it_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_damage_is_found, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
