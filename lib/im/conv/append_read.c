#include "im/conv/append_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/order.h"
#include "im/conv/append_check.h"
#include "im/conv/archive.h"
#include "im/conv/right.h"

int append_read_logs(struct append_tx *b, struct error *err)
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

static bool is_whole(const struct append_tx *b, int64_t conv_id)
{
	const struct conv *c = conv_pick(b->convs, b->n_convs, conv_id);

	return c && b->whole[c - b->convs];
}

/* (conv_id, user_id), ascending and distinct. */
static size_t list_places(struct append_tx *b, int64_t (**out)[2])
{
	int64_t(*list)[2];
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < b->n; i++)
		n += 1 + b->rqs[i]->n_mentions;
	list = arena_alloc(b->a, n * sizeof(*list));
	n = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];

		if (is_whole(b, rq->conv_id))
			continue;
		list[n][0] = rq->conv_id;
		list[n++][1] = rq->sender_id;
		for (size_t j = 0; j < rq->n_mentions; j++) {
			list[n][0] = rq->conv_id;
			list[n++][1] = rq->mentions[j];
		}
	}
	if (n)
		qsort(list, n, sizeof(*list), by_pair);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_pair(list[kept - 1], list[i]) != 0)
			memmove(list[kept++], list[i], sizeof(*list));
	*out = list;
	return kept;
}

static void add_members(struct append_tx *b, const struct member *list,
    size_t n)
{
	struct member *all;

	if (!n)
		return;
	if (b->n_members + n > b->members_room) {
		b->members_room = 2 * (b->n_members + n);
		all = ARENA_ARRAY(b->a, b->members_room, struct member);
		if (b->n_members)
			memcpy(all, b->members, b->n_members * sizeof(*all));
		b->members = all;
	}
	memcpy(b->members + b->n_members, list, n * sizeof(*list));
	b->n_members += n;
}

/* All members of the conversations that the server wants. */
static int read_whole(struct append_tx *b, struct error *err)
{
	const struct append_tools *t = b->tools;
	int64_t *ids = ARENA_ARRAY(b->a, b->n_convs, int64_t);
	const struct member *known;
	struct member *list;
	size_t n = 0, n_list;

	b->whole = ARENA_ARRAY(b->a, b->n_convs, bool);
	if (!t->server || b->serves)
		return 0;
	for (size_t i = 0; i < b->n_convs; i++) {
		const struct conv *c = &b->convs[i];

		/* Of one that was dissolved nobody is present. */
		b->whole[i] = !c->dissolved_ms && t->server->wants(c);
		if (!b->whole[i])
			continue;
		known = t->known ? append_known_members(t->known, c, &n_list)
				 : NULL;
		if (known)
			add_members(b, known, n_list);
		else
			ids[n++] = c->conv_id;
	}
	if (member_load_present(b->db, b->a, ids, n, &list, &n_list, err) < 0)
		return -1;
	add_members(b, list, n_list);
	for (size_t i = 0, at = 0; t->known && i < n; i++) {
		size_t first = at;

		while (at < n_list && list[at].conv_id == ids[i])
			at++;
		append_known_keep(t->known,
		    conv_pick(b->convs, b->n_convs, ids[i]), list + first,
		    at - first);
	}
	return 0;
}

/* Senders and mentioned users, and whom the server needs. */
static int read_members(struct append_tx *b, struct error *err)
{
	int64_t(*places)[2];
	struct member *list;
	size_t n, n_list;

	b->members = NULL;
	b->n_members = b->members_room = 0;
	if (read_whole(b, err) < 0)
		return -1;
	n = list_places(b, &places);
	if (member_load(b->db, b->a, (const int64_t(*)[2])places, n, &list,
		&n_list, err) < 0)
		return -1;
	add_members(b, list, n_list);
	member_sort(b->members, b->n_members);
	return 0;
}

struct member *append_member(const struct append_tx *b, int64_t conv_id,
    int64_t user_id)
{
	return member_pick(b->members, b->n_members, conv_id, user_id);
}

#define OWN_UNKNOWN (-1)

/* Senders whose own_ordinal has to be looked up. */
static size_t list_unknown(struct append_tx *b, int64_t (**out)[2])
{
	int64_t(*list)[2] = arena_alloc(b->a, b->n * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		int64_t conv_id = b->rqs[i]->conv_id;
		int64_t user_id = b->rqs[i]->sender_id;
		const struct conv *c = conv_pick(b->convs, b->n_convs, conv_id);
		struct member *m = append_member(b, conv_id, user_id);

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

static int read_own(struct append_tx *b, struct error *err)
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
		append_member(b, found[i].conv_id, found[i].sender_id)
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

static bool is_archived(const struct append_tx *b, int64_t conv_id)
{
	const struct conv *c = conv_pick(b->convs, b->n_convs, conv_id);

	return c && c->archived_index;
}

/* Those with a client id of the batch, which no key of `entry` has any more. */
static int find_archived(struct append_tx *b, struct segment_entry **out,
    size_t *n_out, struct error *err)
{
	struct archive_key *keys = ARENA_ARRAY(b->a, b->n, struct archive_key);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];

		if (rq->client_msg_id.p && is_archived(b, rq->conv_id))
			keys[n++] = (struct archive_key){ rq->conv_id,
				rq->sender_id, rq->client_msg_id };
	}
	return archive_by_keys(b->db, b->a, keys, n, out, n_out, err);
}

