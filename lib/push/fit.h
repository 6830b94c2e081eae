/*
 * fit: cuts title and body of a notice, so that a payload in JSON fits.
 */
#ifndef PUSH_FIT_H
#define PUSH_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Bytes of s inside a JSON string. */
size_t push_json_len(struct str s);

/*
 * Cuts both so that they take no more than room bytes as JSON strings, without
 * the quotes: the body first, then the title.  A cut never divides a character
 * (RFC 3629), and ends in U+2026, which is within the room.  False: there is
 * no room for the title's first character.
 */
bool push_fit(struct arena *a, size_t room, struct str *title,
    struct str *body);

#endif
