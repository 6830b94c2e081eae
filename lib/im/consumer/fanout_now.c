#include "im/consumer/fanout_now.h"

#include "base/conf.h"
#include "im/consumer/fanout_members.h"
#include "im/consumer/fanout_sql.h"
#include "im/consumer/fanout_write.h"

#define ROWS_MAX 2000 /* inbox rows of one transaction */

bool fanout_now_wants(const struct conv *c)
{
	return c->mode == CONV_PUSH &&
	       c->member_count <= conf.fanout.now_members;
}

/* Nothing but the news is due to its members. */
static bool is_level(const struct fanout_conv *c, int64_t before)
{
	return c->has_cursor && c->done_index == before &&
	       c->hi_index <= before && !c->after_user_id &&
	       c->mode == CONV_PUSH && c->was_mode == CONV_PUSH &&
	       c->mode_to >= c->last_index;
}

/* What the database would say of one that was served by the last send. */
static struct fanout_conv level_conv(const struct conv *c, int64_t before)
{
	return (struct fanout_conv){
		.conv_id = c->conv_id,
		.done_index = before,
		.hi_index = before,
		.has_cursor = 1,
		.kind = c->kind,
		.member_count = c->member_count,
		.last_index = c->last_index,
		.created_by = c->created_by,
		.created_ms = c->created_ms,
		.mode = CONV_PUSH,
		.was_mode = CONV_PUSH,
		.log_mode = CONV_PUSH,
		.mode_to = INT64_MAX,
	};
}

static struct fanout_conv *pick(struct fanout_conv *convs, size_t n,
    int64_t conv_id)
{
	while (n && convs->conv_id < conv_id)
		convs++, n--;
	return n && convs->conv_id == conv_id ? convs : NULL;
}

/*
 * Those whole conversations to whose members nothing else is due, as far as
 * one transaction may go.  Of most of them the appender knows it; of the
 * others the database is asked.
 */
static int find_level(struct db *db, struct arena *a,
    const struct append_news *news, struct fanout *f, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, news->n_convs, int64_t);
	int64_t left = ROWS_MAX;
	struct fanout_conv *facts = NULL, *c;
	size_t n = 0, n_facts = 0;

	for (size_t i = 0; i < news->n_convs; i++)
		if (news->whole[i] && !news->level[i])
			ids[n++] = news->convs[i].conv_id;
	if (n && fanout_sql_facts(db, a, db_list(a, ids, n), &facts, &n_facts,
		     err) < 0)
		return -1;
	f->convs = ARENA_ARRAY(a, news->n_convs, struct fanout_conv);
	for (size_t i = 0; i < news->n_convs; i++) {
		const struct conv *v = &news->convs[i];
		int64_t before = news->before[i];
		int64_t rows = v->member_count * (v->last_index - before);

		if (!news->whole[i] || rows > left)
			continue;
		if (news->level[i])
			f->convs[f->n_convs++] = level_conv(v, before);
		else if ((c = pick(facts, n_facts, v->conv_id)) != NULL &&
			 is_level(c, before))
			f->convs[f->n_convs++] = *c;
		else
			continue;
		left -= rows;
	}
	return 0;
}

static void take_entries(struct arena *a, const struct append_news *news,
    struct fanout_conv *c)
{
	size_t n, k = 0;

	c->rewrites = conv_rewrites(c->conv_id);
	c->lo = c->done_index + 1;
	c->to = c->last_index;
	n = (size_t)(c->to - c->done_index);
	c->entries = ARENA_ARRAY(a, n, struct entry);
	c->mentions = arena_array(a, n, sizeof(*c->mentions));
	c->moved = arena_array(a, n, sizeof(*c->moved));
	for (size_t i = 0; i < news->n_rows; i++) {
		const struct log_row *row = &news->rows[i];

		if (row->e.conv_id != c->conv_id)
			continue;
		BUG_ON(k >= n || row->e.conv_index != c->lo + (int64_t)k);
		c->entries[k] = row->e;
		c->mentions[k].ids = row->mentions;
		c->mentions[k++].n = row->n_mentions;
	}
	BUG_ON(k != n);
}

static void take_members(struct arena *a, const struct append_news *news,
    struct fanout_conv *c)
{
	size_t first = 0, end;

	while (first < news->n_members &&
	       news->members[first].conv_id < c->conv_id)
		first++;
	end = first;
	while (
	    end < news->n_members && news->members[end].conv_id == c->conv_id)
		end++;
	c->members = ARENA_ARRAY(a, end - first, struct fanout_member);
	for (size_t i = first; i < end; i++)
		c->members[c->n_members++] = (struct fanout_member){
			.conv_id = c->conv_id,
			.user_id = news->members[i].user_id,
			.joined_index = news->members[i].joined_index,
			.role = news->members[i].role,
		};
}

static void tell(const struct append_news *news, struct fanout *f, bool *served)
{
	for (size_t i = 0; i < news->n_convs; i++)
		served[i] = pick(f->convs, f->n_convs,
				news->convs[i].conv_id) != NULL;
}

int fanout_now(struct db *db, struct arena *a, const struct append_news *news,
    void (*point)(const char *name), struct fanout *out, bool *served,
    struct error *err)
{
	*out = (struct fanout){ 0 };
	if (find_level(db, a, news, out, err) < 0)
		return -1;
	if (out->n_convs == 0)
		return 0;
	for (size_t i = 0; i < out->n_convs; i++) {
		take_entries(a, news, &out->convs[i]);
		take_members(a, news, &out->convs[i]);
	}
	fanout_take_members(a, out);
	if (fanout_write_within(db, a, out, point, err) < 0)
		return -1;
	out->has_personal = false; /* nobody has seen the entries yet */
	tell(news, out, served);
	return 0;
}
