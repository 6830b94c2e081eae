/*
 * group_create: creates conversations of every kind, once even if the request
 * is repeated.
 *
 * The conversation, its log, its members and, in a group, the entry that
 * brings them in are one transaction.
 */
#ifndef IM_GROUP_CREATE_H
#define IM_GROUP_CREATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/conv/conv.h"
#include "im/conv/group.h"

extern const struct db_stmt *const group_create_statements[];

struct group_create {
	struct conv conv; /* in: kind and settings */
	int64_t owner;    /* of one that the app's server creates; 0: none */
	const int64_t *members; /* of the same app, without the creator */
	size_t n_members;
	struct str client_id;   /* p NULL: none */
	struct str fingerprint; /* of the request */
	/* Out. */
	bool existed; /* it was found, not created */
	struct conv result;
};

/*
 * Creates a conversation, or finds an existing one: the direct one of the pair,
 * the self chat, or the one created with the same client_id.  The caller has
 * checked that the members exist.  CONFLICT: client_id was used for another
 * request.
 *
 * Only tables of the conversation are written.  The caller opens the creator's
 * chat afterwards (chat_open()), even if the conversation existed; if it dies
 * before that, fan-out does.
 */
int group_create(struct db *db, struct arena *a, const struct group_actor *by,
    struct group_create *what, struct error *err);

#endif
