/*
 * server_key: secrets of the installation that its processes share.
 *
 * The schema makes them, so that no program needs the right to write them.
 */
#ifndef IM_SERVER_KEY_H
#define IM_SERVER_KEY_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define SERVER_KEY_TICKET "ticket" /* signs live tickets */
#define SERVER_KEY_CACHE  "cache"  /* signs copies of rows in memcached */
#define SERVER_KEY_SEARCH "search" /* names this store in its search index */

extern const struct db_stmt *const server_key_statements[];

/* CRYPTO_KEY_LEN bytes. */
int server_key_get(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err);

#endif
