/*
 * subject: the username of a person whom an app names in its own way, such as
 * by an e-mail address ("sub" of RFC 7519).
 *
 * A name that is a valid username is itself.  Any other becomes "sub-" and the
 * first 48 hexadecimal digits of its SHA-256.  Usernames of that form are
 * reserved: nobody signs up with one, and as a name of the app it is mapped
 * like any other, so no two names share a username.
 */
#ifndef IM_SUBJECT_H
#define IM_SUBJECT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

#define SUBJECT_MAX 255 /* bytes */

struct str subject_username(struct arena *a, struct str subject);
bool subject_is_reserved(struct str username);

#endif
