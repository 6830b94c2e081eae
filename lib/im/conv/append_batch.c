#include "im/conv/append_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/stat.h"
#include "im/conv/append_sql.h"
#include "im/conv/member.h"
#include "im/conv/right.h"
#include "im/site/idem.h"

/* The state of one transaction. */
struct batch {
	struct db *db;
	struct arena *a;
	struct append_own *own;
	struct append_request *const *rqs;
	size_t n;
	bool waits;         /* for logs that are locked */
	bool uncertain;     /* an earlier COMMIT may have succeeded */
	struct conv *convs; /* locked, ascending */
	size_t n_convs;
	int64_t *before;        /* their last_index when they were locked */
	struct member *members; /* ascending (conv_id, user_id) */
	size_t n_members;
	struct append_prior *priors;
	size_t n_priors;
	struct log_row *rows; /* accepted */
	size_t n_rows;
};

/* ---- reading ---- */

static int lock_logs(struct batch *b, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(b->a, b->n, int64_t);
	size_t i;

	for (i = 0; i < b->n; i++)
		ids[i] = b->rqs[i]->conv_id;
	if ((b->waits ? conv_lock : conv_lock_free)(b->db, b->a, ids, b->n,
		&b->convs, &b->n_convs, err) < 0)
		return -1;
	b->before = ARENA_ARRAY(b->a, b->n_convs, int64_t);
	for (i = 0; i < b->n_convs; i++)
		b->before[i] = b->convs[i].last_index;
	return 0;
}

static int by_pair(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return order_pair(a[0], b[0], a[1], b[1]);
}

/* (conv_id, user_id), ascending and distinct. */
static size_t list_places(struct batch *b, int64_t (**out)[2])
{
	int64_t(*list)[2];
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < b->n; i++)
		n += 1 + b->rqs[i]->n_mentions;
	list = arena_alloc(b->a, n * sizeof(*list));
	n = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];

		list[n][0] = rq->conv_id;
		list[n++][1] = rq->sender_id;
		for (size_t j = 0; j < rq->n_mentions; j++) {
			list[n][0] = rq->conv_id;
			list[n++][1] = rq->mentions[j];
		}
	}
	qsort(list, n, sizeof(*list), by_pair);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_pair(list[kept - 1], list[i]) != 0)
			memmove(list[kept++], list[i], sizeof(*list));
	*out = list;
	return kept;
}

/* Senders and mentioned users. */
static int read_members(struct batch *b, struct error *err)
{
	int64_t(*places)[2];
	size_t n = list_places(b, &places);

	return member_load(b->db, b->a, (const int64_t(*)[2])places, n,
	    &b->members, &b->n_members, err);
}

static struct member *find_member(const struct batch *b, int64_t conv_id,
    int64_t user_id)
{
	return member_pick(b->members, b->n_members, conv_id, user_id);
}

#define OWN_UNKNOWN (-1)

/* Senders whose own_ordinal has to be looked up. */
static size_t list_unknown(struct batch *b, int64_t (**out)[2])
{
	int64_t(*list)[2] = arena_alloc(b->a, b->n * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		int64_t conv_id = b->rqs[i]->conv_id;
		int64_t user_id = b->rqs[i]->sender_id;
		const struct conv *c = conv_pick(b->convs, b->n_convs, conv_id);
		struct member *m = find_member(b, conv_id, user_id);

		if (!c || !m || m->own_ordinal == OWN_UNKNOWN ||
		    (b->own &&
			append_own_find(b->own, c, user_id, &m->own_ordinal)))
			continue;
		m->own_ordinal = OWN_UNKNOWN;
		list[n][0] = conv_id;
		list[n++][1] = user_id;
	}
	*out = list;
	return n;
}

static int read_own(struct batch *b, struct error *err)
{
	int64_t(*places)[2];
	struct append_ordinal *found;
	size_t n = list_unknown(b, &places), n_found;

	if (n == 0)
		return 0;
	if (append_sql_own(b->db, b->a,
		db_pairs(b->a, (const int64_t(*)[2])places, n), &found,
		&n_found, err) < 0)
		return -1;
	for (size_t i = 0; i < n_found; i++)
		find_member(b, found[i].conv_id, found[i].sender_id)
		    ->own_ordinal = found[i].own_ordinal;
	return 0;
}

/* Client ids are printable ASCII: two characters need a backslash. */
static void put_client_key(struct buf *keys, const struct append_request *rq)
{
	size_t i;

	buf_printf(keys, "%s[%" PRId64 ",%" PRId64 ",\"",
	    keys->len > 1 ? "," : "", rq->conv_id, rq->sender_id);
	for (i = 0; i < rq->client_msg_id.len; i++) {
		char c = rq->client_msg_id.p[i];

		if (c == '"' || c == '\\')
			buf_char(keys, '\\');
		buf_char(keys, c);
	}
	buf_cstr(keys, "\"]");
}

static int read_priors(struct batch *b, struct error *err)
{
	struct buf keys;
	size_t n = 0, i;
	int ret = 0;

	buf_init(&keys);
	buf_char(&keys, '[');
	for (i = 0; i < b->n; i++)
		if (b->rqs[i]->client_msg_id.p) {
			put_client_key(&keys, b->rqs[i]);
			n++;
		}
	buf_char(&keys, ']');
	if (n > 0)
		ret = append_sql_priors(b->db, b->a, buf_view(&keys),
		    &b->priors, &b->n_priors, err);
	buf_release(&keys);
	return ret;
}

/* ---- deciding ---- */

