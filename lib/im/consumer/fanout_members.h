/* fanout_members: which members a pass of fan-out serves. */
#ifndef IM_FANOUT_MEMBERS_H
#define IM_FANOUT_MEMBERS_H

#include "base/arena.h"
#include "base/err.h"
#include "im/consumer/fanout.h"
#include "io/db.h"

/*
 * After fanout_load(), with the mentions filled in: loads the members to be
 * served, and says where the cursors go.
 */
int fanout_load_members(struct db *db, struct arena *a, struct fanout *f,
    struct error *err);

/* The same for conversations whose members are all there already. */
void fanout_take_members(struct arena *a, struct fanout *f);

#endif
