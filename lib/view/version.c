#include "view/version.h"

#include "io/json.h"
#include "view/entry_body.h"

void view_version(struct json_writer *w, struct arena *a, const struct entry *e,
    const struct entry_version *v)
{
	json_key(w, "content");
	json_value(w, json_object_get(entry_body_read(a, e), "content"));
	json_put_int(w, "edited_at", v->at_ms);
}
