/*
 * group_create: creating conversations of every kind, once however often the
 * request for it comes.
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
	struct conv conv;       /* kind and settings as wanted */
	const int64_t *members; /* of the same app, without the creator */
	size_t n_members;
	struct str client_id;   /* p NULL: none */
	struct str fingerprint; /* of what was asked */
	/* Out. */
	bool existed; /* nothing was created */
	struct conv result;
};

/*
 * Creates a conversation, or finds the one that is meant: the direct one of
 * the pair, the self chat, the one made with the same client_id.
 * Members must exist: the caller has checked.  CONFLICT: client_id was used
 * for something else.
 *
 * Only the conversation is written.  The creator's chat is owed: the caller
 * opens it when this has returned (chat_open()), also when it existed, and
 * should it die before that, fan-out does.
 */
int group_create(struct db *db, struct arena *a, const struct group_actor *by,
    struct group_create *what, struct error *err);

#endif
