/*
 * contact: who is in whose address book, by request and consent.
 *
 * A pair has two rows, one of each user: `sent` beside `requested`, or
 * `accepted` on both sides.  A row is a fact of its user, so only that user's
 * home writes it; a change of the state writes both, under the user_seq rows
 * of both, ascending, together with their events.  So of two requests that
 * meet the second one finds the first, and they are contacts.
 *
 * HOME_UNREACHABLE: the other user has their home in another region.
 */
#ifndef IM_CONTACT_H
#define IM_CONTACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

#define CONTACT_MESSAGE_MAX 256 /* characters */
#define CONTACT_REMARK_MAX  128
#define CONTACTS_MAX        10000 /* of a user, requests included */

enum contact_state { CONTACT_SENT = 1, CONTACT_REQUESTED, CONTACT_ACCEPTED };
/* The words of the API, for str_word(). */
#define CONTACT_STATES "sent|requested|accepted"

struct contact {
	int64_t user_id, other_id;
	int64_t state;
	struct str message, remark; /* p NULL: none */
	int64_t created_ms, changed_ms;
};

extern const struct db_stmt *const contact_statements[];
/* Of contact_of(). */
extern const struct db_stmt *const contact_reader_statements[];

/* What has changed: the caller's own row as it is now (user_id 0: there is
 * none), and the events to publish (user_index 0: nothing). */
struct contact_change {
	struct contact mine;
	bool is_new; /* mine was made by this */
	struct inbox_row events[2];
};

/*
 * In transactions of their own; what is so already stays as it is, without an
 * event.
 *
 * contact_request(): `sent`, or `accepted` if the other one has asked before.
 * FORBIDDEN: they have blocked the user; CONFLICT: too many.
 */
int contact_request(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct str message, struct contact_change *out,
    struct error *err);
/* NOT_FOUND: they have not asked. */
int contact_accept(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err);
/* NOT_FOUND; CONFLICT: they are contacts. */
int contact_reject(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err);
/* Contacts, or a request of either, whichever is there. */
int contact_remove(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err);
/* p NULL: none.  NOT_FOUND: no contact, and no request. */
int contact_remark(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct str remark, struct contact_change *out,
    struct error *err);

/* Those of n users whose contact other_id is, ascending. */
int contact_of(struct db *db, struct arena *a, const int64_t *users, size_t n,
    int64_t other_id, int64_t **out, size_t *n_out, struct error *err);

/* state 0: all; by other_id, ascending. */
int contact_list(struct db *db, struct arena *a, int64_t user_id, int64_t state,
    int64_t after_id, int64_t limit, struct contact **out, size_t *n_out,
    struct error *err);

#endif
