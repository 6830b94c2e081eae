#include "push/sender.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "push/item.h"
#include "push/pace.h"

#define ANSWER_MAX   (64 * 1024)
#define RENEW_PART   10 /* of the life of an authorization, before its end */
#define ASK_AGAIN_MS 30000

struct push_line {
	struct push_sender *sender;
	struct push_line *next;
	const struct push_provider *provider;
	struct arena arena;
	struct push_credential credential;
	struct push_base base;
	struct http_h2_pool *pool;
	bool is_closing;

	/* In auth_arena; no value: there is none. */
	struct arena auth_arena;
	struct push_auth auth;
	uint64_t auth_no; /* how many there have been */
	bool asking;
	int64_t ask_after_ms; /* monotonic */
	struct arena ask_arena;
	struct http_h2_call ask;

	struct push_queue waiting;
	size_t n_under_way;
	struct push_pace pace;
};

struct push_sender {
	struct http_h2 *h2;
	struct push_limits limits;
	push_done_fn *done;
	void *arg;
	struct push_line *lines;
	struct push_item *spare;
	size_t n_busy, n_results;
};

static void *allocated(void *p)
{
	if (!p)
		die(EX_OSERR, "out of memory");
	return p;
}

/* ---- items ---- */

static struct push_item *item_new(struct push_line *l, void *own)
{
	struct push_item *i = push_item_new(&l->sender->spare);

	i->line = l;
	i->own = own;
	i->began_ms = clock_mono_ms();
	l->sender->n_busy++;
	return i;
}

static void finish(struct push_item *i, const struct push_outcome *o)
{
	struct push_sender *s = i->line->sender;
	struct push_result r = {
		.own = i->own,
		.line = i->line,
		.outcome = *o,
		.attempt = i->attempt,
		.took_ms = clock_mono_ms() - i->began_ms,
	};

	s->n_busy--;
	s->n_results++;
	s->done(s->arg, &r);
	push_item_put_back(&s->spare, i);
}

/* What waits now; what is submitted meanwhile stays. */
static void give_back(struct push_line *l, const struct push_outcome *o)
{
	for (size_t n = l->waiting.n; n; n--)
		finish(push_queue_take(&l->waiting), o);
}

int64_t push_line_pause_ms(const struct push_line *l)
{
	return push_pace_pause_ms(&l->pace, clock_mono_ms());
}

size_t push_line_room(const struct push_line *l)
{
	size_t max = push_pace_room(&l->pace,
		   2 * (size_t)l->sender->limits.streams, clock_mono_ms()),
	       used = l->waiting.n + l->n_under_way;

	return used < max ? max - used : 0;
}

/* ---- requests ---- */

static void set_call(struct push_line *l, struct arena *a,
    struct http_h2_call *call, const struct push_request *q,
    void (*done)(struct http_h2_call *), void *own)
{
	struct http_h2_header *headers = ARENA_ARRAY(a, q->n_headers,
	    struct http_h2_header);

	for (size_t i = 0; i < q->n_headers; i++)
		headers[i] = (struct http_h2_header){
			.name = q->headers[i].name,
			.value = q->headers[i].value,
		};
	*call = (struct http_h2_call){
		.url = q->url,
		.headers = headers,
		.n_headers = q->n_headers,
		.body = q->body,
		.answer_max = ANSWER_MAX,
		.timeout_ms = l->sender->limits.timeout_ms,
		.done = done,
		.own = own,
	};
	http_h2_submit(l->pool, call);
}

/* The outcome of a call without an answer, or false. */
static bool has_failed(struct push_line *l, const struct http_h2_call *call,
    struct push_outcome *o)
{
	if (call->end == HTTP_H2_ANSWERED)
		return false;
	*o = (struct push_outcome){
		.verdict = call->end == HTTP_H2_UNKNOWN ? PUSH_UNKNOWN
							: PUSH_RETRY,
		.reason = str_of(call->why),
	};
	/*
	 * The others on the connection wait for answers that will not come;
	 * those that follow should not join them.
	 */
	if (call->is_broken && !l->is_closing && !http_h2_is_old(call))
		http_h2_renew(l->pool);
	return true;
}

static struct push_answer answer_of(const struct http_h2_call *call)
{
	return (struct push_answer){
		.status = call->status,
		.body = call->answer,
		.retry_after = call->retry_after,
	};
}

/* ---- authorization ---- */

static void forget_auth(struct push_line *l)
{
	if (l->auth.value.p)
		crypto_wipe((char *)l->auth.value.p, l->auth.value.len);
	l->auth = (struct push_auth){ .value = STR_NONE };
	arena_rewind(&l->auth_arena);
}

