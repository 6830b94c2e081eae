/* version: what an edited message was before, as the JSON of the wire
 * contract. */
#ifndef VIEW_VERSION_H
#define VIEW_VERSION_H

#include "im/conv/message_edit.h"
#include "io/json_writer.h"

/* Members: content,edited_at.  e: the message, with the body of v. */
void view_version(struct json_writer *w, struct arena *a, const struct entry *e,
    const struct entry_version *v);

#endif
