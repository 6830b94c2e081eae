/* Segments of the archive: texts are within the input, and what was read is
 * written back as the same bytes. */
#include <stdlib.h>

#include "im/conv/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct str raw, struct str s)
{
	if (s.len && (s.p < raw.p || s.p + s.len > raw.p + raw.len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str raw = { (const char *)data, size };
	struct segment_entry *list;
	struct arena a;
	struct buf b;
	size_t n;

	arena_init(&a);
	buf_init(&b);
	if (segment_unpack(&a, raw, &list, &n)) {
		for (size_t i = 0; i < n; i++) {
			check_within(raw, list[i].e.client_msg_id);
			check_within(raw, list[i].fingerprint);
			check_within(raw, list[i].e.body);
		}
		segment_pack(&b, list, n);
		if (!str_eq(raw, buf_view(&b)))
			abort();
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
