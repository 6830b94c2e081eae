/*
 * content: checks what a message may contain, by type.
 *
 * Errors are INVALID_ARGUMENT with the invalid field ("content.text").
 */
#ifndef VIEW_CONTENT_H
#define VIEW_CONTENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define CONTENT_TEXT_MAX 16384 /* bytes */
#define CONTENT_META_MAX 4096

/* Whether a message of this type can be sent: those with a file cannot, as long
 * as there are no uploads. */
int content_type_check(int64_t type, struct error *err);

/* Checks the fields of `content`; type: enum message_type. */
int content_check(int64_t type, const json_t *content, struct error *err);

/* The words of `flags` as ENTRY_* bits, except "ephemeral", which is not
 * stored. */
int content_flags(const json_t *flags, int64_t *bits_out, bool *ephemeral_out,
    struct error *err);

/*
 * SHA-256 of a request, equal for requests of equal value.  client_msg_id,
 * seen_index and conv_id (which a request of its own has in the path) are left
 * out, and absent equals empty.
 */
struct str content_fingerprint(struct arena *a, const json_t *request);

#endif
