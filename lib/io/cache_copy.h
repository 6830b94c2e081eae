/*
 * cache_copy: how a copy of a database row is sealed for memcached.
 *
 *   u64 seq | u64 time until when it may be believed | MAC | value
 *
 * The MAC covers all of it and the name under which it is stored, so a copy is
 * valid nowhere else.  memcached forgets a copy after its time; but whoever has
 * read it could store it again, so the copy itself has the time, too.
 */
#ifndef IO_CACHE_COPY_H
#define IO_CACHE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/str.h"

/* ttl_s 0: for ever. */
void cache_copy_seal(struct buf *out, const uint8_t key[CRYPTO_KEY_LEN],
    struct str name, int64_t seq, struct str value, int ttl_s);
/* False if nobody with the key sealed it for this name, or its time is over. */
bool cache_copy_open(const uint8_t key[CRYPTO_KEY_LEN], struct str name,
    struct str sealed, struct str *value_out, int64_t *seq_out);

#endif
