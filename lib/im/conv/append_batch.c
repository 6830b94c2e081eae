#include "im/conv/append_batch.h"

#include "base/clock.h"
#include "base/stat.h"
#include "im/conv/append_read.h"
#include "im/conv/expiry.h"
#include "im/conv/right.h"
#include "im/site/idem.h"

#define REPEAT_MS 1000

/* ---- deciding ---- */

void append_answer(struct append_request *rq, const struct append_prior *p,
    bool duplicate)
{
	rq->result = 0;
	rq->decided = true;
	rq->duplicate = duplicate;
	rq->entry = (struct entry){
		.conv_id = p->conv_id,
		.conv_index = p->conv_index,
		.msg_id = p->msg_id,
		.sender_id = p->sender_id,
		.ordinal = p->ordinal,
		.sent_ms = p->sent_ms,
		.version = 1,
		.kind = ENTRY_MESSAGE,
		.type = rq->type,
		.flags = rq->flags,
		.client_msg_id = rq->client_msg_id,
		.body = rq->body,
	};
}

static int refuse(struct append_request *rq, const struct error *why)
{
	rq->result = -1;
	rq->decided = true;
	rq->error = *why;
	return -1;
}

int append_conflict(struct error *err)
{
	return err_field(err, ERR_CONFLICT, "client_msg_id",
	    "this client_msg_id was used for other content");
}

/* The same client id in the log, or of a scheduled message. */
static bool is_repeat(struct append_tx *b, size_t at)
{
	struct append_request *rq = b->rqs[at];
	const struct append_prior *p = append_prior(b, rq);
	struct error err;

	if (!p)
		return false;
	if (p->conv_index != 0 && str_eq(p->fingerprint, rq->fingerprint)) {
		/* After a lost COMMIT our own row is not a repeat. */
		append_answer(rq, p, p->msg_id != rq->msg_id);
	} else {
		append_conflict(&err);
		refuse(rq, &err);
	}
	return true;
}

static int check_mentions(struct append_tx *b, const struct append_request *rq,
    struct error *err)
{
	for (size_t i = 0; i < rq->n_mentions; i++)
		if (right_mention(append_member(b, rq->conv_id,
				      rq->mentions[i]),
			i, err) < 0)
			return -1;
	return 0;
}

static int64_t now_of(const struct append_request *rq, const struct conv *c)
{
	return rq->now_ms ? rq->now_ms : c->now_ms;
}

static int check_rights(struct append_tx *b, const struct append_request *rq,
    const struct conv *c, struct error *err)
{
	const struct member *m = append_member(b, rq->conv_id, rq->sender_id);

	if (!c || c->app_id != rq->app_id)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (member_check(c, m, err) < 0 || conv_check_home(c, err) < 0)
		return -1;
	if (rq->refused) {
		*err = *rq->refused;
		return -1;
	}
	if (right_post(c, m, c->now_ms, err) < 0 ||
	    (rq->burn_s && right_burn(c, err) < 0) ||
	    (rq->flags & ENTRY_MENTION_ALL &&
		right_mention_all(c, m, err) < 0) ||
	    check_mentions(b, rq, err) < 0 ||
	    right_pace(c, m, m->last_sent_ms, now_of(rq, c), err) < 0)
		return -1;
	if (rq->limited) {
		*err = *rq->limited;
		return -1;
	}
	return 0;
}

static bool is_locked(const struct append_tx *b, const struct conv *c)
{
	return !c && !b->waits;
}

/* Somebody would be refused, unless it is a repeat. */
static bool refuses_any(struct append_tx *b)
{
	struct error ignored;

	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];
		const struct conv *c = conv_pick(b->convs, b->n_convs,
		    rq->conv_id);

		if (!rq->decided && !is_locked(b, c) &&
		    check_rights(b, rq, c, &ignored) < 0)
			return true;
	}
	return false;
}

static void accept_one(struct append_tx *b, struct append_request *rq,
    struct conv *c)
{
	struct log_row *row = &b->rows[b->n_rows++];
	struct member *m = append_member(b, rq->conv_id, rq->sender_id);

	row->fingerprint = rq->fingerprint;
	row->mentions = rq->mentions;
	row->n_mentions = rq->n_mentions;
	row->e = (struct entry){
		.msg_id = rq->msg_id,
		.sender_id = rq->sender_id,
		.client_msg_id = rq->client_msg_id,
		.kind = ENTRY_MESSAGE,
		.type = rq->type,
		.flags = rq->flags,
		.reply_index = rq->reply_index,
		.burn_s = rq->burn_s,
		.body = rq->body,
	};
	conv_log_next(c, row, &m->own_ordinal, rq->now_ms);
	expiry_set(&row->e, c, rq->lasts_s);
	m->last_sent_ms = row->e.sent_ms;
	rq->row = row;
	rq->result = 0;
	rq->decided = true;
	rq->duplicate = false;
	rq->entry = row->e;
}

