/*
 * message_content: what a message may hold, by type, and the stored body
 * that is made of it.
 */
#ifndef CGI_MESSAGE_CONTENT_H
#define CGI_MESSAGE_CONTENT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"

#define MESSAGE_TEXT_MAX 16384
#define MESSAGE_META_MAX 4096

/* INVALID_ARGUMENT with the field at fault ("content.text"). */
int content_check(int64_t type, const json_t *content, struct error *err);

/* Words of `flags` to bits; ephemeral_out: the one that is no bit. */
int content_flags(const json_t *flags, int64_t *bits_out, bool *ephemeral_out,
    struct error *err);

/* The members of the entry that depend on content, without braces.
 * reply: the object for `reply_to`, or NULL. */
struct str content_body(struct arena *a, const json_t *request,
    const struct entry *reply);

/*
 * SHA-256 of what was asked: equal for requests that are equal by value,
 * whatever their spelling; client_msg_id and seen_index do not count, and
 * absent is the same as empty.
 */
struct str content_fingerprint(struct arena *a, const json_t *request);

#endif
