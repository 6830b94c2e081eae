/*
 * append_known: what an appender remembers of small conversations: who is in
 * them, and that nothing is due to these members.
 *
 * Both are asked for, and told, about logs that are locked.  Members are those
 * of a version of the conversation, which every change of them raises; that
 * nothing is due holds while nobody else appends.
 *
 * Bounded: KNOWN_CONVS conversations of up to APPEND_KNOWN_MEMBERS members.
 * Not shared between threads at work.
 */
#ifndef IM_APPEND_KNOWN_H
#define IM_APPEND_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "im/conv/conv.h"
#include "im/conv/member.h"

#define APPEND_KNOWN_MEMBERS 64

struct append_known;
struct append_known *append_known_new(void);
void append_known_free(struct append_known **k);

/* The present members, ascending, without aliases; NULL: not known. */
const struct member *append_known_members(const struct append_known *k,
    const struct conv *c, size_t *n_out);
/* Copies them. */
void append_known_keep(struct append_known *k, const struct conv *c,
    const struct member *members, size_t n);

/* The members have all entries up to `at`. */
bool append_known_is_level(const struct append_known *k, const struct conv *c,
    int64_t at);
/* They have all of c, if its members are known. */
void append_known_level(struct append_known *k, const struct conv *c);

#endif
