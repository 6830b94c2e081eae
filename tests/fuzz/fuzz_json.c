/*
 * What json_parse() accepts follows the rules, and round-trips through
 * json_dump() and json_canonical().
 */
#include <stdlib.h>

#include "io/json.h"
#include "io/json_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int depth_of(const json_t *v)
{
	const char *key;
	json_t *item;
	int max = 0, d;
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach(v, i, item)
		{
			d = depth_of(item);
			max = d > max ? d : max;
		}
		return max + 1;
	}
	if (json_is_object(v)) {
		json_object_foreach((json_t *)(uintptr_t)v, key, item)
		{
			d = depth_of(item);
			max = d > max ? d : max;
		}
		return max + 1;
	}
	return 0;
}

static void round_trip(struct arena *a, const json_t *v)
{
	struct str text = json_dump(a, v), canonical = json_canonical(a, v);
	struct error err;
	json_t *again;

	check(str_is_utf8(text) && str_is_utf8(canonical));
	check(json_parse(a, text, false, &again, &err) == 0);
	check(json_equal(v, again));
	check(str_eq(json_dump(a, again), text));
	check(str_eq(json_canonical(a, again), canonical));
	check(json_parse(a, canonical, false, &again, &err) == 0);
	check(str_eq(json_canonical(a, again), canonical));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct json_writer w;
	struct error err;
	struct arena a;
	struct buf b;
	json_t *v;

	arena_init(&a);
	buf_init(&b);
	err_clear(&err);
	if (json_parse(&a, text, size & 1, &v, &err) == 0) {
		check(depth_of(v) <= JSON_DEPTH_MAX);
		round_trip(&a, v);
	} else {
		check(err.code == ERR_INVALID_ARGUMENT && err.detail[0]);
	}
	/* Any bytes can be written as a valid string. */
	json_writer_init(&w, &b);
	json_begin_list(&w);
	json_str(&w, text);
	json_end_list(&w);
	if (!memchr(data, 0, size))
		check(json_parse(&a, buf_view(&b), false, &v, &err) == 0);
	buf_release(&b);
	arena_release(&a);
	return 0;
}
