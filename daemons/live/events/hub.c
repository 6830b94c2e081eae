#include "events/hub.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"
#include "net/idmap.h"
#include "presence/line.h"

static struct idmap users;
static int64_t n_open; /* WebSockets and event streams */

static void count(const struct conn *c, int n)
{
	if (c->kind == CONN_POLL)
		return;
	n_open += n;
	stat_set(STAT_LIVE_CONNECTIONS, n_open);
}

struct recipient *hub_find(int64_t user_id)
{
	return idmap_find(&users, user_id);
}

int64_t hub_user_id(const struct recipient *u)
{
	return u->user_id;
}

struct recipient *hub_add(struct conn *c, int64_t user_id, int64_t app_id)
{
	struct recipient *u = hub_find(user_id);

	if (!u) {
		u = calloc(1, sizeof(*u));
		if (!u)
			die(EX_OSERR, "out of memory");
		u->user_id = user_id;
		u->app_id = app_id;
		idmap_add(&users, user_id, u);
	}
	c->user = u;
	c->user_prev = NULL;
	c->user_next = u->first;
	if (u->first)
		u->first->user_prev = c;
	u->first = c;
	u->n_conns++;
	count(c, 1);
	presence_line_changed(u);
	return u;
}

void hub_remove(struct conn *c)
{
	struct recipient *u = c->user;

	if (c->user_prev)
		c->user_prev->user_next = c->user_next;
	else
		u->first = c->user_next;
	if (c->user_next)
		c->user_next->user_prev = c->user_prev;
	c->user = NULL;
	u->n_conns--;
	count(c, -1);
	presence_line_changed(u);
}

void hub_forget(struct recipient *u)
{
	BUG_ON(u->n_conns);
	deadline_clear(&u->refresh);
	deadline_clear(&u->offline);
	idmap_remove(&users, u->user_id);
	free(u);
}

size_t hub_user_count(void)
{
	return users.n;
}

bool hub_walk(size_t *at, size_t max, void (*fn)(struct recipient *u))
{
	for (; *at < users.cap && max; (*at)++) {
		if (!users.slots[*at].p)
			continue;
		fn(users.slots[*at].p);
		max--;
	}
	return *at < users.cap;
}
