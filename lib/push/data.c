#include "push/data.h"

#include <inttypes.h>

void push_data_members(struct json_writer *w, struct arena *a,
    const struct push_notice *n)
{
	struct str data = n->data;

	if (data.len > 2)
		json_members(w, (struct str){ data.p + 1, data.len - 2 });
	if (n->collapse.len)
		json_put_str(w, "tag", n->collapse);
	if (n->badge >= 0)
		json_put_str(w, "badge", arena_printf(a, "%" PRId64, n->badge));
}

struct str push_data_text(struct arena *a, const struct push_notice *n)
{
	struct json_writer w;
	struct str text;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	push_data_members(&w, a, n);
	json_end(&w);
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

int64_t push_data_number(const struct push_notice *n)
{
	uint32_t h = UINT32_C(2166136261);

	for (size_t i = 0; i < n->collapse.len; i++)
		h = (h ^ (uint8_t)n->collapse.p[i]) * UINT32_C(16777619);
	return (int64_t)(h >> 1);
}

int64_t push_data_ttl_s(const struct push_notice *n, int64_t now_ms,
    int64_t least, int64_t most)
{
	int64_t ttl_s = (n->expires_ms - now_ms) / 1000;

	if (ttl_s < least)
		return least;
	return ttl_s < most ? ttl_s : most;
}
