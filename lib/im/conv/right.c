#include "im/conv/right.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_among(const struct member *m, int64_t who)
{
	switch (who) {
	case WHO_ALL:
		return true;
	case WHO_ADMINS:
		return m->role >= ROLE_ADMIN;
	case WHO_OWNER:
		return m->role >= ROLE_OWNER;
	}
	return false;
}

static int check_alive(const struct conv *c, struct error *err)
{
	if (c->dissolved_ms != 0)
		return err_set(err, ERR_GONE, "the conversation was dissolved");
	return 0;
}

/* In a direct chat: see refusal.h. */
static int check_taken(const struct member *m, struct error *err)
{
	if (m->refused)
		return err_set(err, ERR_FORBIDDEN,
		    "the other one takes no messages of this user");
	return 0;
}

int right_post(const struct conv *c, const struct member *m, int64_t now_ms,
    struct error *err)
{
	if (check_alive(c, err) < 0)
		return -1;
	if (!is_among(m, c->who_can_post))
		return err_set(err, ERR_FORBIDDEN, "only admins can post here");
	if (m->muted_until_ms > now_ms)
		return err_set(err, ERR_FORBIDDEN, "the sender is muted here");
	return check_taken(m, err);
}

bool right_has_pace(const struct conv *c, const struct member *m)
{
	return c->slow_mode_s > 0 && m->role < ROLE_ADMIN;
}

int right_pace(const struct conv *c, const struct member *m, int64_t last_ms,
    int64_t now_ms, struct error *err)
{
	int64_t pace_ms = c->slow_mode_s * 1000;
	int64_t left_ms = last_ms + pace_ms - now_ms;

	if (!right_has_pace(c, m) || !last_ms || left_ms <= 0)
		return 0;
	err_set(err, ERR_RATE_LIMITED,
	    "slow mode: one message in %" PRId64 " s", c->slow_mode_s);
	/* The clock may have gone back. */
	err->retry_after_ms = (int32_t)(left_ms < pace_ms ? left_ms : pace_ms);
	return -1;
}

int right_mention(const struct member *m, size_t i, struct error *err)
{
	char field[32];

	if (m && member_is_present(m))
		return 0;
	snprintf(field, sizeof(field), "mentions.%zu", i);
	return err_field(err, ERR_INVALID_ARGUMENT, field,
	    "only members can be mentioned");
}

int right_invite(const struct conv *c, const struct member *m,
    struct error *err)
{
	if (!is_among(m, c->who_can_invite))
		return err_set(err, ERR_FORBIDDEN,
		    "adding members is not allowed here");
	return 0;
}

int right_remove(const struct member *m, struct error *err)
{
	if (m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN,
		    "only admins remove members");
	return 0;
}

bool right_asks(const struct conv *c, const struct member *m)
{
	return c->join_policy == JOIN_APPROVAL && m->role < ROLE_ADMIN;
}

int right_decide(const struct conv *c, const struct member *m,
    struct error *err)
{
	if (m->role <
	    (c->who_can_invite == WHO_OWNER ? ROLE_OWNER : ROLE_ADMIN))
		return err_set(err, ERR_FORBIDDEN,
		    "deciding who comes in is not allowed here");
	return 0;
}

int right_ban(const struct member *m, struct error *err)
{
	if (m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN, "only admins ban users");
	return 0;
}

int right_end_invite(const struct member *m, int64_t created_by,
    struct error *err)
{
	if (m->user_id != created_by && m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN,
		    "only admins delete the invites of others");
	return 0;
}

int right_role(const struct member *m, struct error *err)
{
	if (m->role < ROLE_OWNER)
		return err_set(err, ERR_FORBIDDEN,
		    "only the owner changes roles");
	return 0;
}

int right_own(const struct member *m, struct error *err)
{
	if (m->role < ROLE_OWNER)
		return err_set(err, ERR_FORBIDDEN,
		    "only the owner hands the ownership over");
	return 0;
}

int right_mute(const struct member *m, struct error *err)
{
	if (m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN, "only admins mute members");
	return 0;
}

int right_alias(const struct member *m, int64_t user_id, struct error *err)
{
	if (m->user_id != user_id && m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN,
		    "an alias is set by its member or an admin");
	return 0;
}

int right_outrank(const struct member *m, const struct member *other,
    struct error *err)
{
	if (other->role >= m->role)
		return err_set(err, ERR_FORBIDDEN,
		    "not to somebody of the same role, or a higher one");
	return 0;
}

int right_set(const struct member *m, struct error *err)
{
	if (m->role < ROLE_ADMIN)
		return err_set(err, ERR_FORBIDDEN,
		    "only admins change the settings");
	return 0;
}

int right_dissolve(const struct member *m, struct error *err)
{
	if (m->role < ROLE_OWNER)
		return err_set(err, ERR_FORBIDDEN,
		    "only the owner dissolves a conversation");
	return 0;
}

/* Was it sent less than window_s ago? */
static bool is_within(const struct conv *c, const struct entry *e,
    int64_t window_s)
{
	return c->now_ms - e->sent_ms < window_s * 1000;
}

int right_recall(const struct conv *c, const struct member *m,
    const struct entry *e, int64_t window_s, struct error *err)
{
	if (check_alive(c, err) < 0)
		return -1;
	if (m->role >= ROLE_ADMIN)
		return 0;
	if (e->sender_id != m->user_id)
		return err_set(err, ERR_FORBIDDEN,
		    "only the sender or an admin can recall a message");
	if (!is_within(c, e, window_s))
		return err_set(err, ERR_FORBIDDEN,
		    "it is too late to recall this message");
	return 0;
}

int right_edit(const struct conv *c, const struct member *m,
    const struct entry *e, int64_t window_s, struct error *err)
{
	if (e->sender_id != m->user_id)
		return err_set(err, ERR_FORBIDDEN,
		    "only the sender can edit a message");
	if (right_post(c, m, c->now_ms, err) < 0)
		return -1;
	if (!is_within(c, e, window_s))
		return err_set(err, ERR_FORBIDDEN,
		    "it is too late to edit this message");
	return 0;
}

int right_burn(const struct conv *c, struct error *err)
{
	if (c->kind == CONV_DIRECT)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "expires_after_read_s",
	    "only messages of direct chats expire after reading");
}

int right_react(const struct conv *c, const struct member *m, struct error *err)
{
	if (check_alive(c, err) < 0)
		return -1;
	return check_taken(m, err);
}

int right_pin(const struct conv *c, const struct member *m, struct error *err)
{
	if (check_alive(c, err) < 0)
		return -1;
	if (!is_among(m, c->who_can_pin))
		return err_set(err, ERR_FORBIDDEN,
		    "only admins can pin messages here");
	return check_taken(m, err);
}

int right_mention_all(const struct conv *c, const struct member *m,
    struct error *err)
{
	if (!is_among(m, c->who_can_mention_all))
		return err_set(err, ERR_FORBIDDEN,
		    "mentioning everybody is not allowed here");
	return 0;
}

int64_t right_floor(const struct conv *c, const struct member *m)
{
	if (c->history == HISTORY_SINCE_JOINED && m->joined_index > 0)
		return m->joined_index;
	return 1;
}
