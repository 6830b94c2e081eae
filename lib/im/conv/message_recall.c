#include "im/conv/message_recall.h"

#include "im/conv/away.h"
#include "im/conv/remains.h"
#include "im/conv/right.h"
#include "im/site/app_setting.h"

static int recall(struct act *act, void *arg, struct error *err)
{
	struct entry *e = &act->target;
	struct away away;
	int64_t window_s;

	(void)arg;
	if (e->state == ENTRY_RECALLED)
		return 0;
	if (app_setting_get(act->db, act->a, act->conv.app_id, APP_RECALL_S,
		&window_s, err) < 0 ||
	    right_recall(&act->conv, &act->member, e, window_s, err) < 0 ||
	    act_number(act, ENTRY_RECALL, STR(""), err) < 0)
		return -1;
	away = away_of(e, 0);
	if (away_put(act->db, &away, 1, err) < 0 ||
	    remains_drop(act->db, e, err) < 0)
		return -1;
	e->state = ENTRY_RECALLED;
	e->recalled_by = act->by->user_id;
	e->flags &= ~(ENTRY_REACTIONS | ENTRY_FORWARDS);
	e->body = STR("");
	if (act_put_body(act, err) < 0)
		return -1;
	return act_finish(act, err);
}

int message_recall(struct db *db, struct arena *a, const struct act_by *by,
    struct act_result *out, struct error *err)
{
	return act_run(db, a, by, recall, NULL, out, err);
}
