#include "view/kept.h"

static void put_message(struct json_writer *w, int64_t msg_id, int64_t conv_id,
    int64_t conv_index)
{
	json_put_id(w, "msg_id", msg_id);
	json_put_id(w, "conv_id", conv_id);
	json_put_int(w, "conv_index", conv_index);
}

void view_star(struct json_writer *w, const struct star *s)
{
	json_begin(w);
	put_message(w, s->msg_id, s->conv_id, s->conv_index);
	json_put_int(w, "starred_at", s->starred_ms);
	json_end(w);
}

void view_reminder(struct json_writer *w, const struct reminder *r)
{
	put_message(w, r->msg_id, r->conv_id, r->conv_index);
	json_put_int(w, "remind_at", r->remind_ms);
	if (r->note.p)
		json_put_str(w, "note", r->note);
}

void view_scheduled(struct json_writer *w, const struct scheduled *s)
{
	json_begin(w);
	json_put_id(w, "msg_id", s->msg_id);
	json_put_id(w, "conv_id", s->conv_id);
	json_put_int(w, "send_at", s->send_ms);
	json_put_str(w, "state", str_word(SCHEDULED_STATES, s->state));
	if (s->state == SCHEDULED_FAILED)
		json_put_cstr(w, "reason", err_code_of(s->reason));
	json_members(w, s->content);
	json_end(w);
}
