/* device: devices, and what became of pushes to them, as the JSON of the wire
 * contract. */
#ifndef VIEW_DEVICE_H
#define VIEW_DEVICE_H

#include <stdbool.h>

#include "im/push/explain.h"
#include "im/user/registration.h"
#include "im/user/session.h"
#include "io/json_writer.h"

/* {device_id,platform,name?,current,push?:{provider,topic?,environment?,state,
 * registered_at,last_ok_at?,reason?}}; r NULL: not registered. */
void view_device(struct json_writer *w, const struct session *s,
    const struct registration *r, bool is_current);

/* {device_id,provider,decision,reason,at,conv_id?,attempts:[{at,status,reason?,
 * took_ms}]}; without conv_id it is a test. */
void view_explained(struct json_writer *w, const struct explained *x);
/* {items:[...],next}; next 0: there are no more. */
void view_explained_page(struct json_writer *w, const struct explained *rows,
    size_t n, int64_t next);

#endif
