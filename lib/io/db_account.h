/*
 * db_account: the database accounts of imcloud, one for each class of programs,
 * each with no more rights than its programs need (tools/migrate_grants.def).
 *
 * imcloud_<class> has its password in the file <class> of [db] passwords, which
 * only that class can read.  With [db] user all programs use that one account.
 */
#ifndef IO_DB_ACCOUNT_H
#define IO_DB_ACCOUNT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

enum db_account {
	DB_SERVICE,
	DB_JOB,
	DB_TOOL,
	DB_MIGRATOR,
	DB_ACCOUNTS,
};

/* Before the first connection: the account of this process; else DB_SERVICE. */
void db_account_use(enum db_account which);

/* False: [db] user names the one of all programs. */
bool db_account_by_class(void);
/* [db] passwords */
const char *db_account_dir(void);
/* "service", ... */
const char *db_account_class(enum db_account which);
/* "imcloud_service", ... */
const char *db_account_name(enum db_account which);
/* The file of its password, in the arena. */
const char *db_account_file(struct arena *a, enum db_account which);
/*
 * Reads the password from its file.  NOT_FOUND if there is none, INTERNAL if it
 * cannot be read or has characters besides A-Z a-z 0-9 _ . -
 */
int db_account_password(struct arena *a, enum db_account which,
    const char **password_out, struct error *err);

/* What this process connects with: [db] user, or its account. */
int db_account_login(struct arena *a, const char **user_out,
    const char **password_out, struct error *err);

#endif
