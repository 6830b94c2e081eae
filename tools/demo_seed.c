/* Conversations and their messages. */
#include "demo.h"

#include "base/crypto.h"
#include "im/conv/append.h"
#include "im/conv/conv_setting.h"
#include "im/conv/direct.h"
#include "im/conv/group_create.h"
#include "im/site/node.h"
#include "io/json_writer.h"
#include "view/entry_body.h"
#include "view/view.h"

#define DAY_MS    (INT64_C(24) * 3600 * 1000)
#define BATCH_MAX 200 /* messages per transaction */

/* A conversation being created. */
struct seeding {
	struct demo *demo;
	struct appender *appender;
	const struct demo_conv *conv;
	const struct demo_script *script;
	int64_t conv_id;
	struct append_request *requests; /* by message */
	size_t n_sent;
};

static struct str digest(struct arena *a, struct str s)
{
	uint8_t *hash = arena_alloc(a, CRYPTO_HASH_LEN);

	crypto_sha256(hash, s);
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}

/* ---- the conversation ---- */

static struct group_actor creator(const struct seeding *s)
{
	struct str rest = str_of(s->conv->members);

	return (struct group_actor){
		.app_id = s->demo->app_id,
		.user_id =
		    s->demo->users[demo_person_find(str_cut(&rest, ' '))],
		.body = view_member_body,
	};
}

/* Without the creator and the member who joins later. */
static size_t first_members(const struct seeding *s, int64_t **out)
{
	struct str rest = str_of(s->conv->members);
	int64_t *ids = ARENA_ARRAY(s->demo->arena, demo_n_people, int64_t);
	size_t n = 0;

	(void)str_cut(&rest, ' ');
	while (rest.p) {
		struct str name = str_cut(&rest, ' ');

		if (!s->conv->late || !str_is(name, s->conv->late))
			ids[n++] = s->demo->users[demo_person_find(name)];
	}
	*out = ids;
	return n;
}

static int create(struct seeding *s, struct error *err)
{
	struct group_actor by = creator(s);
	struct arena *a = s->demo->arena;
	struct group_create what = {
		.conv = {
			.kind = s->conv->kind,
			.name = str_of(s->conv->name),
		},
	};
	int64_t *members;

	conv_setting_defaults(&what.conv);
	what.n_members = first_members(s, &members);
	what.members = members;
	by.now_ms = s->demo->app_ms - s->conv->days * DAY_MS;
	/* Before the first message. */
	if (s->script->messages[0].at_ms < by.now_ms + 60000)
		by.now_ms = s->script->messages[0].at_ms - 60000;
	if (s->conv->name) {
		what.client_id = arena_printf(a, "demo-%s", s->conv->key);
		what.fingerprint = digest(a, what.client_id);
	}
	if (group_create(s->demo->db, a, &by, &what, err) < 0)
		return -1;
	s->conv_id = what.result.conv_id;
	return 0;
}

static int add_late(struct seeding *s, struct error *err)
{
	struct group_actor by = creator(s);
	struct group_add add = {
		.user_id =
		    s->demo->users[demo_person_find(str_of(s->conv->late))],
		.exists = true,
	};
	struct conv c;

	by.now_ms = s->script->messages[s->script->late_at].at_ms - 1000;
	if (group_add(s->demo->db, s->demo->arena, &by, s->conv_id, &add, 1, &c,
		err) < 0)
		return -1;
	if (add.outcome == GROUP_ADDED)
		member_ids_refresh(s->demo->db, s->demo->cache, s->demo->arena,
		    &c);
	return 0;
}

/* ---- messages ---- */

/* In the form in which the message service stores it. */
static struct str body_of(const struct seeding *s, const struct demo_message *m)
{
	struct json_writer w;
	struct str body;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	json_begin(&w);
	json_put_str(&w, "text", m->t.text);
	json_end(&w);
	if (m->t.n_mentions > 0) {
		json_key(&w, "mentions");
		json_begin_list(&w);
		for (size_t i = 0; i < m->t.n_mentions; i++)
			json_id(&w, s->demo->users[m->t.mentions[i]]);
		json_end_list(&w);
	}
	json_end_members(&w);
	body = arena_str(s->demo->arena, buf_view(&b));
	buf_release(&b);
	return body;
}

static int prepare(struct seeding *s, size_t at, struct error *err)
{
	const struct demo_message *m = &s->script->messages[at];
	struct append_request *rq = &s->requests[at];
	struct arena *a = s->demo->arena;
	int64_t *mentions = ARENA_ARRAY(a, m->t.n_mentions, int64_t);

	*rq = (struct append_request){
		.app_id = s->demo->app_id,
		.conv_id = s->conv_id,
		.sender_id = s->demo->users[m->sender],
		.client_msg_id = arena_printf(a, "demo-%zu", at),
		.type = MESSAGE_TEXT,
		.flags = m->t.n_mentions > 0 ? ENTRY_MENTIONS : 0,
		.body = body_of(s, m),
		.mentions = mentions,
		.n_mentions = m->t.n_mentions,
		.now_ms = m->at_ms,
	};
	if (m->reply >= 0)
		rq->reply_index = s->requests[m->reply].entry.conv_index;
	for (size_t i = 0; i < m->t.n_mentions; i++)
		mentions[i] = s->demo->users[m->t.mentions[i]];
	rq->fingerprint = digest(a, rq->body);
	return node_next_id(s->demo->db, &rq->msg_id, err);
}