/* A repeat within the batch gets the outcome of the first. */
static bool repeats_neighbour(struct append_tx *b, size_t at)
{
	struct append_request *rq = b->rqs[at];
	struct error err;
	size_t i;

	if (!rq->client_msg_id.p)
		return false;
	for (i = 0; i < at; i++) {
		const struct append_request *p = b->rqs[i];

		if (p->conv_id != rq->conv_id || p->result != 0 ||
		    p->sender_id != rq->sender_id ||
		    !str_eq(p->client_msg_id, rq->client_msg_id))
			continue;
		if (str_eq(p->fingerprint, rq->fingerprint)) {
			rq->entry = p->entry;
			rq->result = 0;
			rq->decided = true;
			rq->duplicate = true;
		} else {
			append_conflict(&err);
			refuse(rq, &err);
		}
		return true;
	}
	return false;
}

static void decide(struct append_tx *b)
{
	struct error err;
	size_t i;

	b->rows = ARENA_ARRAY(b->a, b->n, struct log_row);
	b->n_rows = 0;
	for (i = 0; i < b->n; i++) {
		struct append_request *rq = b->rqs[i];
		struct conv *c = conv_pick(b->convs, b->n_convs, rq->conv_id);

		rq->row = NULL;
		rq->locked = is_locked(b, c) && !rq->decided;
		if (rq->decided || rq->locked || is_repeat(b, i) ||
		    repeats_neighbour(b, i))
			continue;
		if (check_rights(b, rq, c, &err) < 0)
			refuse(rq, &err);
		else
			accept_one(b, rq, c);
	}
}

/* After a lost COMMIT: finds which messages of the batch are in the log.  As we
 * hold the locks now, the lost transaction has ended. */
static int find_written(struct append_tx *b, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(b->a, b->n, int64_t);
	struct append_prior *found;
	size_t n, i, j;

	for (i = 0; i < b->n; i++)
		ids[i] = b->rqs[i]->msg_id;
	if (append_sql_written(b->db, b->a, db_list(b->a, ids, b->n), &found,
		&n, err) < 0)
		return -1;
	for (i = 0; i < b->n; i++)
		for (j = 0; j < n; j++)
			if (found[j].msg_id == b->rqs[i]->msg_id)
				append_answer(b->rqs[i], &found[j], false);
	return 0;
}

/* ---- writing ---- */

static int note_keys(struct append_tx *b, struct error *err)
{
	struct idem *keys = ARENA_ARRAY(b->a, b->n, struct idem);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];

		if (rq->row && rq->idem_key.p)
			keys[n++] = (struct idem){
				.shard_id = rq->conv_id,
				.user_id = rq->sender_id,
				.key = rq->idem_key,
				.request_hash = rq->fingerprint,
			};
	}
	return idem_note(b->db, keys, n, err);
}

static bool has_row(const struct append_tx *b, int64_t conv_id)
{
	for (size_t i = 0; i < b->n_rows; i++)
		if (b->rows[i].e.conv_id == conv_id)
			return true;
	return false;
}

/* After a failure the transaction runs again, and without it. */
static int serve(struct append_tx *b, const struct append_news *news,
    bool *served, struct error *err)
{
	const struct append_tools *t = b->tools;

	if (!t->server || b->serves)
		return 0;
	b->serves = true;
	if (t->server->serve(t->serving, b->a, news, served, err) < 0 ||
	    db_settle(b->db, err) < 0)
		return -1;
	b->serves = false;
	return 0;
}

static void note_due(struct append_tx *b, const struct conv *left, size_t n)
{
	for (size_t i = 0; i < b->n; i++) {
		struct append_request *rq = b->rqs[i];

		rq->due = rq->row &&
			  conv_pick((struct conv *)left, n, rq->conv_id);
	}
}

static bool is_level(const struct append_tx *b, size_t i)
{
	return b->tools->known && append_known_is_level(b->tools->known,
				      &b->convs[i], b->before[i]);
}

