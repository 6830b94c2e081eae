#include "im/conv/reader.h"

#include <string.h>

#include "im/conv/reader_sql.h"
#include "im/conv/right.h"
#include "im/site/generation.h"
#include "im/site/recent.h"
#include "im/user/personal.h"

/* The look-up of one reader, whom any change of the conversation ends. */
static struct recent look_up(struct db *db, struct cache *cache,
    const struct reader_key *key)
{
	const int64_t ids[] = { key->user_id, key->conv_id };
	struct recent_key at = recent_key(RECENT_READER,
	    (struct str){ (const char *)ids, sizeof(ids) });
	struct recent_key by = recent_key_id(RECENT_CONV, key->conv_id);
	struct recent r;

	recent_begin(&r, generation_follow(db, cache), &at, &by);
	return r;
}

bool reader_find_kept(struct db *db, struct cache *cache, struct arena *a,
    const struct reader_key *key, struct reader *out)
{
	struct recent r = look_up(db, cache, key);
	struct str kept;

	if (!recent_get(&r, a, &kept) || kept.len != sizeof(*out))
		return false;
	memcpy(out, kept.p, sizeof(*out));
	return out->app_id == key->app_id;
}

int reader_read(struct db *db, struct arena *a, const struct reader_key *key,
    struct reader *out, struct error *err)
{
	struct reader_row row;
	int found = reader_sql_get(db, a, key->conv_id, key->user_id, &row,
	    err);

	if (found < 0)
		return -1;
	if (found == 0 || row.conv.app_id != key->app_id)
		return member_check(&row.conv, NULL, err);
	if (member_check(&row.conv, &row.member, err) < 0)
		return -1;
	*out = (struct reader){
		.conv_id = key->conv_id,
		.app_id = row.conv.app_id,
		.floor = personal_floor(&row.personal,
		    right_floor(&row.conv, &row.member)),
		.last_index = row.conv.last_index,
		.changed_index = row.conv.changed_index,
		.has_hidden = row.personal.has_hidden,
	};
	return 0;
}

int reader_get(struct db *db, struct cache *cache, struct arena *a,
    const struct reader_key *key, struct reader *out, struct error *err)
{
	struct recent r = look_up(db, cache, key);

	if (reader_read(db, a, key, out, err) < 0)
		return -1;
	recent_put(&r, (struct str){ (const char *)out, sizeof(*out) });
	return 0;
}
