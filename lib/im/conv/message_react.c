#include "im/conv/message_react.h"

#include "im/conv/message_react_sql.h"
#include "im/conv/right.h"

struct reacting {
	struct str emoji;
	bool on;
	struct str body;
};

static struct reaction row_of(const struct act *act, struct str emoji)
{
	return (struct reaction){
		.conv_id = act->conv_id,
		.conv_index = act->target.conv_index,
		.emoji = emoji,
		.user_id = act->by->user_id,
		.at_ms = act->row.e.sent_ms,
	};
}

static int check_kinds(const struct act *act, const struct reaction *r,
    struct error *err)
{
	int64_t n;
	int has;

	if (!(act->target.flags & ENTRY_REACTIONS))
		return 0;
	has = message_react_sql_has_kind(act->db, act->a, r, err);
	if (has != 0)
		return has < 0 ? -1 : 0;
	if (message_react_sql_kinds(act->db, act->a, r, &n, err) < 0)
		return -1;
	if (n >= REACTION_KINDS_MAX)
		return err_set(err, ERR_CONFLICT,
		    "a message has at most %d kinds of reactions",
		    REACTION_KINDS_MAX);
	return 0;
}

static int put(struct act *act, const struct reacting *w, struct error *err)
{
	struct reaction r = row_of(act, w->emoji);

	if (check_kinds(act, &r, err) < 0 ||
	    act_number(act, ENTRY_REACTION, w->body, err) < 0)
		return -1;
	r.at_ms = act->row.e.sent_ms;
	act->target.flags |= ENTRY_REACTIONS;
	return message_react_sql_put(act->db, &r, err);
}

static int drop(struct act *act, const struct reacting *w, struct error *err)
{
	struct reaction r = row_of(act, w->emoji);
	int left;

	if (act_number(act, ENTRY_REACTION, w->body, err) < 0 ||
	    message_react_sql_drop(act->db, &r, err) < 0)
		return -1;
	left = message_react_sql_has_any(act->db, act->a, &r, err);
	if (left == 0)
		act->target.flags &= ~ENTRY_REACTIONS;
	return left < 0 ? -1 : 0;
}

static int work(struct act *act, void *arg, struct error *err)
{
	const struct reacting *w = arg;
	struct reaction r = row_of(act, w->emoji);
	int has = 0;

	if (act->target.state == ENTRY_RECALLED)
		return w->on
			   ? err_set(err, ERR_GONE, "the message was recalled")
			   : 0;
	if (right_react(&act->conv, &act->member, err) < 0)
		return -1;
	if (act->target.flags & ENTRY_REACTIONS)
		has = message_react_sql_has(act->db, act->a, &r, err);
	if (has < 0)
		return -1;
	if ((has > 0) == w->on)
		return 0;
	if ((w->on ? put : drop)(act, w, err) < 0 ||
	    act_put_target(act, err) < 0)
		return -1;
	return act_finish(act, err);
}

int message_react(struct db *db, struct arena *a, const struct act_by *by,
    struct str emoji, bool on, struct str body, struct act_result *out,
    struct error *err)
{
	struct reacting w = { emoji, on, body };

	return act_run(db, a, by, work, &w, out, err);
}
