#include "view/content_refs.h"

#include "im/conv/history.h"
#include "im/user/user.h"
#include "io/json.h"

struct check {
	struct db *db;
	struct cache *cache;
	struct arena *a;
	const struct content_refs *refs;
};

static int get_message(const struct check *c, int64_t msg_id, struct entry *out,
    struct error *err)
{
	int64_t floor;

	return history_get(c->db, c->a, c->refs->app_id, c->refs->sender_id,
	    msg_id, out, &floor, err);
}

static int check_reply(const struct check *c, struct entry *reply,
    struct error *err)
{
	if (c->refs->reply_to == 0)
		return 0;
	if (get_message(c, c->refs->reply_to, reply, err) < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
	} else if (reply->conv_id == c->refs->conv_id &&
		   reply->kind == ENTRY_MESSAGE) {
		return 0;
	}
	return err_field(err, ERR_INVALID_ARGUMENT, "reply_to",
	    "no such message in this conversation");
}

static int check_forward(const struct check *c, struct error *err)
{
	const struct content_refs *r = c->refs;
	char field[32];
	size_t first;

	if (history_first_unseen(c->db, c->a, r->app_id, r->sender_id,
		r->forward_of, r->n_forward_of, &first, err) < 0)
		return -1;
	if (first == r->n_forward_of)
		return 0;
	snprintf(field, sizeof(field), "forward_of.%zu", first);
	return err_field(err, ERR_INVALID_ARGUMENT, field, "no such message");
}

static int check_card(const struct check *c, struct error *err)
{
	struct user u;
	int found = user_find(c->db, c->cache, c->a, c->refs->app_id,
	    json_get_id(c->refs->content, "user_id"), &u, err);

	if (found == 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "content.user_id",
		    "no such user");
	return found < 0 ? -1 : 0;
}

int content_refs_check(struct db *db, struct cache *cache, struct arena *a,
    const struct content_refs *refs, struct entry *reply_out, struct error *err)
{
	struct check c = { db, cache, a, refs };

	if (check_reply(&c, reply_out, err) < 0 || check_forward(&c, err) < 0)
		return -1;
	return refs->type == MESSAGE_CARD ? check_card(&c, err) : 0;
}