/* Refusals occur if users have changed something since an earlier run. */
static int send_until(struct seeding *s, size_t end, struct error *err)
{
	size_t first = s->n_sent;

	if (end == first)
		return 0;
	append_send_all(s->appender, &s->requests[first], end - first);
	s->n_sent = end;
	for (size_t i = first; i < end; i++) {
		struct append_request *rq = &s->requests[i];

		if (rq->result == 0) {
			s->demo->n_messages++;
			continue;
		}
		if (err_info(rq->error.code)->retry != ERR_RETRY_NEVER) {
			*err = rq->error;
			return -1;
		}
		rq->entry = (struct entry){ .msg_id = 0 };
		s->demo->n_refused++;
	}
	return 0;
}

static int send_all(struct seeding *s, struct error *err)
{
	const struct demo_script *script = s->script;

	for (size_t i = 0; i < script->n; i++) {
		const bool is_late = s->conv->late != NULL &&
				     i == script->late_at;

		/* A reply needs the index of the message that it replies to. */
		if ((is_late || i - s->n_sent == BATCH_MAX ||
			script->messages[i].reply >= (ptrdiff_t)s->n_sent) &&
		    send_until(s, i, err) < 0)
			return -1;
		if ((is_late && add_late(s, err) < 0) || prepare(s, i, err) < 0)
			return -1;
	}
	return send_until(s, script->n, err);
}

/* ---- all ---- */

static int seed_one(struct demo *d, struct appender *appender, size_t at,
    const struct demo_script *script, struct demo_place *place,
    struct error *err)
{
	struct seeding s = {
		.demo = d,
		.appender = appender,
		.conv = &demo_convs[at],
		.script = script,
		.requests = ARENA_ARRAY(d->arena, script->n,
		    struct append_request),
	};

	if (create(&s, err) < 0 || send_all(&s, err) < 0)
		return -1;
	place->conv_id = s.conv_id;
	place->indexes = ARENA_ARRAY(d->arena, script->n, int64_t);
	for (size_t i = 0; i < script->n; i++)
		place->indexes[i] = s.requests[i].entry.conv_index;
	return 0;
}

/* The last message of the last conversation is written last. */
static int is_complete(struct demo *d, const struct demo_script *last,
    struct error *err)
{
	const struct demo_message *m = &last->messages[last->n - 1];
	int64_t user_id = d->users[m->sender], conv_id;
	int found = direct_find(d->db, d->arena, user_id, user_id, &conv_id,
	    err);

	if (found <= 0)
		return found;
	return demo_sql_has(d->db, d->arena, conv_id, user_id,
	    arena_printf(d->arena, "demo-%zu", last->n - 1), err);
}

static int seed_all(struct demo *d, struct appender *appender,
    const struct demo_script *scripts, struct error *err)
{
	struct demo_place *places = ARENA_ARRAY(d->arena, demo_n_convs,
	    struct demo_place);
	size_t last = demo_n_convs - 1, i;

	for (i = 0; i < last; i++)
		if (seed_one(d, appender, i, &scripts[i], &places[i], err) < 0)
			return -1;
	if (demo_fanout(d, places, last, err) < 0)
		return -1;
	for (i = 0; i < last; i++)
		if (demo_marks(d, &demo_convs[i], &scripts[i], &places[i],
			err) < 0)
			return -1;
	if (seed_one(d, appender, last, &scripts[last], &places[last], err) !=
	    0)
		return -1;
	return demo_fanout(d, &places[last], 1, err);
}

int demo_convs_seed(struct demo *d, struct error *err)
{
	struct demo_script *scripts = ARENA_ARRAY(d->arena, demo_n_convs,
	    struct demo_script);
	struct demo_thread *threads;
	struct appender *appender;
	size_t n = demo_threads(d->arena, &threads);
	int rc;

	for (size_t i = 0; i < demo_n_convs; i++)
		demo_script(d->arena, &demo_convs[i], threads, n, d->app_ms,
		    &scripts[i]);
	rc = is_complete(d, &scripts[demo_n_convs - 1], err);
	if (rc != 0) {
		d->is_complete = rc > 0;
		return rc < 0 ? -1 : 0;
	}
	appender = appender_new(NULL);
	rc = seed_all(d, appender, scripts, err);
	appender_free(&appender);
	return rc;
}
