/* admin_delete_sql: the statements of im-admin app delete. */
#ifndef ADMIN_DELETE_SQL_H
#define ADMIN_DELETE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

struct admin_person {
	int64_t user_id;
	int64_t is_erased;               /* a tombstone */
	int64_t is_done;                 /* im-erase has nothing left to do */
	int64_t floor_index, last_index; /* of the inbox */
};

/* Of an app, tombstones as well, above after_id, ascending. */
int admin_delete_sql_people(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct admin_person **out, size_t *n_out,
    struct error *err);

/* All exports are gone: im-export removes them. */
int admin_delete_sql_drop_exports(struct db *db, int64_t app_id,
    struct error *err);
/* How many there are still. */
int admin_delete_sql_exports(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err);

/* Conversations on legal hold. */
int admin_delete_sql_holds(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err);

/* Inbox rows up to an index, which is the floor then. */
int admin_delete_sql_inbox(struct db *db, int64_t user_id, int64_t upto,
    struct error *err);

/* Locks the log: 1, or 0 if fan-out has work in it. */
int admin_delete_sql_lock(struct db *db, struct arena *a, int64_t conv_id,
    struct error *err);
/* All rows of a conversation. */
int admin_delete_sql_conv(struct db *db, int64_t conv_id, struct error *err);
/* All rows of a person, who is in no conversation any more. */
int admin_delete_sql_person(struct db *db, int64_t user_id, struct error *err);
/* All rows of an app without people and conversations, but its audit log. */
int admin_delete_sql_app(struct db *db, int64_t app_id, struct error *err);

#endif
