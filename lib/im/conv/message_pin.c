#include "im/conv/message_pin.h"

#include "im/conv/message_pin_sql.h"
#include "im/conv/right.h"

static int change(struct act *act, bool on, struct error *err)
{
	struct pin p = { .conv_id = act->conv_id,
		.conv_index = act->target.conv_index };

	if (act_number(act, on ? ENTRY_PIN : ENTRY_UNPIN, STR(""), err) < 0)
		return -1;
	p.pin_index = act->row.e.conv_index;
	p.pinned_by = act->by->user_id;
	p.pinned_ms = act->row.e.sent_ms;
	if ((on ? message_pin_sql_put : message_pin_sql_drop)(act->db, &p,
		err) < 0)
		return -1;
	return act_finish(act, err);
}

static int work(struct act *act, void *arg, struct error *err)
{
	const struct pin p = { .conv_id = act->conv_id,
		.conv_index = act->target.conv_index };
	const bool on = *(const bool *)arg;
	int has;

	if (right_pin(&act->conv, &act->member, err) < 0)
		return -1;
	if (act->target.state == ENTRY_RECALLED)
		return on ? err_set(err, ERR_GONE, "the message was recalled")
			  : 0;
	has = message_pin_sql_has(act->db, act->a, &p, err);
	if (has < 0)
		return -1;
	return (has > 0) == on ? 0 : change(act, on, err);
}

int message_pin(struct db *db, struct arena *a, const struct act_by *by,
    bool on, struct act_result *out, struct error *err)
{
	return act_run(db, a, by, work, &on, out, err);
}

int message_pins(struct db *db, struct arena *a, int64_t conv_id, int64_t floor,
    int64_t before, int64_t limit, struct pin **out, size_t *n_out,
    struct error *err)
{
	return message_pin_sql_list(db, a, conv_id, floor, before, limit, out,
	    n_out, err);
}
