#include "io/json_writer.h"
#include "view/session.h"

void view_session(struct json_writer *w, const struct session *s,
    bool is_current)
{
	json_begin(w);
	json_put_id(w, "session_id", s->session_id);
	json_key(w, "device");
	json_begin(w);
	json_put_str(w, "id", s->device_id);
	json_put_str(w, "platform", str_word(SESSION_PLATFORMS, s->platform));
	if (s->device_name.p)
		json_put_str(w, "name", s->device_name);
	json_end(w);
	json_put_int(w, "created_at", s->created_ms);
	json_put_int(w, "last_seen_at", s->last_seen_ms);
	json_put_int(w, "expires_at", s->expires_ms);
	if (s->ip.p)
		json_put_str(w, "ip", s->ip);
	json_put_bool(w, "current", is_current);
	json_end(w);
}
