#include "im/conv/append_check.h"

#include "im/conv/append_sql.h"
#include "im/conv/archive.h"
#include "im/conv/member.h"
#include "im/conv/right.h"

static int check_mentions(struct db *db, struct arena *a,
    const struct append_request *rq, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, rq->n_mentions, sizeof(*pairs));
	struct member *rows;
	size_t n, i;

	for (i = 0; i < rq->n_mentions; i++) {
		pairs[i][0] = rq->conv_id;
		pairs[i][1] = rq->mentions[i];
	}
	if (member_load(db, a, pairs, rq->n_mentions, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < rq->n_mentions; i++)
		if (right_mention(member_pick(rows, n, rq->conv_id,
				      rq->mentions[i]),
			i, err) < 0)
			return -1;
	return 0;
}

int append_last_sent(struct db *db, struct arena *a, const struct conv *c,
    struct member *m, struct error *err)
{
	if (append_sql_last_sent(db, a, c->conv_id, m->user_id,
		&m->last_sent_ms, err) < 0)
		return -1;
	if (m->last_sent_ms || !c->archived_index)
		return 0;
	return archive_last_sent(db, a, c->conv_id, m->user_id,
	    &m->last_sent_ms, err);
}

static int check_pace(struct db *db, struct arena *a, const struct conv *c,
    struct member *m, int64_t now_ms, struct error *err)
{
	if (!right_has_pace(c, m))
		return 0;
	if (append_last_sent(db, a, c, m, err) < 0)
		return -1;
	return right_pace(c, m, m->last_sent_ms, now_ms, err);
}

int append_check(struct db *db, struct arena *a,
    const struct append_request *rq, struct conv *conv_out, struct error *err)
{
	struct member m;
	int64_t now_ms;

	if (member_get(db, a, rq->app_id, rq->conv_id, rq->sender_id, conv_out,
		&m, err) < 0)
		return -1;
	now_ms = rq->now_ms ? rq->now_ms : conv_out->now_ms;
	if (rq->refused) {
		*err = *rq->refused;
		return -1;
	}
	if (right_post(conv_out, &m, now_ms, err) < 0 ||
	    (rq->burn_s && right_burn(conv_out, err) < 0) ||
	    (rq->flags & ENTRY_MENTION_ALL &&
		right_mention_all(conv_out, &m, err) < 0) ||
	    check_mentions(db, a, rq, err) < 0 ||
	    check_pace(db, a, conv_out, &m, now_ms, err) < 0)
		return -1;
	if (rq->limited) {
		*err = *rq->limited;
		return -1;
	}
	return 0;
}
