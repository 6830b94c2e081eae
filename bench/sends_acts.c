/*
 * Everything that can be done to the messages of one conversation, whatever its
 * length: created through the API, then reused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "io/json.h"
#include "sends.h"

#define BATCH     100
#define WORDS     9     /* of a text */
#define WORD_BITS 15    /* of the vocabulary */
#define TARGETS   20000 /* the newest messages, which acts change */
#define LIST      200   /* messages that one request lists */
#define NEAR      10    /* how far from either end a page begins */
#define PAGE      50
#define DAY_MS    86400000
#define THUMBS_UP "%F0%9F%91%8D"

/* The k-th word of a text; by Zipf's law, about. */
static uint32_t word_of(uint64_t n, uint64_t k)
{
	uint64_t x = (n * 64 + k) * UINT64_C(0x9E3779B97F4A7C15);
	uint32_t size = UINT32_C(1) << ((x >> 60) * WORD_BITS / 16);

	return size + ((uint32_t)(x >> 24) & (size - 1));
}

static void put_text(struct buf *b, uint64_t n)
{
	for (uint64_t k = 0; k < WORDS; k++)
		buf_printf(b, "w%" PRIx32 " ", word_of(n, k));
	buf_printf(b, "no. %" PRIu64, n);
}

/* A conversation of its own for each length. */
static int64_t acts_conv(const struct options *o, struct arena *a,
    const struct person *people)
{
	return people_group(a, &o->target,
	    arena_printf(a, "bench-acts-%d", o->messages).p, people,
	    ACT_PEOPLE);
}

/* ---- filling ---- */

static void send_batch(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id, int64_t from)
{
	struct buf b;

	buf_init(&b);
	buf_cstr(&b, "{\"messages\":[");
	for (int64_t n = from; n < from + BATCH; n++) {
		buf_printf(&b,
		    "%s{\"conv_id\":\"%" PRId64 "\",\"client_msg_id\":"
		    "\"f-%" PRId64 "\",\"type\":\"text\",\"content\":"
		    "{\"text\":\"",
		    n > from ? "," : "", conv_id, n);
		put_text(&b, (uint64_t)n);
		buf_cstr(&b, "\"}}");
	}
	buf_cstr(&b, "]}");
	http_call(a, &o->target, "POST", "/v1/messages/batch", str_of(p->token),
	    buf_view(&b), 200, 200);
	buf_release(&b);
}

void acts_fill(const struct options *o, struct arena *a)
{
	static struct person people[PEOPLE_MAX];
	int64_t conv_id, at, from, began_us;
	struct arena each;

	people_make(o, a, people, ACT_PEOPLE, 0);
	conv_id = acts_conv(o, a, people);
	from = at = story_newest(o, a, people, conv_id);
	began_us = clock_mono_us();
	arena_init(&each);
	for (; at < o->messages; at += BATCH) {
		send_batch(o, &each, &people[at / BATCH % ACT_PEOPLE], conv_id,
		    at);
		arena_rewind(&each);
	}
	arena_release(&each);
	printf("acts mode=fill messages=%" PRId64 " rate=%.0f conv_id=%" PRId64
	       "\n",
	    at,
	    (double)(at - from) * 1e6 / (double)(clock_mono_us() - began_us),
	    conv_id);
}

/* ---- acts ---- */

struct acts {
	int64_t conv_id, last_index;
	int64_t filled;           /* messages of "fill" */
	int64_t msg_ids[TARGETS]; /* newest first */
	int senders[TARGETS];     /* each one's place among the people */
	size_t n;
	int64_t scheduled[ACT_PEOPLE]; /* a message of each, for tomorrow */
};

struct act_request {
	const struct acts *all;
	int64_t n; /* of all requests, from 0 */
	int who;   /* acts, where the act names nobody else */
	char *path;
	size_t path_size;
	struct buf *body;
};

#define PATH(q, ...) snprintf((q)->path, (q)->path_size, __VA_ARGS__)

static int64_t target_of(const struct act_request *q, int64_t n)
{
	return q->all->msg_ids[(size_t)n % q->all->n];
}

/* Who acts on a message: its sender. */
static int sender_of(const struct act_request *q, int64_t n)
{
	return q->all->senders[(size_t)n % q->all->n];
}

static int put_send(struct act_request *q)
{
	PATH(q, "/v1/conversations/%" PRId64 "/messages", q->all->conv_id);
	buf_printf(q->body, "{\"type\":\"text\",\"content\":{\"text\":\"");
	put_text(q->body, (uint64_t)clock_mono_us());
	buf_cstr(q->body, "\"}}");
	return -1;
}