static int write_rows(struct append_tx *b, struct error *err)
{
	struct conv *raised = ARENA_ARRAY(b->a, b->n_convs, struct conv);
	struct conv *left = ARENA_ARRAY(b->a, b->n_convs, struct conv);
	int64_t *before = ARENA_ARRAY(b->a, b->n_convs, int64_t);
	bool *whole = ARENA_ARRAY(b->a, b->n_convs, bool);
	bool *level = ARENA_ARRAY(b->a, b->n_convs, bool);
	bool *served = ARENA_ARRAY(b->a, b->n_convs, bool);
	struct append_news news = { raised, before, whole, level, 0, b->members,
		b->n_members, b->rows, b->n_rows };
	size_t n = 0;

	for (size_t i = 0; i < b->n_convs; i++) {
		if (!has_row(b, b->convs[i].conv_id))
			continue;
		before[news.n_convs] = b->before[i];
		whole[news.n_convs] = b->whole[i];
		level[news.n_convs] = b->whole[i] && is_level(b, i);
		served[news.n_convs] = false;
		raised[news.n_convs++] = b->convs[i];
	}
	if (note_keys(b, err) < 0 ||
	    conv_log_put(b->db, b->rows, b->n_rows, raised, news.n_convs, err) <
		0 ||
	    expiry_note(b->db, b->a, b->rows, b->n_rows, err) < 0 ||
	    serve(b, &news, served, err) < 0)
		return -1;
	for (size_t i = 0; i < news.n_convs; i++)
		if (!served[i])
			left[n++] = raised[i];
	b->served = raised;
	for (size_t i = 0; i < news.n_convs; i++)
		if (served[i])
			b->served[b->n_served++] = raised[i];
	note_due(b, left, n);
	return n ? conv_log_mark(b->db, b->a, b->rows, b->n_rows, left, n, err)
		 : 0;
}

static int batch_tx(struct db *db, void *arg, struct error *err)
{
	struct append_tx *b = arg;
	size_t i;

	(void)db;
	for (i = 0; i < b->n; i++)
		b->rqs[i]->decided = false;
	b->n_served = 0;
	if (append_read_logs(b, err) < 0 ||
	    (b->uncertain && find_written(b, err) < 0) ||
	    append_read(b, err) < 0)
		return -1;
	if ((b->looks || append_any_scheduled(b) || append_any_archived(b) ||
		refuses_any(b)) &&
	    append_read_priors(b, err) < 0)
		return -1;
	decide(b);
	if (b->n_rows == 0)
		return 0;
	return write_rows(b, err);
}

static void note_own(const struct append_tx *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct entry *e = &b->rows[i].e;
		const struct conv *c = conv_pick(b->convs, b->n_convs,
		    e->conv_id);

		append_own_note(b->own, c, b->before[c - b->convs],
		    e->sender_id, e->own_ordinal);
	}
}

/* Once for each log, whatever it got; after a lost COMMIT perhaps earlier. */
static void tell_readers(const struct append_tx *b)
{
	for (size_t i = 0; i < b->n_convs; i++)
		if (b->uncertain || b->convs[i].last_index != b->before[i])
			conv_changed(b->convs[i].conv_id);
}

static bool had_repeat(const struct append_tools *tools)
{
	return tools->repeat_ms &&
	       clock_mono_ms() - tools->repeat_ms < REPEAT_MS;
}

static int transact(struct append_tools *tools, struct append_tx *b,
    struct error *err)
{
	int rc = db_tx(b->db, batch_tx, b, err);

	if (rc < 0 && !b->looks && err->code == ERR_DUPLICATE) {
		tools->repeat_ms = clock_mono_ms();
		b->looks = true;
		b->serves = false;
		rc = db_tx(b->db, batch_tx, b, err);
	}
	if (rc < 0 && b->serves)
		rc = db_tx(b->db, batch_tx, b, err);
	return rc;
}

int append_batch(struct append_tools *tools, struct append_request *const *rqs,
    size_t n, bool waits, bool uncertain, struct error *err)
{
	struct append_tx b = {
		.db = tools->db,
		.a = tools->a,
		.tools = tools,
		.own = tools->own,
		.rqs = rqs,
		.n = n,
		.waits = waits,
		.uncertain = uncertain,
		.looks = uncertain || had_repeat(tools),
	};

	if (transact(tools, &b, err) < 0)
		return -1;
	tell_readers(&b);
	if (b.own)
		note_own(&b);
	for (size_t i = 0; tools->known && i < b.n_served; i++)
		append_known_level(tools->known, &b.served[i]);
	if (b.n_served)
		tools->server->committed(tools->serving, b.a);
	stat_add(STAT_APPEND_COMMITS, b.n_rows > 0);
	stat_add(STAT_APPEND_ENTRIES, (int64_t)b.n_rows);
	return 0;
}
