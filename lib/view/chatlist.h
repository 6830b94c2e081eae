/*
 * chatlist: a page of a user's chats with everything that a list shows.  The
 * number of queries does not depend on the length of the page.
 */
#ifndef VIEW_CHATLIST_H
#define VIEW_CHATLIST_H

#include "im/user/chat.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"
#include "im/user/user.h"
#include "io/json.h"
#include "view/people.h"

/* A set of conversations as one user sees them: with their role and peers. */
struct convset {
	int64_t user_id;
	struct conv *convs;
	size_t n_convs;
	struct member *mine; /* the user's own rows */
	size_t n_mine;
	struct member *others; /* of direct conversations */
	size_t n_others;
	struct user *peers;
	size_t n_peers;
};

int convset_load(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const int64_t *conv_ids, size_t n,
    struct error *err);
/* The present role of the user; 0: not a member. */
int64_t convset_role(const struct convset *set, int64_t conv_id);
/* The lowest index that the user may see, by their last interval; above every
 * index if they never were a member. */
int64_t convset_floor(const struct convset *set, int64_t conv_id);
const struct conv *convset_conv(const struct convset *set, int64_t conv_id);
/* The other member of a direct conversation, else NULL. */
const struct user *convset_peer(const struct convset *set, int64_t conv_id);
/* One conversation object, with my_role and peer. */
void convset_write(const struct convset *set, struct json_writer *w,
    int64_t conv_id, struct people *people);

/* Writes "items":[...],"next":... of a page of the rank to the open object. */
int chatlist_write(struct db *db, struct cache *cache, struct arena *a,
    const struct chat_query *q, struct json_writer *w, struct people *people,
    struct error *err);

/* Decodes the cursor of a list; -1 INVALID_ARGUMENT. */
int chatlist_cursor(struct arena *a, struct str cursor, struct chat_place *out,
    struct error *err);

#endif
