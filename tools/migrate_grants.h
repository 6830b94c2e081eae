/*
 * migrate_grants: the accounts of the classes of programs (io/db_account.h),
 * and their rights, of which tools/migrate_grants.def is the table.
 */
#ifndef TOOLS_MIGRATE_GRANTS_H
#define TOOLS_MIGRATE_GRANTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

/*
 * Makes accounts and password files that do not exist, sets the passwords,
 * gives rights that are missing and takes away all others.  Needs an account
 * that may do that, such as root.  dry: only prints what it would execute.
 */
int grants_make(struct db *db, struct arena *a, bool dry, struct error *err);

/*
 * Gives the rights on all tables that exist, to accounts that grants_make() has
 * made.  For the migrator, after it has made tables.
 */
int grants_give(struct db *db, struct arena *a, struct error *err);

#endif
