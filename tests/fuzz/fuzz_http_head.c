/*
 * Parsing an HTTP head, and the options of its target, does not depend on how
 * it is split, and keeps to the bounds.
 */
#include <stdlib.h>

#include "http/percent.h"
#include "proto/http_head.h"
#include "proto/live_options.h"
#include "proto/ws.h"
#include "base/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int feed(struct http_head *h, struct str text, size_t step,
    size_t *used_out)
{
	struct error err;
	int rc = 0;

	*used_out = 0;
	err_clear(&err);
	while (rc == 0 && *used_out < text.len) {
		size_t n = text.len - *used_out, used;

		n = n < step ? n : step;
		rc = http_head_feed(h, text.p + *used_out, n, &used, &err);
		check(used <= n);
		*used_out += used;
	}
	check((rc < 0) == (err.code != ERR_NONE));
	return rc;
}

static void options(const struct http_head *h)
{
	struct live_options o;
	struct str query = http_head_target(h), path = str_cut(&query, '?');
	struct error err;
	struct arena a;

	arena_init(&a);
	for (int route = LIVE_WS; route < LIVE_NONE; route++) {
		err_clear(&err);
		if (live_options_parse(&a, route, query, &o, &err) == 0)
			check(o.after >= -1 && o.after <= OPTIONS_INDEX_MAX &&
			      o.wait_s <= OPTIONS_WAIT_MAX_S);
		else
			check(err.code == ERR_INVALID_ARGUMENT);
		if (o.stream_id.p)
			http_percent_encode(&a, o.stream_id);
	}
	live_route_of(path);
	arena_release(&a);
}

static void look_at(const struct http_head *h)
{
	struct str key = http_head_get(h, "Sec-WebSocket-Key");
	char accept[WS_ACCEPT_LEN + 1];

	check(h->n_headers <= HTTP_HEADERS_MAX);
	check(h->text.len <= HTTP_HEAD_MAX);
	http_head_has(h, "Connection", "upgrade");
	http_head_count(h, "Upgrade");
	http_head_method(h);
	if (ws_key_is_valid(key))
		ws_accept(accept, key);
	options(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	size_t steps[] = { size ? size : 1, 1, 7 }, used[3];
	struct http_head heads[3];
	int rc[3];

	crypto_init();
	for (int i = 0; i < 3; i++) {
		http_head_init(&heads[i]);
		rc[i] = feed(&heads[i], text, steps[i], &used[i]);
		check(rc[i] == rc[0]);
		if (rc[i] == 1) {
			check(used[i] == used[0]);
			check(str_eq(buf_view(&heads[i].text),
			    buf_view(&heads[0].text)));
			check(heads[i].n_headers == heads[0].n_headers);
		}
	}
	if (rc[0] == 1)
		look_at(&heads[0]);
	for (int i = 0; i < 3; i++)
		http_head_release(&heads[i]);
	return 0;
}
