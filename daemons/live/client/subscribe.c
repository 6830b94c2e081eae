#include "client/subscribe.h"

#include <stdlib.h>

#include "client/active.h"
#include "presence/watch.h"
#include "proto/server_frame.h"

struct subscribe {
	size_t n;
	int64_t users[WATCH_MAX];
};

static int pass_on(struct client *cl, const int64_t *users, size_t n,
    struct error *err)
{
	if (watch_subscribe(&cl->presence, users, n, err) < 0)
		return -1;
	active_get(cl)->subscribing = cl->presence.n_checks > 0;
	return 0;
}

static bool has(const struct subscribe *s, int64_t user)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->users[i] == user)
			return true;
	return false;
}

static int merge(struct client *cl, const int64_t *users, size_t n,
    struct error *err)
{
	struct active *active = active_get(cl);
	struct subscribe *s = active->subscribe;

	if ((s ? s->n : 0) + n > WATCH_MAX)
		return watch_too_many(err);
	if (!s)
		s = active->subscribe = calloc(1, sizeof(*s));
	if (!s)
		die(EX_OSERR, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (!has(s, users[i]))
			s->users[s->n++] = users[i];
	return 0;
}

int subscribe_add(struct client *cl, const int64_t *users, size_t n,
    struct error *err)
{
	if (active_get(cl)->subscribing)
		return merge(cl, users, n, err);
	return pass_on(cl, users, n, err);
}

void subscribe_remove(struct client *cl, const int64_t *users, size_t n)
{
	const struct active *active = active_of(cl);
	struct subscribe *s = active ? active->subscribe : NULL;

	watch_unsubscribe(&cl->presence, users, n);
	for (size_t i = 0; s && i < n; i++)
		for (size_t k = 0; k < s->n; k++)
			if (s->users[k] == users[i])
				s->users[k] = s->users[--s->n];
}

/* The one under way has been answered. */
static void on_watched(struct presence_conn *p)
{
	struct client *cl = client_of(&p->subscriber.http.conn);
	struct active *active = active_get(cl);
	struct subscribe *s = active->subscribe;
	struct error err;

	active->subscribing = false;
	active->subscribe = NULL;
	if (s && s->n && pass_on(cl, s->users, s->n, &err) < 0)
		server_frame_error(client_http(cl), &err, STR_NONE);
	free(s);
}

static void on_conn_close(struct conn *c)
{
	struct active *active = active_of(client_of(c));

	if (!active)
		return;
	free(active->subscribe);
	active->subscribe = NULL;
}

void subscribe_start(void)
{
	watch_on_answered(on_watched);
	conn_on_close(on_conn_close);
}
