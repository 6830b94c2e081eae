#include "im/push/decide.h"

#include <stddef.h>

#include "base/zone.h"
#include "im/conv/entry.h"
#include "im/user/chat.h"

/* ---- the questions ---- */

static bool no_kind(const struct push_facts *f)
{
	return f->kind != ENTRY_MESSAGE;
}

static bool no_silent(const struct push_facts *f)
{
	return f->flags & ENTRY_SILENT;
}

static bool no_no_unread(const struct push_facts *f)
{
	return f->flags & ENTRY_NO_UNREAD;
}

static bool no_gone(const struct push_facts *f)
{
	return f->is_gone;
}

static bool no_late(const struct push_facts *f)
{
	return f->now_ms - f->sent_ms >= f->expiry_ms;
}

static bool no_not_member(const struct push_facts *f)
{
	return !f->is_member || f->conv_index < f->joined_index;
}

static bool no_own(const struct push_facts *f)
{
	return f->sender_id == f->user_id;
}

static bool no_blocked(const struct push_facts *f)
{
	return f->is_blocked;
}

static bool no_disabled(const struct push_facts *f)
{
	return f->is_disabled;
}

static bool no_unregistered(const struct push_facts *f)
{
	return !f->is_registered;
}

static bool no_no_credential(const struct push_facts *f)
{
	return !f->has_credential;
}

static bool no_paused(const struct push_facts *f)
{
	return !f->is_enabled;
}

static bool no_quiet_type(const struct push_facts *f)
{
	return f->type >= 1 && f->type < MESSAGE_TYPE_MAX &&
	       (f->quiet_types >> (f->type - 1) & 1);
}

static bool no_failing(const struct push_facts *f)
{
	return f->is_failing;
}

static bool no_notify_none(const struct push_facts *f)
{
	return f->notify == NOTIFY_NONE;
}

static bool no_notify_mentions(const struct push_facts *f)
{
	return f->notify == NOTIFY_MENTIONS && !f->mentions;
}

static bool no_muted(const struct push_facts *f)
{
	return f->muted_until_ms > f->now_ms && !f->mentions;
}

static bool no_dnd(const struct push_facts *f)
{
	return push_is_dnd(&f->dnd, f->now_ms);
}

static bool no_read(const struct push_facts *f)
{
	return f->read_index >= f->conv_index;
}

/* A device in the background may have it on a desk while its owner is away. */
static bool no_acked(const struct push_facts *f)
{
	return f->is_foreground && f->delivered_index >= f->conv_index;
}

static bool no_dead(const struct push_facts *f)
{
	return f->is_dead;
}

/* ---- the table ---- */

enum { M = PUSH_OF_MESSAGE, R = PUSH_OF_REMINDER, T = PUSH_OF_TEST };

struct question {
	const char *name, *text;
	int of; /* enum push_what */
	enum push_decision outcome;
	bool (*says_no)(const struct push_facts *f);
};

static const struct question questions[] = {
	[PUSH_GO] = { "", "It is pushed.", 0, PUSH_SEND, NULL },
#define R(symbol, name, of, outcome, text) \
	[PUSH_NO_##symbol] = { #name, text, of, PUSH_##outcome, no_##name },
#include "im/push/push_reason.def"
#undef R
};

enum push_reason push_decide(const struct push_facts *f)
{
	for (int r = PUSH_GO + 1; r < PUSH_REASON_END; r++)
		if ((questions[r].of & (int)f->what) && questions[r].says_no(f))
			return r;
	return PUSH_GO;
}

const char *push_reason_name(enum push_reason r)
{
	return questions[r].name;
}

const char *push_reason_text(enum push_reason r)
{
	return questions[r].text;
}

enum push_decision push_reason_outcome(enum push_reason r)
{
	return questions[r].outcome;
}

/* ---- do not disturb ---- */

static bool has_day(const struct dnd *d, int day)
{
	return d->days >> day & 1;
}

/*
 * By the clock on the wall: hours that a change of time skips are not there,
 * and those that it repeats count twice.  A night belongs to the day on which
 * it begins.
 */
bool push_is_dnd(const struct dnd *d, int64_t now_ms)
{
	struct zone_time t;

	if (!d->tz.p || !zone_time(d->tz, now_ms, &t))
		return false;
	if (d->from < d->to)
		return has_day(d, t.weekday) && t.minute >= d->from &&
		       t.minute < d->to;
	return (has_day(d, t.weekday) && t.minute >= d->from) ||
	       (has_day(d, (t.weekday + 6) % 7) && t.minute < d->to);
}
