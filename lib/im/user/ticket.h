/*
 * ticket: authenticates live connections where clients cannot set headers.
 *
 * "imt_" and base64url of: session id and expiry (8 bytes each, little endian),
 * HMAC-SHA-256 (RFC 2104) of both under the installation's key.  Nothing is
 * stored: a ticket opens any number of connections until it expires, as long as
 * its session is active.
 */
#ifndef IM_TICKET_H
#define IM_TICKET_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

#define TICKET_PREFIX "imt_"
#define TICKET_TTL_MS (INT64_C(60) * 1000)

int ticket_create(struct db *db, struct arena *a, int64_t session_id,
    struct str *ticket_out, int64_t *expires_ms_out, struct error *err);

/* 1 valid, 0 not (forged or expired). */
int ticket_check(struct db *db, struct arena *a, struct str ticket,
    int64_t *session_id_out, struct error *err);

#endif