static int put_batch(struct act_request *q)
{
	PATH(q, "/v1/messages/batch");
	buf_cstr(q->body, "{\"messages\":[");
	for (int i = 0; i < BATCH; i++) {
		buf_printf(q->body,
		    "%s{\"conv_id\":\"%" PRId64 "\",\"type\":\"text\","
		    "\"content\":{\"text\":\"",
		    i > 0 ? "," : "", q->all->conv_id);
		put_text(q->body, (uint64_t)clock_mono_us());
		buf_cstr(q->body, "\"}}");
	}
	buf_cstr(q->body, "]}");
	return -1;
}

static int put_reply(struct act_request *q)
{
	put_send(q);
	q->body->len--;
	buf_printf(q->body, ",\"reply_to\":\"%" PRId64 "\"}",
	    target_of(q, q->n));
	return -1;
}

static int put_forward(struct act_request *q)
{
	PATH(q, "/v1/conversations/%" PRId64 "/messages", q->all->conv_id);
	buf_printf(q->body, "{\"forward_of\":[\"%" PRId64 "\"]}",
	    target_of(q, q->n));
	return -1;
}

static int put_reschedule(struct act_request *q)
{
	PATH(q, "/v1/scheduled/%" PRId64, q->all->scheduled[q->who]);
	buf_printf(q->body, "{\"send_at\":%" PRId64 "}",
	    clock_now_ms() + DAY_MS);
	return -1;
}

static int put_edit(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64, target_of(q, q->n));
	buf_cstr(q->body, "{\"content\":{\"text\":\"changed to ");
	put_text(q->body, (uint64_t)clock_mono_us());
	buf_cstr(q->body, "\"}}");
	return sender_of(q, q->n);
}

static int put_recall(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64 "/recall", target_of(q, q->n));
	buf_cstr(q->body, "{}");
	return 0; /* the owner, at any time */
}

static int put_hide(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64, target_of(q, q->n));
	return -1;
}

static int put_react(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64 "/reactions/%s", target_of(q, q->n),
	    THUMBS_UP);
	return -1;
}

static int put_star(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64 "/star", target_of(q, q->n));
	return -1;
}

static int put_remind(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64 "/reminder", target_of(q, q->n));
	buf_printf(q->body, "{\"remind_at\":%" PRId64 "}",
	    clock_now_ms() + DAY_MS);
	return -1;
}

static int put_pin(struct act_request *q)
{
	PATH(q, "/v1/conversations/%" PRId64 "/pins/%" PRId64, q->all->conv_id,
	    target_of(q, q->n));
	return 0;
}

static int put_report(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64 "/report", target_of(q, q->n));
	buf_cstr(q->body, "{\"reason\":\"spam\"}");
	return (sender_of(q, q->n) + 1) % ACT_PEOPLE;
}

static int put_read(struct act_request *q)
{
	int64_t before = q->all->last_index / 2 - q->n / ACT_PEOPLE;

	PATH(q, "/v1/conversations/%" PRId64 "/read", q->all->conv_id);
	buf_printf(q->body, "{\"conv_index\":%" PRId64 "}",
	    q->all->last_index - (before > 0 ? before : 0));
	return (int)(q->n % ACT_PEOPLE);
}

static int put_get(struct act_request *q)
{
	PATH(q, "/v1/messages/%" PRId64, target_of(q, q->n));
	return -1;
}

static int put_page_new(struct act_request *q)
{
	PATH(q,
	    "/v1/conversations/%" PRId64 "/messages?limit=%d&before=%" PRId64,
	    q->all->conv_id, PAGE, q->all->last_index + 1 - q->n % NEAR);
	return -1;
}

static int put_page_old(struct act_request *q)
{
	PATH(q,
	    "/v1/conversations/%" PRId64 "/messages?limit=%d&before=%" PRId64,
	    q->all->conv_id, PAGE, PAGE + 2 + q->n % NEAR);
	return -1;
}

static int put_page_any(struct act_request *q)
{
	uint64_t at = (uint64_t)q->n * UINT64_C(0x9E3779B97F4A7C15) >> 32;

	PATH(q,
	    "/v1/conversations/%" PRId64 "/messages?limit=%d&around=%" PRId64,
	    q->all->conv_id, PAGE,
	    1 + (int64_t)(at % (uint64_t)q->all->last_index));
	return -1;
}

static int put_sync(struct act_request *q)
{
	PATH(q, "/v1/sync");
	return -1;
}

static int put_search(struct act_request *q)
{
	PATH(q, "/v1/search?q=w%" PRIx32, word_of((uint64_t)q->n, 0));
	return -1;
}

/* Words of a message that fill has sent. */
static int put_search_two(struct act_request *q)
{
	uint64_t n = (uint64_t)q->n % (uint64_t)q->all->filled;

	PATH(q, "/v1/search?q=w%" PRIx32 "%%20w%" PRIx32 "&conv_id=%" PRId64,
	    word_of(n, 1), word_of(n, 5), q->all->conv_id);
	return -1;
}

