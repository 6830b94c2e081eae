/*
 * A client's frame that is accepted follows the rules, and each part that is
 * passed on is valid JSON.
 */
#include <stdlib.h>

#include "proto/client_frame.h"
#include "gateway/send_order.h"
#include "gateway/service.h"
#include "io/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void is_json(struct arena *a, struct str text)
{
	struct error err;
	json_t *v;

	check(json_parse(a, text, false, &v, &err) == 0);
}

static void look_at(struct arena *a, const struct client_frame *f)
{
	switch (f->verb) {
	case CLIENT_REQUEST:
		check(f->id.p && f->method.len && f->method.len <= 16);
		check(f->path.len && f->path.len <= CLIENT_PATH_MAX);
		check(str_is_printable(f->path, false));
		if (f->body.p)
			is_json(a, f->body);
		send_order_of(f->method, f->path);
		service_is_for_websocket(f->path);
		check(service_of(f->path) < SERVICE_MAX);
		break;
	case CLIENT_ACK:
		check(f->ack >= 0);
		break;
	case CLIENT_SUBSCRIBE:
	case CLIENT_UNSUBSCRIBE:
		check(f->n_users <= CLIENT_WATCH_MAX);
		for (size_t i = 0; i < f->n_users; i++)
			check(f->users[i] > 0);
		break;
	case CLIENT_PING:
		is_json(a, f->ping);
		break;
	case CLIENT_STATE:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct client_frame f;
	struct error err;
	struct arena a;

	arena_init(&a);
	err_clear(&err);
	/* The WebSocket layer passes on nothing else. */
	if (str_is_utf8(text)) {
		if (client_frame_parse(&a, text, &f, &err) == 0)
			look_at(&a, &f);
		else
			check(err.code == ERR_INVALID_ARGUMENT &&
			      str_is_utf8(str_of(err.field)));
		if (f.id.p)
			is_json(&a, f.id);
	}
	arena_release(&a);
	return 0;
}
