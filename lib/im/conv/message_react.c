#include "im/conv/message_react.h"

#include "im/conv/message_react_sql.h"
#include "im/conv/right.h"

struct reacting {
	struct str emoji; /* as it was sent */
	bool on;
	struct str (*body)(struct arena *a, struct str emoji, bool on);
};

/* has_out: it is there.  CONFLICT. */
static int find(const struct act *act, const struct reacting *w,
    struct reaction *out, bool *has_out, struct error *err)
{
	struct reaction_kind *kinds;
	struct str known;
	size_t n;
	int rc = 0;

	if (reaction_kinds(act->db, act->a, &act->target, &kinds, &n, err) < 0)
		return -1;
	known = reaction_kind_find(act->a, kinds, n, w->emoji);
	*out = (struct reaction){
		.conv_id = act->conv_id,
		.conv_index = act->target.conv_index,
		.emoji = known.p ? known : w->emoji,
		.user_id = act->by->user_id,
	};
	if (known.p)
		rc = message_react_sql_has(act->db, act->a, out, err);
	else if (w->on && n >= REACTION_KINDS_MAX)
		rc = err_set(err, ERR_CONFLICT,
		    "a message has at most %d kinds of reactions",
		    REACTION_KINDS_MAX);
	*has_out = rc > 0;
	return rc;
}

static int put(struct act *act, struct reaction *r, struct error *err)
{
	r->at_ms = act->row.e.sent_ms;
	act->target.flags |= ENTRY_REACTIONS;
	return message_react_sql_put(act->db, r, err);
}

static int drop(struct act *act, struct reaction *r, struct error *err)
{
	int left;

	if (message_react_sql_drop(act->db, r, err) < 0)
		return -1;
	left = message_react_sql_has_any(act->db, act->a, r, err);
	if (left == 0)
		act->target.flags &= ~ENTRY_REACTIONS;
	return left < 0 ? -1 : 0;
}

static int work(struct act *act, void *arg, struct error *err)
{
	const struct reacting *w = arg;
	struct reaction r;
	bool has;

	if (act->target.state == ENTRY_RECALLED)
		return w->on
			   ? err_set(err, ERR_GONE, "the message was recalled")
			   : 0;
	if (right_react(&act->conv, &act->member, err) < 0 ||
	    find(act, w, &r, &has, err) < 0)
		return -1;
	if (has == w->on)
		return 0;
	if (act_number(act, ENTRY_REACTION, w->body(act->a, r.emoji, w->on),
		err) < 0 ||
	    (w->on ? put : drop)(act, &r, err) < 0 ||
	    act_put_target(act, err) < 0)
		return -1;
	return act_finish(act, err);
}

int message_react(struct db *db, struct arena *a, const struct act_by *by,
    struct str emoji, bool on,
    struct str (*body)(struct arena *a, struct str emoji, bool on),
    struct act_result *out, struct error *err)
{
	struct reacting w = { emoji, on, body };

	return act_run(db, a, by, work, &w, out, err);
}
