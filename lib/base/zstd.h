/*
 * zstd: Zstandard frames (RFC 8878).  The only place that calls libzstd.
 */
#ifndef BASE_ZSTD_H
#define BASE_ZSTD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* Appends `s` as one frame; level 1 to 19. */
void zstd_pack(struct buf *out, struct str s, int level);

/* The content of a frame, which must be len bytes long; the caller bounds len.
 * False: it is damaged, or of another length. */
bool zstd_unpack(struct arena *a, struct str frame, size_t len,
    struct str *out);

#endif
