/* What is off, and its repair. */
#include "rank.h"

#include <inttypes.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/conv/archive.h"
#include "im/site/generation.h"
#include "im/user/badge.h"
#include "im/user/inbox.h"

typedef int find_fn(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);

/* Of one row. */
struct mend {
	struct job *j;
	struct drift drift;
	find_fn *find; /* NULL: a chat against its log */
	bool was_off;
	int64_t user_index;
};

static bool is_same(const struct drift *a, const struct drift *b)
{
	return a->conv_id == b->conv_id && a->user_id == b->user_id;
}

/* 1: it still is off behind the lock, and was put right. */
static int mend_chat(struct db *db, struct mend *m, struct error *err)
{
	struct chat_drift was;
	int off = chat_drift_mend(db, m->j->arena, m->drift.conv_id,
	    m->drift.user_id, &was, err);

	if (off <= 0)
		return off;
	m->drift = chat_drift_first(&was);
	/* A row that was missing has no copies, either. */
	if (!was.exists && drift_mend_settings(db, m->drift.user_id,
			       m->drift.conv_id, NULL, err) < 0)
		return -1;
	return drift_mend_badge(db, m->drift.user_id, NULL, err) < 0 ? -1 : 1;
}

static int mend_found(struct db *db, struct mend *m, struct error *err)
{
	struct arena *a = m->j->arena;
	const int64_t id = m->drift.user_id;
	struct drift *rows;
	size_t n, i = 0;

	if (m->find(db, a, db_list(a, &id, 1), &rows, &n, err) < 0)
		return -1;
	while (i < n && !is_same(&rows[i], &m->drift))
		i++;
	if (i == n)
		return 0;
	m->drift = rows[i];
	if (m->find == drift_settings &&
	    drift_mend_settings(db, id, m->drift.conv_id, NULL, err) < 0)
		return -1;
	return drift_mend_badge(db, id, NULL, err) < 0 ? -1 : 1;
}

static int mend_tx(struct db *db, void *arg, struct error *err)
{
	struct mend *m = arg;
	struct inbox_seq *seq;
	size_t n;
	int off;

	m->was_off = false;
	if (job_fence_check(m->j, err) < 0 ||
	    inbox_lock(db, m->j->arena, &m->drift.user_id, 1, &seq, &n, err) <
		0)
		return -1;
	if (n == 0)
		return 0;
	m->user_index = seq->last_index;
	off = m->find ? mend_found(db, m, err) : mend_chat(db, m, err);
	if (off < 0)
		return -1;
	m->was_off = off > 0;
	fault_point("rank_mend");
	return 0;
}

static void report(const struct drift *d, bool mended)
{
	log_warn("rank_drift",
	    "conv_id=%" PRId64 " user_id=%" PRId64 " at=%" PRId64
	    " column=%.*s want=%" PRId64 " got=%" PRId64 " mended=%d",
	    d->conv_id, d->user_id, d->at, STR_ARG(d->what), d->want, d->got,
	    mended);
}

/* The total that is cached under the number of the newest event. */
static void forget(const struct mend *m)
{
	const int64_t user[1][2] = { { m->drift.user_id, m->user_index } };
	struct job *j = m->j;

	badge_forget(j->db, generation_follow(j->db, j->cache), j->arena, user,
	    1);
}

static int mend(struct job *j, const struct drift *d, find_fn *find,
    enum stat_id counter, int64_t *off_out, struct error *err)
{
	struct mend m = { .j = j, .drift = *d, .find = find };

	if (j->dry_run) {
		report(d, false);
		j->result.failed++;
		++*off_out;
		return 0;
	}
	if (db_tx(j->db, mend_tx, &m, err) < 0)
		return -1;
	if (!m.was_off)
		return 0;
	fault_point("rank_mended");
	forget(&m);
	report(&m.drift, true);
	stat_add(counter, 1);
	j->result.retried++;
	++*off_out;
	return 0;
}

int rank_members(struct job *j, const struct chat_drift_place *places, size_t n,
    struct rank_tally *t, struct error *err)
{
	int64_t(*pairs)[2] = arena_alloc(j->arena, n * sizeof(*pairs));
	struct chat_drift *off;
	size_t n_off;

	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = places[i].conv_id;
		pairs[i][1] = places[i].user_id;
	}
	if (chat_drift_of_members(j->db, j->arena, (const int64_t(*)[2])pairs,
		n, &off, &n_off, err) < 0)
		return -1;
	fault_point("rank_found");
	for (size_t i = 0; i < n_off; i++) {
		const struct drift d = chat_drift_first(&off[i]);

		if (mend(j, &d, NULL, STAT_RANK_DRIFT_CHAT, &t->off_chats,
			err) < 0)
			return -1;
	}
	t->chats += (int64_t)n;
	stat_add(STAT_RANK_CHATS, (int64_t)n);
	return 0;
}

int rank_users(struct job *j, const struct chat_drift_place *places, size_t n,
    struct rank_tally *t, struct error *err)
{
	const struct {
		find_fn *find;
		enum stat_id counter;
		int64_t *off;
	} kinds[] = {
		{ drift_settings, STAT_RANK_DRIFT_SETTINGS, &t->off_settings },
		{ drift_badge, STAT_RANK_DRIFT_BADGE, &t->off_badges },
		{ drift_badge_chat, STAT_RANK_DRIFT_BADGE, &t->off_badges },
	};
	int64_t *ids = ARENA_ARRAY(j->arena, n, int64_t);
	struct str users;

	for (size_t i = 0; i < n; i++)
		ids[i] = places[i].user_id;
	users = db_list(j->arena, ids, n);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct drift *off;
		size_t n_off;

		if (kinds[k].find(j->db, j->arena, users, &off, &n_off, err) <
		    0)
			return -1;
		for (size_t i = 0; i < n_off; i++)
			if (mend(j, &off[i], kinds[k].find, kinds[k].counter,
				kinds[k].off, err) < 0)
				return -1;
	}
	t->users += (int64_t)n;
	stat_add(STAT_RANK_USERS, (int64_t)n);
	return 0;
}

const struct db_stmt *const *const rank_mend_lists[] = { drift_statements,
	chat_drift_statements, archive_statements, inbox_statements,
	generation_statements, NULL };
