/*
 * server_key: secrets of the installation that its processes share, such as
 * the one that signs tickets.
 */
#ifndef IM_SERVER_KEY_H
#define IM_SERVER_KEY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

extern const struct db_stmt *const server_key_statements[];

/* 32 random bytes, created on first use. */
int server_key_get(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err);

#endif
