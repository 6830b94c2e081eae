#include "gateway/heads.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"
#include "io/json_writer.h"

#define BATCH_MAX 500
#define GATHER_MS 20

/* One request to the inbox service. */
struct batch {
	size_t n;
	int64_t asked_ms; /* clock_boot_ms() */
	struct question {
		uint64_t conn_id;
		int64_t user_id, session_id, large;
	} questions[BATCH_MAX];
};

static struct batch *batch;
static uv_timer_t gather;
static void (*on_answer)(const struct head *h);

static void take_item(const struct question *q, const json_t *item,
    int64_t asked_ms)
{
	struct head h = {
		.conn_id = q->conn_id,
		.is_known = item != NULL,
		.ended = json_string_value(json_object_get(item, "ended")),
		.expires_at = json_get_int(item, "expires_at", 0),
		.user_index = json_get_int(item, "user_index", 0),
		.total_unread = json_get_int(item, "total_unread", -1),
		.large = json_object_get(item, "large"),
		.asked_ms = asked_ms,
	};

	if (!item || json_get_id(item, "session_id") == q->session_id)
		on_answer(&h);
}

static void on_items(void *ctx, const struct cgi_answer *answer)
{
	static struct arena a;
	struct batch *b = ctx;
	json_t *v, *items = NULL;
	struct error err;

	if (answer->status == HTTP_OK &&
	    json_parse(&a, answer->body, false, &v, &err) == 0)
		items = json_object_get(v, "items");
	if (items)
		clock_site_learn(json_get_int(v, "now", clock_site_ms()),
		    b->asked_ms);
	if (json_array_size(items) != b->n)
		items = NULL;
	for (size_t i = 0; i < b->n; i++)
		take_item(&b->questions[i],
		    items ? json_array_get(items, i) : NULL, b->asked_ms);
	free(b);
	arena_rewind(&a);
}

static void send_batch(void)
{
	static struct buf body;
	struct json_writer w;
	struct batch *b = batch;

	batch = NULL;
	b->asked_ms = clock_boot_ms();
	buf_clear(&body);
	json_writer_init(&w, &body);
	json_begin(&w);
	json_key(&w, "items");
	json_begin_list(&w);
	for (size_t i = 0; i < b->n; i++) {
		json_begin(&w);
		json_put_id(&w, "user_id", b->questions[i].user_id);
		json_put_id(&w, "session_id", b->questions[i].session_id);
		json_put_int(&w, "large", b->questions[i].large);
		json_end(&w);
	}
	json_end_list(&w);
	json_end(&w);
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_INBOX,
	    .method = "POST",
	    .uri = STR("/internal/live/heads"),
	    .body = buf_view(&body),
	    .internal = true,
	    .request_id = STR("heartbeat"),
	    .remote_addr = STR("127.0.0.1"),
	    .done = on_items,
	    .ctx = b });
}

static void on_gathered(uv_timer_t *t)
{
	(void)t;
	if (batch)
		send_batch();
}

void heads_ask(uint64_t conn_id, int64_t user_id, int64_t session_id,
    int64_t large)
{
	if (!batch) {
		batch = calloc(1, sizeof(*batch));
		if (!batch)
			die(EX_OSERR, "out of memory");
		uv_timer_start(&gather, on_gathered, GATHER_MS, 0);
	}
	batch->questions[batch->n++] = (struct question){ conn_id, user_id,
		session_id, large };
	if (batch->n == BATCH_MAX)
		send_batch();
}

void heads_on_answer(void (*hook)(const struct head *h))
{
	on_answer = hook;
}

void heads_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &gather);
}