static int put_search_phrase(struct act_request *q)
{
	uint64_t n = (uint64_t)q->n % (uint64_t)q->all->filled;

	PATH(q, "/v1/search?q=%%22w%" PRIx32 "%%20w%" PRIx32 "%%22",
	    word_of(n, 2), word_of(n, 3));
	return -1;
}

/* undo: what takes the act back, which every second request then does.  put
 * gives who acts, or -1: whoever the connection belongs to. */
static const struct act {
	const char *name;
	const char *method, *undo;
	int (*put)(struct act_request *q);
} acts[] = {
	{ "send", "POST", NULL, put_send },
	{ "batch", "POST", NULL, put_batch },
	{ "reply", "POST", NULL, put_reply },
	{ "forward", "POST", NULL, put_forward },
	{ "reschedule", "PATCH", NULL, put_reschedule },
	{ "edit", "PATCH", NULL, put_edit },
	{ "react", "PUT", "DELETE", put_react },
	{ "pin", "PUT", "DELETE", put_pin },
	{ "star", "PUT", "DELETE", put_star },
	{ "remind", "PUT", "DELETE", put_remind },
	{ "report", "POST", NULL, put_report },
	{ "read", "PUT", NULL, put_read },
	{ "get", "GET", NULL, put_get },
	{ "page-new", "GET", NULL, put_page_new },
	{ "page-old", "GET", NULL, put_page_old },
	{ "page-any", "GET", NULL, put_page_any },
	{ "sync", "GET", NULL, put_sync },
	{ "search", "GET", NULL, put_search },
	{ "search-two", "GET", NULL, put_search_two },
	{ "search-phrase", "GET", NULL, put_search_phrase },
	{ "hide", "DELETE", NULL, put_hide },
	{ "recall", "POST", NULL, put_recall },
};

const struct act *act_named(const char *name)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].name, name) == 0)
			return &acts[i];
	return NULL;
}

static void take_item(struct acts *all, const struct person *people,
    const json_t *e)
{
	int64_t sender = json_get_id(e, "sender_id");

	if (!str_is(json_get_str(e, "kind"), "message") ||
	    json_object_get(e, "recalled") || json_object_get(e, "hidden") ||
	    all->n == TARGETS)
		return;
	for (int i = 0; i < ACT_PEOPLE; i++)
		if (people[i].user_id == sender)
			all->senders[all->n] = i;
	all->msg_ids[all->n++] = json_get_id(e, "msg_id");
}

static int64_t schedule(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id)
{
	struct error err;
	char path[96];
	json_t *v;

	snprintf(path, sizeof(path), "/v1/conversations/%" PRId64 "/messages",
	    conv_id);
	if (json_parse(a,
		http_call(a, &o->target, "POST", path, str_of(p->token),
		    arena_printf(a,
			"{\"type\":\"text\",\"content\":{\"text\":"
			"\"later\"},\"send_at\":%" PRId64 "}",
			clock_now_ms() + DAY_MS),
		    202, 202),
		false, &v, &err) < 0)
		die(EX_PROTOCOL, "an answer is not valid JSON");
	return json_get_id(v, "msg_id");
}

struct acts *acts_find(const struct options *o, struct arena *a,
    const struct person *people)
{
	struct acts *all = ARENA_ARRAY(a, 1, struct acts);
	struct arena each;
	int64_t before;

	all->conv_id = acts_conv(o, a, people);
	all->filled = o->messages;
	all->last_index = story_newest(o, a, people, all->conv_id);
	arena_init(&each);
	for (before = all->last_index + 1; before > 1 && all->n < TARGETS;
	     before -= LIST) {
		const json_t *items = story_page(o, &each, people, all->conv_id,
		    before, LIST);

		for (size_t i = json_array_size(items); i-- > 0;)
			take_item(all, people, json_array_get(items, i));
		arena_rewind(&each);
	}
	arena_release(&each);
	for (int i = 0; i < ACT_PEOPLE; i++)
		if (strcmp(o->mode, "reschedule") == 0)
			all->scheduled[i] = schedule(o, a, &people[i],
			    all->conv_id);
	if (all->n == 0)
		die(EX_DATAERR, "no messages: run \"fill\" before");
	return all;
}

void acts_put(const struct acts *all, const struct act *act,
    const struct options *o, struct link *l, const struct person *people,
    int connection, int64_t n)
{
	char path[160];
	struct buf body;
	struct act_request q = { all,
		(act->undo ? n / 2 : n) * o->connections + connection,
		connection % ACT_PEOPLE, path, sizeof(path), &body };
	int who;

	buf_init(&body);
	who = act->put(&q);
	if (who < 0)
		who = q.who;
	http_put(l, &o->target, act->undo && n % 2 ? act->undo : act->method,
	    path, str_of(people[who].token),
	    body.len > 0 && !(act->undo && n % 2) ? buf_view(&body) : STR_NONE);
	buf_release(&body);
}
