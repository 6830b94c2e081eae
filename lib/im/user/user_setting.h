/*
 * user_setting: what users have set for themselves, for all of their devices.
 *
 * Whoever has set nothing has no row.  A change is written under the user's
 * user_seq row with one `settings` event.
 */
#ifndef IM_USER_SETTING_H
#define IM_USER_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

#define USER_SETTING_META_MAX 4096 /* bytes */

extern const struct db_stmt *const user_setting_statements[];
/* Of those who change nothing. */
extern const struct db_stmt *const user_setting_reader_statements[];

enum audience { AUDIENCE_EVERYONE = 1, AUDIENCE_CONTACTS, AUDIENCE_NOBODY };
#define AUDIENCES "everyone|contacts|nobody"

/* Not to be disturbed: from and to in minutes of the day; to <= from is on the
 * next day.  days: bit 0 is Monday, those on which it begins. */
struct dnd {
	int64_t from, to, days;
	struct str tz; /* p NULL: never */
};

struct user_setting {
	int64_t user_id;
	struct dnd dnd;
	int64_t push_preview, read_receipts;
	int64_t last_seen, add_to_groups; /* enum audience */
	struct str meta;                  /* JSON; p NULL: {} */
};

/* What changes. */
struct user_setting_patch {
	bool has_dnd, has_push_preview, has_read_receipts, has_last_seen;
	bool has_add_to_groups, has_meta;
	struct dnd dnd;
	bool push_preview, read_receipts;
	int64_t last_seen, add_to_groups;
	struct str meta;
};

/* The defaults, if the user has set nothing. */
int user_setting_get(struct db *db, struct arena *a, int64_t user_id,
    struct user_setting *out, struct error *err);
/* The rows of those of n users who have set something, in any order. */
int user_setting_load(struct db *db, struct arena *a, const int64_t *ids,
    size_t n, struct user_setting **out, size_t *n_out, struct error *err);

/* In a transaction of its own.  event_out->user_index 0: nothing has
 * changed. */
int user_setting_change(struct db *db, struct arena *a, int64_t user_id,
    const struct user_setting_patch *patch, struct user_setting *out,
    struct inbox_row *event_out, struct error *err);

#endif
