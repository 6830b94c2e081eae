#include "view/device.h"

static void put_registration(struct json_writer *w,
    const struct registration *r)
{
	struct str provider = str_word(REGISTRATION_PROVIDERS, r->provider);

	json_key(w, "push");
	json_begin(w);
	json_put_str(w, "provider", provider);
	if (r->topic.len)
		json_put_str(w, "topic", r->topic);
	if (str_is(provider, "apns"))
		json_put_cstr(w, "environment",
		    r->is_sandbox ? "sandbox" : "production");
	json_put_str(w, "state", str_word(REGISTRATION_STATES, r->state));
	json_put_int(w, "registered_at", r->registered_ms);
	if (r->last_ok_ms)
		json_put_int(w, "last_ok_at", r->last_ok_ms);
	if (r->reason.len)
		json_put_str(w, "reason", r->reason);
	json_end(w);
}

void view_device(struct json_writer *w, const struct session *s,
    const struct registration *r, bool is_current)
{
	json_begin(w);
	json_put_str(w, "device_id", s->device_id);
	json_put_str(w, "platform", str_word(SESSION_PLATFORMS, s->platform));
	if (s->device_name.p)
		json_put_str(w, "name", s->device_name);
	json_put_bool(w, "current", is_current);
	if (r)
		put_registration(w, r);
	json_end(w);
}

static void put_attempt(struct json_writer *w, const struct ledger_attempt *t)
{
	json_begin(w);
	json_put_int(w, "at", t->at_ms);
	json_put_int(w, "status", t->status);
	if (t->reason.len)
		json_put_str(w, "reason", t->reason);
	json_put_int(w, "took_ms", t->took_ms);
	json_end(w);
}

void view_explained(struct json_writer *w, const struct explained *x)
{
	const struct ledger *l = &x->row;

	json_begin(w);
	json_put_str(w, "device_id", l->device_id);
	if (l->provider)
		json_put_str(w, "provider",
		    str_word(REGISTRATION_PROVIDERS, l->provider));
	json_put_str(w, "decision", str_word(LEDGER_DECISIONS, l->decision));
	json_put_str(w, "reason", l->reason);
	json_put_int(w, "at", l->at_ms);
	if (l->conv_id)
		json_put_id(w, "conv_id", l->conv_id);
	json_key(w, "attempts");
	json_begin_list(w);
	for (size_t i = 0; i < x->n_attempts; i++)
		put_attempt(w, &x->attempts[i]);
	json_end_list(w);
	json_end(w);
}

void view_explained_page(struct json_writer *w, const struct explained *rows,
    size_t n, int64_t next)
{
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		view_explained(w, &rows[i]);
	json_end_list(w);
	if (next)
		json_put_id(w, "next", next);
	else
		json_put_null(w, "next");
	json_end(w);
}