static void set_auth(struct push_line *l, const struct push_auth *auth)
{
	forget_auth(l);
	l->auth = *auth;
	l->auth.value = arena_str(&l->auth_arena, auth->value);
	l->auth_no++;
}

static void on_auth(struct http_h2_call *call)
{
	struct push_line *l = call->own;
	struct push_outcome o = { .verdict = PUSH_RETRY };
	struct push_answer answer = answer_of(call);
	struct push_auth auth = { .value = STR_NONE };

	l->asking = false;
	if (l->is_closing)
		return;
	if (!has_failed(l, call, &o) &&
	    l->provider->take_auth(&l->ask_arena, &answer, clock_site_ms(),
		&auth, &o)) {
		set_auth(l, &auth);
	} else {
		/* Nothing was sent to anybody's device. */
		if (o.verdict == PUSH_UNKNOWN)
			o.verdict = PUSH_RETRY;
		o.status = answer.status;
		l->ask_after_ms = clock_mono_ms() + ASK_AGAIN_MS;
		if (!l->auth.value.p || l->auth.expires_ms <= clock_site_ms())
			give_back(l, &o);
	}
	arena_rewind(&l->ask_arena);
}

static void ask(struct push_line *l, int64_t now_ms)
{
	struct push_auth auth = { .value = STR_NONE };
	struct push_request q = { .n_headers = 0 };

	if (l->provider->make_auth(&l->ask_arena, &l->credential, &l->base,
		now_ms, &auth, &q)) {
		set_auth(l, &auth);
		arena_rewind(&l->ask_arena);
		return;
	}
	l->asking = true;
	set_call(l, &l->ask_arena, &l->ask, &q, on_auth, l);
}

/* Renews it while the former one is still good. */
static bool has_auth(struct push_line *l)
{
	int64_t now = clock_site_ms();
	const struct push_auth *auth = &l->auth;
	bool is_good = auth->value.p && now < auth->expires_ms;
	bool is_ageing = is_good &&
			 auth->expires_ms - now <
			     (auth->expires_ms - auth->made_ms) / RENEW_PART;

	if (!l->asking &&
	    (!is_good || (is_ageing && clock_mono_ms() >= l->ask_after_ms)))
		ask(l, now);
	return l->auth.value.p && now < l->auth.expires_ms;
}

/* ---- notices ---- */

/* Whether it is sent again: with the authorization that another item has
 * already renewed, or a new one. */
static bool renew(struct push_item *i, struct push_outcome *o)
{
	struct push_line *l = i->line;
	int64_t age = clock_site_ms() - l->auth.made_ms;

	o->verdict = PUSH_STOP;
	if (i->is_renewed)
		return false;
	if (i->auth_no == l->auth_no && l->auth.value.p) {
		if (age >= 0 && age < l->provider->auth_age_min_ms)
			return false;
		forget_auth(l);
	}
	i->is_renewed = true;
	push_queue_first(&l->waiting, i);
	return true;
}

static void act(struct push_item *i, struct push_outcome *o)
{
	struct push_line *l = i->line;

	if (o->is_new_connection && !http_h2_is_old(&i->call))
		http_h2_renew(l->pool);
	if (o->verdict == PUSH_RENEW && renew(i, o))
		return;
	if (o->verdict == PUSH_DONE)
		push_pace_faster(&l->pace);
	if (o->verdict == PUSH_SLOW)
		o->retry_after_ms = push_pace_slower(&l->pace,
		    o->retry_after_ms, clock_mono_ms());
	finish(i, o);
	/* Its reason may be of a notice that is gone now. */
	if (o->verdict == PUSH_STOP || o->verdict == PUSH_SLOW) {
		o->reason = STR("held_back");
		give_back(l, o);
	}
}

static void on_answer(struct http_h2_call *call)
{
	struct push_item *i = call->own;
	struct push_line *l = i->line;
	struct push_outcome o = { .verdict = PUSH_GIVE_UP };
	struct push_answer answer = answer_of(call);

	l->n_under_way--;
	if (call->end != HTTP_H2_UNSENT)
		i->attempt++;
	if (has_failed(l, call, &o)) {
		finish(i, &o);
		return;
	}
	l->provider->judge(&i->arena, &answer, &i->to, clock_site_ms(), &o);
	o.status = answer.status;
	if (l->is_closing)
		finish(i, &o);
	else
		act(i, &o);
}

