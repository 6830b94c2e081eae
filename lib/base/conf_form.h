/*
 * conf_form: what the text of a setting may look like, by the name of its form
 * in conf.def.
 *
 *   path       absolute, and short enough for a Unix socket
 *   dir        absolute
 *   host       a host name, or an IPv4 or IPv6 address
 *   address    path, or host:port; an IPv6 address as host in brackets
 *   addresses  some of them, comma separated
 *   nodes      name=address, comma separated, each name once
 *   parts      N=URL or N-M=URL, comma separated; the URL is that of a web
 *              server, http or https, without a path
 *   secret     CONF_SECRET_MIN bytes or more
 *   name       of A-Za-z0-9._-
 *   a|b|c      one of these words
 *
 * An empty text has every form: whether it may be empty is a matter of bounds.
 */
#ifndef BASE_CONF_FORM_H
#define BASE_CONF_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define CONF_SECRET_MIN 32
#define CONF_FORM_FAR   9

/*
 * NULL, or what is wrong, without the text itself: it may be a secret that
 * stands in the wrong place.
 */
const char *conf_form_fault(const char *form, struct str text);

/* N or N-M, from 1 on. */
bool conf_form_range(struct str text, int64_t *first, int64_t *last);

/*
 * Whether somebody who wrote `text` may have meant `name`: they differ in case
 * (0), in a few letters, or one is the beginning of the other.  The less, the
 * more likely; CONF_FORM_FAR: no, or they are equal.
 */
size_t conf_form_distance(struct str text, struct str name);

#endif
