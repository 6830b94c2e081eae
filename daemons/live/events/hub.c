#include "events/hub.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"
#include "net/idmap.h"

static struct idmap recipients;
static size_t recipient_size;
static void (*on_change)(struct recipient *r);
static void (*on_forget)(struct recipient *r);
static int64_t n_streams; /* WebSockets and event streams */

static void count(int n)
{
	n_streams += n;
	stat_set(STAT_LIVE_CONNECTIONS, n_streams);
}

void hub_count(struct subscriber *s)
{
	s->counted = true;
	count(1);
}

struct recipient *hub_find(int64_t user_id)
{
	return idmap_find(&recipients, user_id);
}

struct recipient *hub_add(struct subscriber *s, int64_t user_id)
{
	struct recipient *r = hub_find(user_id);

	if (!r) {
		r = calloc(1, recipient_size);
		if (!r)
			die(EX_OSERR, "out of memory");
		r->user_id = user_id;
		idmap_add(&recipients, user_id, r);
	}
	s->recipient = r;
	s->prev = NULL;
	s->next = r->first;
	if (r->first)
		r->first->prev = s;
	r->first = s;
	r->n_conns++;
	on_change(r);
	return r;
}

static void on_conn_close(struct conn *c)
{
	struct subscriber *s = subscriber_of(c);
	struct recipient *r = s->recipient;

	if (!r)
		return;
	if (s->prev)
		s->prev->next = s->next;
	else
		r->first = s->next;
	if (s->next)
		s->next->prev = s->prev;
	s->recipient = NULL;
	r->n_conns--;
	if (s->counted)
		count(-1);
	on_change(r);
}

void hub_forget(struct recipient *r)
{
	BUG_ON(r->n_conns);
	on_forget(r);
	idmap_remove(&recipients, r->user_id);
	free(r);
}

size_t hub_recipient_count(void)
{
	return recipients.n;
}

bool hub_walk(size_t *at, size_t max, void (*fn)(struct recipient *r))
{
	for (; *at < recipients.cap && max; (*at)++) {
		if (!recipients.slots[*at].p)
			continue;
		fn(recipients.slots[*at].p);
		max--;
	}
	return *at < recipients.cap;
}

void hub_on_change(void (*hook)(struct recipient *r))
{
	on_change = hook;
}

void hub_on_forget(void (*hook)(struct recipient *r))
{
	on_forget = hook;
}

void hub_start(size_t size)
{
	recipient_size = size;
	conn_on_close(on_conn_close);
}
