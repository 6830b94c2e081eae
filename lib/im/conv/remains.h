/*
 * remains: what shows the content of a message besides its body: former
 * versions, reactions, the pin.
 */
#ifndef IM_REMAINS_H
#define IM_REMAINS_H

#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

extern const struct db_stmt *const remains_statements[];

/*
 * Deletes it, of a message as it was until now; the log is locked.  Where the
 * conversation is on legal hold, the body and former versions are kept in
 * held_body, for nobody who reads the conversation.
 */
int remains_drop(struct db *db, const struct entry *e, struct error *err);

#endif
