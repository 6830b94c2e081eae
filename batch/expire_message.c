/* Messages: one transaction for those of a conversation. */
#include "expire.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/order.h"
#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/conv.h"
#include "im/conv/expiry.h"
#include "im/conv/member.h"
#include "im/conv/page.h"
#include "im/conv/remains.h"
#include "im/site/generation.h"
#include "im/site/server_key.h"
#include "view/publish.h"

static const struct db_stmt *const *const statements[] = {
	expiry_remove_statements, entry_statements, archive_statements,
	archive_put_statements, conv_lock_statements, member_present_statements,
	inbox_statements, away_statements, remains_statements,
	generation_statements, server_key_statements, NULL
};

struct removal {
	struct job *j;
	const struct expired *list; /* of one conversation */
	size_t n;
	struct expiry_removed removed;
};

static int remove_tx(struct db *db, void *arg, struct error *err)
{
	struct removal *r = arg;

	if (job_fence_check(r->j, err) < 0 ||
	    expiry_remove(db, r->j->arena, r->list, r->n, &r->removed, err) < 0)
		return -1;
	fault_point("expire_remove");
	return 0;
}

static int remove_those(struct job *j, const struct expired *list, size_t n,
    struct error *err)
{
	const struct publisher p = { j->db, j->cache, j->bus, j->arena };
	struct removal r = { .j = j, .list = list, .n = n };
	struct cache *cache = generation_follow(j->db, j->cache);

	for (size_t i = 0; i < n; i++)
		job_source_late(j, list[i].expires_ms);
	if (db_tx(j->db, remove_tx, &r, err) < 0)
		return -1;
	fault_point("expire_committed");
	conv_rewritten(list[0].conv_id);
	for (size_t i = 0; cache && i < n; i++)
		page_forget(cache, j->arena, list[i].conv_id,
		    list[i].conv_index);
	for (size_t i = 0; i < r.removed.n_events; i++)
		publish_own(&p, &r.removed.events[i]);
	fault_point("expire_published");
	j->result.done += (int64_t)r.removed.n;
	return 0;
}

static int by_place(const void *x, const void *y)
{
	const struct expired *a = x, *b = y;

	return order_pair(a->conv_id, b->conv_id, a->conv_index, b->conv_index);
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct expired *list;

	if (expiry_due(j->db, j->arena, JOB_SOURCE_BATCH, &list, n_out, err) <
	    0)
		return -1;
	fault_point("expire_found");
	if (*n_out == 0 || j->dry_run)
		return 0;
	qsort(list, *n_out, sizeof(*list), by_place);
	for (size_t i = 0, end; i < *n_out && !job_should_stop(j); i = end) {
		for (end = i;
		     end < *n_out && list[end].conv_id == list[i].conv_id;)
			end++;
		if (remove_those(j, list + i, end - i, err) < 0)
			return -1;
	}
	return 0;
}

const struct job_source expire_messages = {
	.name = "messages",
	.statements = statements,
	.work = work,
};
