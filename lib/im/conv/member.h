/*
 * member: the members of a conversation, with their roles and intervals.
 *
 * A member receives the entries from joined_index to left_index, both included;
 * left_index 0: a member now.  Earlier intervals of those who came back are in
 * member_past.  Changes are made under conv_lock(), together with the `member`
 * entry that records them, and raise conversation.version: the appender
 * remembers members by it (append_known.h).
 *
 * The ids of the present members are cached under m:<generation>:<conv_id> with
 * seq = conversation.version.  The cached list is only for hints (typing,
 * receipts); permissions are always checked in the database.
 */
#ifndef IM_MEMBER_H
#define IM_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "io/cache.h"
#include "io/db.h"

extern const struct db_stmt *const member_statements[];
/* Of programs that change no membership. */
extern const struct db_stmt *const member_reader_statements[];
/* For member_load_present(). */
extern const struct db_stmt *const member_present_statements[];

struct member {
	int64_t conv_id, user_id;
	int64_t role;
	struct str alias;
	int64_t joined_index, left_index;
	int64_t joined_ms;
	int64_t muted_until_ms;
	int64_t refused; /* see refusal.h */
	/* Only where a function says so. */
	int64_t own_ordinal;  /* own countable messages in the log */
	int64_t last_sent_ms; /* their last message; 0: none */
	int64_t read_index;   /* of their mark, at least joined_index */
};

static inline bool member_is_present(const struct member *m)
{
	return m->left_index == 0;
}

/* m was a member of c when c was dissolved. */
static inline bool member_was_there(const struct conv *c,
    const struct member *m)
{
	return c->dissolved_index != 0 && m->left_index == c->dissolved_index;
}

/* NOT_FOUND if m is not a member of c now: those learn nothing, not even that
 * it exists; GONE if they were one when it was dissolved.  m NULL: they have
 * never been one. */
int member_check(const struct conv *c, const struct member *m,
    struct error *err);

/* The rows of n (conv_id, user_id) pairs, present members or not, ascending;
 * missing ones are left out. */
int member_load(struct db *db, struct arena *a, const int64_t (*pairs)[2],
    size_t n, struct member **out, size_t *n_out, struct error *err);

/* The present members of n conversations, ascending (conv_id, user_id). */
int member_load_present(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, struct member **out, size_t *n_out, struct error *err);

/* Ascending (conv_id, user_id), as member_pick() needs them. */
void member_sort(struct member *members, size_t n);

/* Finds one in an array of member_load(); NULL if missing. */
struct member *member_pick(struct member *members, size_t n, int64_t conv_id,
    int64_t user_id);

/*
 * Reads the present member and the conversation; most routes begin with it.
 * Fails as member_check().
 */
int member_get(struct db *db, struct arena *a, int64_t app_id, int64_t conv_id,
    int64_t user_id, struct conv *conv_out, struct member *member_out,
    struct error *err);

/* One row: 1 found (maybe not present), 0 none. */
int member_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err);

struct member_query {
	int64_t conv_id;
	int64_t role;    /* 0: all */
	struct str name; /* a part of either name; p NULL: all */
	/* With a name, where there are many members: those whose names are
	 * found in the app are looked up, if they are few.  0: not. */
	int64_t app_id;
	int64_t after_user_id; /* keyset */
	int64_t limit;
};

/* Present members in ascending user_id, with read_index. */
int member_list(struct db *db, struct arena *a, const struct member_query *q,
    struct member **out, size_t *n_out, struct error *err);

/*
 * Ids of the present members, ascending, for what is told them in passing.  Of
 * a conversation in mode pull, which may have many, none: *is_pull_out.
 */
int member_ids(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t **out, size_t *n_out, bool *is_pull_out,
    struct error *err);
/* The same of those who are told in passing what a member does: nobody in a
 * direct chat where one of the two has blocked the other. */
int member_ids_told(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t **out, size_t *n_out, bool *is_pull_out,
    struct error *err);
/* Call after a change has been committed. */
void member_ids_refresh(struct db *db, struct cache *cache, struct arena *a,
    const struct conv *c);

/*
 * The present members whose messages are in (after, upto], ascending.  Of a
 * long range, only its newest MEMBER_SENDERS_MAX entries.
 */
#define MEMBER_SENDERS_MAX 1000
int member_senders(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t upto, int64_t **out, size_t *n_out,
    struct error *err);

/* ---- changes, in a transaction under conv_lock() ---- */

/*
 * New members from entry joined_index on.  Of those who were members before,
 * the old interval moves to member_past.
 */
int member_enter(struct db *db, struct arena *a, const struct conv *c,
    const struct member *rows, size_t n, struct error *err);
/* All present members leave with entry left_index. */
int member_exit_all(struct db *db, int64_t conv_id, int64_t left_index,
    struct error *err);
/* The members leave with entry left_index. */
int member_exit(struct db *db, const struct member *rows, size_t n,
    struct error *err);
/* Writes role, alias and muted_until_ms. */
int member_put(struct db *db, const struct member *m, struct error *err);
int member_set_role(struct db *db, int64_t conv_id, int64_t user_id,
    int64_t role, struct error *err);
/* The next owner: the oldest admin, else the oldest member other than user_id:
 * 1 found, 0 no member is left. */
int member_heir(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err);

#endif
