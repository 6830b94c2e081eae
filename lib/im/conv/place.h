/*
 * place: a user's place in a conversation: the conversation, their own row in
 * it and what a list of conversations shows beside them.
 */
#ifndef IM_PLACE_H
#define IM_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"
#include "io/db.h"

extern const struct db_stmt *const place_statements[];

struct place {
	struct conv conv; /* without now_ms */
	struct member member;
	int64_t peer_id;    /* the other member if it is direct, else 0 */
	struct entry entry; /* msg_id 0: none at that index */
};

/*
 * The places of a user, present member or not, in n distinct conversations,
 * each with the entry at the conv_index of its ref (0: none).  Ascending in
 * conv_id, without those in which they never were.
 */
int place_load(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct place **out, size_t *n_out,
    struct error *err);

/* Finds one in an array of place_load(); NULL if missing. */
const struct place *place_pick(const struct place *places, size_t n,
    int64_t conv_id);

#endif
