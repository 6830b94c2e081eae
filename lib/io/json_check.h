/*
 * json_check: whether stored text is JSON (RFC 8259), so that it can become a
 * part of an answer unread.  Nothing is allocated; a byte costs about one
 * nanosecond.
 */
#ifndef IO_JSON_CHECK_H
#define IO_JSON_CHECK_H

#include <stdbool.h>

#include "base/str.h"

/* Members of an object without its braces, or nothing (json_members()). */
bool json_is_members(struct str all);

#endif
