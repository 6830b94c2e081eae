#include "fanout_shed.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/conv/mode.h"
#include "io/db_clock.h"

#define LOOK_MS   1000
#define RISE_MS   5000
#define STEPS_MAX 20
#define BACK_MAX  20 /* groups that come back at once */

/* Of a partition. */
struct ladder {
	int step;                      /* 0: the top */
	int64_t looked_ms, stepped_ms; /* clock_mono_ms() */
	int64_t back[BACK_MAX];        /* groups that may come back */
	size_t n_back;
};

static struct ladder ladders[CONV_PARTS];

static int64_t members_at(int step)
{
	int64_t n = mode_push_members() >> step;

	return n < conf.fanout.shed_members ? conf.fanout.shed_members : n;
}

static void take_step(const struct job *j, struct ladder *l, int by,
    int64_t lag_ms, int64_t now_ms)
{
	l->step += by;
	l->stepped_ms = now_ms;
	stat_add(STAT_FANOUT_SHED_STEPS, 1);
	log_info("fanout_shed_step",
	    "part=%d step=%d members=%" PRId64 " lag_ms=%" PRId64, j->partition,
	    l->step, members_at(l->step), lag_ms);
}

static void climb(const struct job *j, struct ladder *l, int64_t lag_ms,
    int64_t now_ms)
{
	int64_t max_ms = conf.fanout.shed_lag_ms;

	if (max_ms && lag_ms > max_ms && l->step < STEPS_MAX &&
	    members_at(l->step) > conf.fanout.shed_members)
		take_step(j, l, 1, lag_ms, now_ms);
	else if (l->step && lag_ms < max_ms / 4 &&
		 now_ms - l->stepped_ms >= RISE_MS)
		take_step(j, l, -1, lag_ms, now_ms);
}

static void turn(struct job *j, int64_t conv_id, enum conv_forced forced)
{
	struct error err;
	struct conv c;

	if (mode_turn(j->db, j->arena, conv_id, forced, &c, &err) < 0) {
		/* Somebody has ended it, or holds it: the next look tries. */
		log_info("fanout_shed", "conv_id=%" PRId64 " error=\"%s\"",
		    conv_id, err.detail);
		return;
	}
	if (forced == MODE_SHED)
		stat_add(STAT_FANOUT_SHED, 1);
	log_info("fanout_mode",
	    "conv_id=%" PRId64 " mode=%.*s members=%" PRId64 " why=%s", conv_id,
	    STR_ARG(str_word(CONV_MODES, c.mode)), c.member_count,
	    forced == MODE_SHED ? "lag" : "size");
}

/* Where the size alone says so, an operator may have changed the setting. */
static void turn_large(struct job *j, const struct ladder *l,
    const struct fanout_list *list)
{
	for (size_t i = 0; i < list->n_large; i++) {
		const struct fanout_conv *c = &list->large[i];

		if (c->log_mode == CONV_PULL || c->forced_mode != MODE_AUTO ||
		    c->dissolved_ms ||
		    (c->kind != CONV_GROUP && c->kind != CONV_CHANNEL))
			continue;
		if (c->member_count > mode_push_members())
			turn(j, c->conv_id, MODE_AUTO);
		else if (l->step && c->member_count > members_at(l->step))
			turn(j, c->conv_id, MODE_SHED);
	}
}

int shed_ready(struct job *j, uint64_t *parts, struct error *err)
{
	static int64_t looked_ms;
	int64_t now_ms = clock_mono_ms(), *ids;
	size_t n;

	if (now_ms - looked_ms < LOOK_MS)
		return 0;
	looked_ms = now_ms;
	if (mode_shed(j->db, j->arena,
		db_clock_ms(j->db) - conf.fanout.shed_s * 1000, BACK_MAX, &ids,
		&n, err) < 0)
		return -1;
	for (int p = 0; p < CONV_PARTS; p++)
		ladders[p].n_back = 0;
	for (size_t i = 0; i < n; i++) {
		int part = conv_part(ids[i]);
		struct ladder *l = &ladders[part];

		l->back[l->n_back++] = ids[i];
		*parts |= UINT64_C(1) << part;
	}
	return 0;
}

static void come_back(struct job *j, struct ladder *l)
{
	if (l->step)
		return;
	for (size_t i = 0; i < l->n_back; i++)
		turn(j, l->back[i], MODE_AUTO);
	l->n_back = 0;
}

void shed_look(struct job *j, const struct fanout_list *list)
{
	struct ladder *l = &ladders[j->partition];
	int64_t now_ms = clock_mono_ms(), lag_ms = 0, since_ms = INT64_MAX;

	if (now_ms - l->looked_ms < LOOK_MS)
		return;
	l->looked_ms = now_ms;
	for (size_t i = 0; i < list->n_small; i++)
		if (list->small[i].since_ms < since_ms)
			since_ms = list->small[i].since_ms;
	for (size_t i = 0; i < list->n_large; i++)
		if (list->large[i].since_ms < since_ms)
			since_ms = list->large[i].since_ms;
	if (since_ms != INT64_MAX)
		lag_ms = db_clock_ms(j->db) - since_ms;
	climb(j, l, lag_ms, now_ms);
	turn_large(j, l, list);
	come_back(j, l);
}
