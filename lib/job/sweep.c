#include "job/sweep.h"

#include "job/sweep_sql.h"

int sweep_get(struct db *db, struct arena *a, struct str name,
    struct sweep *out, struct error *err)
{
	int found = sweep_sql_find(db, a, name, out, err);

	if (!found && sweep_sql_make(db, name, err) == 0)
		found = sweep_sql_find(db, a, name, out, err);
	if (found == 0)
		return err_set(err, ERR_INTERNAL, "no sweep of this name");
	return found < 0 ? -1 : 0;
}

bool sweep_is_due(const struct sweep *s)
{
	return s->due_ms <= s->now_ms;
}

static int move(struct db *db, struct sweep *s, const struct sweep *to,
    struct error *err)
{
	const struct sweep_step step = { *to, s->at_id };
	int64_t matched;

	if (sweep_sql_move(db, &step, &matched, err) < 0)
		return -1;
	if (!matched)
		return err_set(err, ERR_MOVED, "the sweep has moved");
	*s = *to;
	return 0;
}

int sweep_move(struct db *db, struct sweep *s, int64_t at_id, struct error *err)
{
	struct sweep to = *s;

	if (!s->at_id)
		to.began_ms = s->now_ms;
	to.at_id = at_id;
	return move(db, s, &to, err);
}

int sweep_end(struct db *db, struct sweep *s, int64_t interval_ms,
    struct error *err)
{
	struct sweep to = *s;

	if (!s->at_id)
		to.began_ms = s->now_ms;
	to.at_id = 0;
	to.due_ms = to.began_ms + interval_ms;
	to.rounds++;
	return move(db, s, &to, err);
}
