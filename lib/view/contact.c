#include "view/contact.h"

#include "view/view.h"

static void put_other(struct json_writer *w, int64_t user_id,
    const struct user *user)
{
	json_put_id(w, "user_id", user_id);
	if (!user)
		return;
	json_key(w, "user");
	view_user(w, user);
}

void view_contact(struct json_writer *w, const struct contact *c,
    const struct user *user)
{
	json_begin(w);
	put_other(w, c->other_id, user);
	json_put_str(w, "state", str_word(CONTACT_STATES, c->state));
	if (c->message.p)
		json_put_str(w, "message", c->message);
	if (c->remark.p)
		json_put_str(w, "remark", c->remark);
	json_put_int(w, "created_at", c->created_ms);
	json_put_int(w, "changed_at", c->changed_ms);
	json_end(w);
}

void view_block(struct json_writer *w, const struct block *b,
    const struct user *user)
{
	json_begin(w);
	put_other(w, b->blocked_id, user);
	json_put_int(w, "blocked_at", b->blocked_ms);
	json_end(w);
}