static void answer(struct append_request *rq, const struct append_prior *p,
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

/* The same client id earlier in this batch, or in the log. */
static bool is_repeat(struct batch *b, size_t at)
{
	struct append_request *rq = b->rqs[at];
	struct error err;
	size_t i;

	if (!rq->client_msg_id.p)
		return false;
	for (i = 0; i < b->n_priors; i++) {
		const struct append_prior *p = &b->priors[i];

		if (p->conv_id != rq->conv_id ||
		    p->sender_id != rq->sender_id ||
		    !str_eq(p->client_msg_id, rq->client_msg_id))
			continue;
		if (str_eq(p->fingerprint, rq->fingerprint)) {
			/* After a lost COMMIT our own row is not a repeat. */
			answer(rq, p, p->msg_id != rq->msg_id);
		} else {
			err_field(&err, ERR_CONFLICT, "client_msg_id",
			    "this client_msg_id was used for other content");
			refuse(rq, &err);
		}
		return true;
	}
	return false;
}

static int check_mentions(struct batch *b, const struct append_request *rq,
    struct error *err)
{
	for (size_t i = 0; i < rq->n_mentions; i++)
		if (right_mention(find_member(b, rq->conv_id, rq->mentions[i]),
			i, err) < 0)
			return -1;
	return 0;
}

static int check_rights(struct batch *b, const struct append_request *rq,
    const struct conv *c, struct error *err)
{
	const struct member *m = find_member(b, rq->conv_id, rq->sender_id);

	if (!c || c->app_id != rq->app_id || !m || !member_is_present(m))
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (conv_check_home(c, err) < 0)
		return -1;
	if (rq->refused) {
		*err = *rq->refused;
		return -1;
	}
	if (right_post(c, m, c->now_ms, err) < 0 ||
	    check_mentions(b, rq, err) < 0)
		return -1;
	if (rq->limited) {
		*err = *rq->limited;
		return -1;
	}
	return 0;
}

static void accept_one(struct batch *b, struct append_request *rq,
    struct conv *c)
{
	struct log_row *row = &b->rows[b->n_rows++];

	row->fingerprint = rq->fingerprint;
	row->e = (struct entry){
		.msg_id = rq->msg_id,
		.sender_id = rq->sender_id,
		.client_msg_id = rq->client_msg_id,
		.kind = ENTRY_MESSAGE,
		.type = rq->type,
		.flags = rq->flags,
		.reply_index = rq->reply_index,
		.body = rq->body,
	};
	conv_log_next(c, row,
	    &find_member(b, rq->conv_id, rq->sender_id)->own_ordinal,
	    rq->now_ms);
	rq->row = row;
	rq->result = 0;
	rq->decided = true;
	rq->duplicate = false;
	rq->entry = row->e;
}

/* A repeat within the batch gets the outcome of the first. */
static bool repeats_neighbour(struct batch *b, size_t at)
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
			err_field(&err, ERR_CONFLICT, "client_msg_id",
			    "this client_msg_id was used for other content");
			refuse(rq, &err);
		}
		return true;
	}
	return false;
}

static void decide(struct batch *b)
{
	struct error err;
	size_t i;

	b->rows = ARENA_ARRAY(b->a, b->n, struct log_row);
	b->n_rows = 0;
	for (i = 0; i < b->n; i++) {
		struct append_request *rq = b->rqs[i];
		struct conv *c = conv_pick(b->convs, b->n_convs, rq->conv_id);

		rq->row = NULL;
		rq->locked = !c && !b->waits && !rq->decided;
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
static int find_written(struct batch *b, struct error *err)
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
				answer(b->rqs[i], &found[j], false);
	return 0;
}

/* ---- writing ---- */

static int note_keys(struct batch *b, struct error *err)
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

static int write_rows(struct batch *b, struct error *err)
{
	struct conv *raised = ARENA_ARRAY(b->a, b->n_convs, struct conv);
	size_t n = 0, i, j;

	for (i = 0; i < b->n_convs; i++)
		for (j = 0; j < b->n_rows; j++)
			if (b->rows[j].e.conv_id == b->convs[i].conv_id) {
				raised[n++] = b->convs[i];
				break;
			}
	if (note_keys(b, err) < 0)
		return -1;
	return conv_log_write(b->db, b->a, b->rows, b->n_rows, raised, n, err);
}

static int batch_tx(struct db *db, void *arg, struct error *err)
{
	struct batch *b = arg;
	size_t i;

	(void)db;
	for (i = 0; i < b->n; i++)
		b->rqs[i]->decided = false;
	b->n_priors = 0;
	if (lock_logs(b, err) < 0 ||
	    (b->uncertain && find_written(b, err) < 0) ||
	    read_members(b, err) < 0 || read_own(b, err) < 0 ||
	    read_priors(b, err) < 0)
		return -1;
	decide(b);
	if (b->n_rows == 0)
		return 0;
	return write_rows(b, err);
}

static void note_own(const struct batch *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct entry *e = &b->rows[i].e;
		const struct conv *c = conv_pick(b->convs, b->n_convs,
		    e->conv_id);

		append_own_note(b->own, c, b->before[c - b->convs],
		    e->sender_id, e->own_ordinal);
	}
}

int append_batch(const struct append_tools *tools,
    struct append_request *const *rqs, size_t n, bool waits, bool uncertain,
    struct error *err)
{
	struct batch b = {
		.db = tools->db,
		.a = tools->a,
		.own = tools->own,
		.rqs = rqs,
		.n = n,
		.waits = waits,
		.uncertain = uncertain,
	};

	if (db_tx(b.db, batch_tx, &b, err) < 0)
		return -1;
	if (b.own)
		note_own(&b);
	stat_add(STAT_APPEND_COMMITS, b.n_rows > 0);
	stat_add(STAT_APPEND_ENTRIES, (int64_t)b.n_rows);
	return 0;
}