static struct append_prior prior_of(const struct segment_entry *x)
{
	return (struct append_prior){
		.conv_id = x->e.conv_id,
		.sender_id = x->e.sender_id,
		.msg_id = x->e.msg_id,
		.client_msg_id = x->e.client_msg_id,
		.fingerprint = x->fingerprint,
		.conv_index = x->e.conv_index,
		.ordinal = x->e.ordinal,
		.sent_ms = x->e.sent_ms,
	};
}

static int find_priors(struct append_tx *b, struct str keys, struct error *err)
{
	struct append_prior *sent, *scheduled = NULL;
	struct segment_entry *archived = NULL;
	size_t n_sent, n_scheduled = 0, n_archived = 0;

	if (append_sql_priors(b->db, b->a, keys, &sent, &n_sent, err) < 0 ||
	    (append_any_scheduled(b) &&
		append_sql_scheduled(b->db, b->a, keys, &scheduled,
		    &n_scheduled, err) < 0) ||
	    (append_any_archived(b) &&
		find_archived(b, &archived, &n_archived, err) < 0))
		return -1;
	b->priors = ARENA_ARRAY(b->a, n_sent + n_scheduled + n_archived,
	    struct append_prior);
	if (n_sent)
		memcpy(b->priors, sent, n_sent * sizeof(*sent));
	b->n_priors = n_sent;
	for (size_t i = 0; i < n_scheduled; i++)
		b->priors[b->n_priors++] = scheduled[i];
	for (size_t i = 0; i < n_archived; i++)
		b->priors[b->n_priors++] = prior_of(&archived[i]);
	return 0;
}

int append_read_priors(struct append_tx *b, struct error *err)
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
		ret = find_priors(b, buf_view(&keys), err);
	buf_release(&keys);
	return ret;
}

bool append_any_archived(const struct append_tx *b)
{
	for (size_t i = 0; i < b->n_convs; i++)
		if (b->convs[i].archived_index)
			return true;
	return false;
}

bool append_any_scheduled(const struct append_tx *b)
{
	for (size_t i = 0; i < b->n_convs; i++)
		if (b->convs[i].has_scheduled)
			return true;
	return false;
}

static bool is_itself(const struct append_prior *p,
    const struct append_request *rq)
{
	return p->conv_index == 0 && p->msg_id == rq->msg_id;
}

const struct append_prior *append_prior(const struct append_tx *b,
    const struct append_request *rq)
{
	for (size_t i = 0; rq->client_msg_id.p && i < b->n_priors; i++) {
		const struct append_prior *p = &b->priors[i];

		if (p->conv_id == rq->conv_id &&
		    p->sender_id == rq->sender_id &&
		    str_eq(p->client_msg_id, rq->client_msg_id) &&
		    !is_itself(p, rq))
			return p;
	}
	return NULL;
}

#define SENT_UNKNOWN (-1)

/* Of senders in slow mode.  They are refused for what their neighbours send,
 * and a repeat is not, so repeats are looked for. */
static int read_paces(struct append_tx *b, struct error *err)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];
		const struct conv *c = conv_pick(b->convs, b->n_convs,
		    rq->conv_id);
		struct member *m = append_member(b, rq->conv_id, rq->sender_id);

		if (c && m && right_has_pace(c, m))
			m->last_sent_ms = SENT_UNKNOWN;
	}
	for (size_t i = 0; i < b->n; i++) {
		const struct append_request *rq = b->rqs[i];
		struct member *m = append_member(b, rq->conv_id, rq->sender_id);

		if (!m || m->last_sent_ms != SENT_UNKNOWN)
			continue;
		b->looks = true;
		if (append_last_sent(b->db, b->a,
			conv_pick(b->convs, b->n_convs, rq->conv_id), m, err) <
		    0)
			return -1;
	}
	return 0;
}

static bool any_has_pace(const struct append_tx *b)
{
	for (size_t i = 0; i < b->n_convs; i++)
		if (b->convs[i].slow_mode_s)
			return true;
	return false;
}

int append_read(struct append_tx *b, struct error *err)
{
	b->n_priors = 0;
	if (read_members(b, err) < 0 || read_own(b, err) < 0)
		return -1;
	return any_has_pace(b) ? read_paces(b, err) : 0;
}
