/*
 * edit_body: the body of a message whose content is edited.
 *
 * The content is checked as in a send.  Its type stays.  Of a media message
 * only the caption changes: other fields may be left out, or repeated as they
 * are.
 */
#ifndef VIEW_EDIT_BODY_H
#define VIEW_EDIT_BODY_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"

/*
 * 1 with the new body, 0 if the content is the same by value, or
 * INVALID_ARGUMENT with the field at fault.
 */
int edit_body(struct arena *a, const struct entry *e, const json_t *content,
    struct str *body_out, struct error *err);

#endif
