/*
 * search: people by any part of their names.
 *
 * Names are kept as they were sent.  Beside them, in the same transaction, goes
 * what searches compare: user.folded has both names folded (base/unicode.h),
 * and user_part has a row for each character of them at which a match may
 * begin.  So "any part" is a range of one key, without a scan and without the
 * false hits of n-grams; the price is one short row a character.
 *
 * user_part orders matches by where they are: at the start of a name, at the
 * start of a word, within a word.
 */
#ifndef IM_USER_SEARCH_H
#define IM_USER_SEARCH_H

#include "im/user/user.h"

#define USER_SEARCH_MAX 20

extern const struct db_stmt *const search_statements[];

/* Both names as searches compare them, with a line break between. */
struct str search_folded(struct arena *a, const struct user *u);

/* What a search for q compares; of length 0 if there is nothing to find. */
struct str search_query(struct arena *a, struct str q);

/* The parts of new users, in the transaction that writes the names. */
int search_add(struct db *db, struct arena *a, const struct user *users,
    size_t n, struct error *err);
/* Replaces those of one user, likewise. */
int search_put(struct db *db, struct arena *a, const struct user *u,
    struct error *err);

/* Of an erased user, in that transaction. */
int search_drop(struct db *db, int64_t user_id, struct error *err);

/*
 * The users who may have the folded q in their names, ascending, if they are
 * few: 1; 0: more than SEARCH_FEW.
 */
#define SEARCH_FEW 2000
int search_few(struct db *db, struct arena *a, int64_t app_id, struct str q,
    int64_t **ids_out, size_t *n_out, struct error *err);

/*
 * Users of the app with q in their username or display name, best matches
 * first; at most USER_SEARCH_MAX, without disabled ones.
 */
int search_users(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, struct str q, struct user **out, size_t *n_out,
    struct error *err);

#endif