static void start(struct push_item *i)
{
	struct push_line *l = i->line;
	struct push_outcome o = { .verdict = PUSH_GIVE_UP };
	struct push_request q = { .n_headers = 0 };

	if (i->is_check) {
		o.verdict = PUSH_DONE;
		finish(i, &o);
		return;
	}
	if (!l->provider->request(&i->arena, &l->credential, &l->base, &l->auth,
		&i->to, &i->notice, clock_site_ms(), &q, &o)) {
		finish(i, &o);
		return;
	}
	i->auth_no = l->auth_no;
	l->n_under_way++;
	push_pace_sent(&l->pace, clock_mono_ms());
	set_call(l, &i->arena, &i->call, &q, on_answer, i);
}

void push_submit(struct push_line *l, const struct push_address *to,
    const struct push_notice *n, void *own)
{
	struct push_item *i = item_new(l, own);

	push_item_set(i, to, n);
	push_queue_last(&l->waiting, i);
}

void push_line_check(struct push_line *l, void *own)
{
	struct push_item *i = item_new(l, own);

	i->is_check = true;
	push_queue_last(&l->waiting, i);
}

/* ---- lines ---- */

int push_line_open(struct push_sender *s, const struct push_provider *p,
    struct str json, const struct push_base *base, struct push_line **out,
    struct error *err)
{
	struct push_line *l = allocated(calloc(1, sizeof(*l)));
	struct http_h2_options options = {
		.ca_file = s->limits.ca_file,
		.connections = s->limits.connections,
	};
	const char *field;

	arena_init(&l->arena);
	arena_init(&l->auth_arena);
	arena_init(&l->ask_arena);
	field = p->read(&l->arena, json, &l->credential);
	if (field) {
		err_field(err, ERR_INVALID_ARGUMENT, field,
		    "is missing or not valid");
		arena_release(&l->arena);
		free(l);
		return -1;
	}
	l->sender = s;
	l->provider = p;
	l->base.send = arena_str(&l->arena, base->send);
	l->base.sandbox = arena_str(&l->arena, base->sandbox);
	l->base.token = arena_str(&l->arena, base->token);
	l->pool = http_h2_pool_new(s->h2, &options);
	l->next = s->lines;
	s->lines = l;
	*out = l;
	return 0;
}

void push_line_close(struct push_line **line)
{
	static const struct push_outcome unsent = {
		.verdict = PUSH_RETRY,
		.reason = { "closed", 6 },
	};
	struct push_line *l = *line, **at;

	if (!l)
		return;
	l->is_closing = true;
	http_h2_pool_free(&l->pool);
	give_back(l, &unsent);
	for (at = &l->sender->lines; *at != l; at = &(*at)->next)
		;
	*at = l->next;
	forget_auth(l);
	arena_release(&l->auth_arena);
	arena_release(&l->ask_arena);
	arena_release(&l->arena);
	free(l);
	*line = NULL;
}

/* ---- the sender ---- */

struct push_sender *push_sender_new(const struct push_limits *limits,
    push_done_fn *done, void *arg)
{
	struct push_sender *s = allocated(calloc(1, sizeof(*s)));

	s->h2 = http_h2_new();
	s->limits = *limits;
	s->done = done;
	s->arg = arg;
	return s;
}

void push_sender_free(struct push_sender **sender)
{
	struct push_sender *s = *sender;

	if (!s)
		return;
	while (s->lines) {
		struct push_line *l = s->lines;

		push_line_close(&l);
	}
	push_item_free_all(&s->spare);
	http_h2_free(&s->h2);
	free(s);
	*sender = NULL;
}

/* Starts what may start.  Returns ms until more may, at most max_ms. */
static int64_t pump(struct push_line *l, int64_t max_ms)
{
	size_t streams = (size_t)l->sender->limits.streams;

	while (l->waiting.n && l->n_under_way < streams) {
		int64_t wait = push_pace_wait_ms(&l->pace, clock_mono_ms());

		if (wait)
			return wait < max_ms ? wait : max_ms;
		if (!has_auth(l))
			break;
		start(push_queue_take(&l->waiting));
	}
	return max_ms;
}

size_t push_sender_run(struct push_sender *s, int timeout_ms)
{
	int64_t until = clock_mono_ms() + timeout_ms, left = timeout_ms;
	size_t n;

	s->n_results = 0;
	do {
		for (struct push_line *l = s->lines; l; l = l->next)
			left = pump(l, left);
		n = http_h2_run(s->h2, s->n_results ? 0 : (int)left);
		left = until - clock_mono_ms();
		/* What has ended may have been for authorization alone. */
	} while (n && !s->n_results && left > 0);
	return s->n_results;
}

size_t push_sender_busy(const struct push_sender *s)
{
	return s->n_busy;
}
