/*
 * seal: the keys of the configuration under which credentials are at rest.
 *
 * The file conf.push.key_file has one key per line, 64 hexadecimal digits; the
 * first one seals, the others still open.  Blank lines and those that begin
 * with '#' are skipped.  It is read each time, so a new key needs no restart.
 * A key is named by the first 31 bits of its SHA-256.
 */
#ifndef IM_SEAL_H
#define IM_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define SEAL_KEYS_MAX 16

/* BUSY: no key is configured, or the file is not as it should be. */
int seal_close(struct arena *a, struct str text, struct str *sealed_out,
    int64_t *key_no_out, struct error *err);
/* BUSY also: it was sealed with a key that is not there. */
int seal_open(struct arena *a, struct str sealed, int64_t key_no,
    struct str *text_out, struct error *err);
/* The key that seals now. */
int seal_key_no(int64_t *key_no_out, struct error *err);

#endif
