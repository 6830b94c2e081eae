#include "im/conv/act.h"

#include "base/fault.h"
#include "im/conv/act_sql.h"
#include "im/conv/archive.h"
#include "im/conv/right.h"
#include "im/conv/sight.h"
#include "im/site/node.h"
#include "im/user/personal.h"

struct run {
	struct act act;
	int (*work)(struct act *act, void *arg, struct error *err);
	void *arg;
};

static int no_message(struct error *err)
{
	return err_set(err, ERR_NOT_FOUND, "no such message");
}

static void tell(void *arg)
{
	const int64_t *conv_id = arg;

	conv_changed(*conv_id);
}

static void tell_rewritten(void *arg)
{
	const int64_t *conv_id = arg;

	conv_rewritten(*conv_id);
}

/* What the user may see of the log, and of the target. */
static int read_floor(struct act *act, struct error *err)
{
	int64_t user_id = act->by->user_id;
	struct personal p;

	if (personal_find(act->db, act->a, user_id, act->conv_id, &p, err) < 0)
		return -1;
	act->floor = personal_floor(&p, right_floor(&act->conv, &act->member));
	act->hides = p.has_hidden != 0;
	if (!act->hides)
		return 0;
	return sight_hide(act->db, act->a, user_id, &act->target, 1, err);
}

/* The rows that an act depends on; the log is locked. */
static int read_rows(struct act *act, struct error *err)
{
	const struct entry_ref ref = { act->conv_id, act->conv_index };
	struct conv *convs;
	size_t n;
	int found;

	act->row = (struct log_row){ .e.conv_index = 0 };
	if (conv_lock(act->db, act->a, &act->conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (n == 0 || convs->app_id != act->by->app_id)
		return no_message(err);
	act->conv = *convs;
	found = member_find(act->db, act->a, act->conv_id, act->by->user_id,
	    &act->member, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return no_message(err);
	if (member_check(&act->conv, &act->member, err) < 0)
		return err->code == ERR_GONE ? -1 : no_message(err);
	if (entry_load(act->db, act->a, &ref, 1, &act->target, err) < 0)
		return -1;
	if (read_floor(act, err) < 0)
		return -1;
	if (act->target.msg_id == 0 || act->target.kind != ENTRY_MESSAGE ||
	    sight_of(&act->target, act->floor) == SIGHT_HIDDEN)
		return no_message(err);
	return conv_check_home(&act->conv, err);
}

static int transaction(struct db *db, void *arg, struct error *err)
{
	struct run *r = arg;

	(void)db;
	if (read_rows(&r->act, err) < 0)
		return -1;
	return r->work(&r->act, r->arg, err);
}

/* The change is there exactly if its entry is.  Who holds the log's lock sees
 * the end of the session that was lost. */
static int was_done(struct db *db, void *arg, struct error *err)
{
	struct act *act = &((struct run *)arg)->act;
	const struct entry_ref ref = { act->conv_id, act->row.e.conv_index };
	struct entry there;
	struct conv *convs;
	size_t n;

	if (ref.conv_index == 0)
		return 1;
	if (conv_lock(db, act->a, &act->conv_id, 1, &convs, &n, err) < 0 ||
	    entry_load(db, act->a, &ref, 1, &there, err) < 0)
		return -1;
	return there.msg_id == act->entry_id;
}

/* Where the message is; that does not change. */
static int find_target(struct act *act, struct error *err)
{
	struct entry_place *at;
	size_t n;

	if (entry_places(act->db, act->a, &act->by->msg_id, 1, &at, &n, err) <
	    0)
		return -1;
	if (n == 0 || (act->by->conv_id && act->by->conv_id != at->conv_id))
		return no_message(err);
	act->conv_id = at->conv_id;
	act->conv_index = at->conv_index;
	return 0;
}

int act_run(struct db *db, struct arena *a, const struct act_by *by,
    int (*work)(struct act *act, void *arg, struct error *err), void *arg,
    struct act_result *out, struct error *err)
{
	struct run r = {
		.act = { .db = db, .a = a, .by = by },
		.work = work,
		.arg = arg,
	};

	/* Before the transaction: a new id may need a query of its own. */
	if (find_target(&r.act, err) < 0 ||
	    node_next_id(db, &r.act.entry_id, err) < 0)
		return -1;
	if (db_tx_sure(db, transaction, was_done, &r, err) < 0) {
		if (err->code == ERR_UNCERTAIN) {
			conv_changed(r.act.conv_id);
			conv_rewritten(r.act.conv_id);
		}
		return -1;
	}
	*out = (struct act_result){
		.target = r.act.target,
		.floor = r.act.floor,
		.hides = r.act.hides,
		.changed = r.act.row.e.conv_index != 0,
	};
	return 0;
}

int act_number(struct act *act, enum entry_kind kind, struct str body,
    struct error *err)
{
	int64_t *conv_id = ARENA_NEW(act->a, int64_t);

	if (conv_log_own_ordinal(act->db, act->a, act->conv_id,
		act->by->user_id, INT64_MAX, &act->own_ordinal, err) < 0)
		return -1;
	act->row.e = (struct entry){
		.msg_id = act->entry_id,
		.sender_id = act->by->user_id,
		.kind = kind,
		.target_index = act->target.conv_index,
		.body = body,
	};
	conv_log_next(&act->conv, &act->row, &act->own_ordinal, 0);
	*conv_id = act->conv_id;
	db_after_commit(act->db, act->a, tell, conv_id);
	return 0;
}

/* The entry as it is in `target`, or all of it where it is archived: 1 then. */
static int put_target(struct act *act, struct error *err)
{
	int64_t matched;

	act->target.version++;
	if (act_sql_put_target(act->db, &act->target, &matched, err) < 0)
		return -1;
	if (matched)
		return 0;
	return archive_put(act->db, act->a, &act->target, err) < 0 ? -1 : 1;
}

int act_put_target(struct act *act, struct error *err)
{
	return put_target(act, err) < 0 ? -1 : 0;
}

int act_put_body(struct act *act, struct error *err)
{
	int64_t *conv_id = ARENA_NEW(act->a, int64_t);
	int archived = put_target(act, err);

	if (archived < 0)
		return -1;
	*conv_id = act->conv_id;
	db_after_commit(act->db, act->a, tell_rewritten, conv_id);
	return archived ? 0 : act_sql_put_body(act->db, &act->target, err);
}

static void committed(void *arg)
{
	(void)arg;
	fault_point("act_committed");
}

int act_finish(struct act *act, struct error *err)
{
	fault_point("act_changed");
	if (conv_log_write(act->db, act->a, &act->row, 1, &act->conv, 1, err) <
	    0)
		return -1;
	fault_point("act_commit");
	db_after_commit(act->db, act->a, committed, NULL);
	return 0;
}
