/* session: sessions as the JSON of the wire contract. */
#ifndef VIEW_SESSION_H
#define VIEW_SESSION_H

#include <stdbool.h>

#include "im/user/session.h"
#include "io/json_writer.h"

/* {session_id,device:{id,platform,name?},created_at,last_seen_at,
 * expires_at,ip?,current} */
void view_session(struct json_writer *w, const struct session *s,
    bool is_current);

#endif
