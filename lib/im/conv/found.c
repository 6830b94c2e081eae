#include "im/conv/found.h"

#include "im/conv/archive.h"
#include "im/conv/found_sql.h"
#include "im/conv/history.h"
#include "im/conv/member.h"
#include "im/conv/sight.h"

int found_chats(struct db *db, struct arena *a, int64_t user_id,
    struct found_chat **out, size_t *n_out, struct error *err)
{
	return found_sql_chats(db, a, user_id, FOUND_CHATS_MAX, out, n_out,
	    err);
}

int found_chat(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t conv_id, struct found_chat *out, struct error *err)
{
	struct member me;
	struct conv c;

	if (member_get(db, a, app_id, conv_id, user_id, &c, &me, err) < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	*out = (struct found_chat){ conv_id, c.last_index };
	return 1;
}

static struct str pairs_of(struct arena *a, const struct entry_ref *refs,
    size_t n)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	return db_pairs(a, pairs, n);
}

/* An index that is far behind waits for what is archived. */
static int add_archived_ms(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, int64_t *io, struct error *err)
{
	struct entry *entries = ARENA_ARRAY(a, n, struct entry);

	if (archive_load(db, a, refs, n, entries, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (entries[i].msg_id && entries[i].sent_ms < *io)
			*io = entries[i].sent_ms;
	return 0;
}

int found_oldest_ms(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, int64_t *ms_out, struct error *err)
{
	struct db_id *rows;
	size_t n_rows;

	*ms_out = INT64_MAX;
	if (n == 0)
		return 0;
	if (found_sql_times(db, a, pairs_of(a, refs, n), &rows, &n_rows, err) <
	    0)
		return -1;
	for (size_t i = 0; i < n_rows; i++)
		if (rows[i].id < *ms_out)
			*ms_out = rows[i].id;
	return n_rows < n ? add_archived_ms(db, a, refs, n, ms_out, err) : 0;
}

int found_load(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct entry *out,
    int64_t *floors_out, bool *hides_out, struct error *err)
{
	if (history_load(db, a, app_id, user_id, refs, n, out, floors_out,
		hides_out, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (out[i].msg_id && (out[i].kind != ENTRY_MESSAGE ||
					 sight_of(&out[i], 0) != SIGHT_WHOLE))
			out[i].msg_id = 0;
	return 0;
}
