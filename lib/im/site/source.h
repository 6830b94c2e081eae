/*
 * source: whom an address stands for, where requests are counted by address.
 *
 * An IPv4 address stands for itself, also in its IPv6 form (RFC 4291 section
 * 2.5.5.2).  Of an IPv6 address the first 64 bits count, since a customer has
 * at least so much to choose from (RFC 6177): "2001:db8:1:2::/64".
 */
#ifndef IM_SOURCE_H
#define IM_SOURCE_H

#include "base/arena.h"
#include "base/str.h"

/* Any other text stands for itself. */
struct str source_of(struct arena *a, struct str address);

#endif
