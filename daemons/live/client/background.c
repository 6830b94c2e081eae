#include "client/background.h"

#include <stdlib.h>

#include "base/err.h"
#include "client/active.h"
#include "presence/line.h"

#define SETTLE_MS 1000

/* After an announcement, until the next may follow. */
struct settle {
	struct client *client;
	bool background; /* as last wanted */
	struct deadline deadline;
};

static struct deadline_list settling;

static void announce(struct settle *s)
{
	struct client *cl = s->client;

	client_subscriber(cl)->background = s->background;
	presence_line_changed(client_subscriber(cl)->recipient);
	deadline_set(&settling, &s->deadline);
}

static struct settle *new_settle(struct client *cl)
{
	struct settle *s = calloc(1, sizeof(*s));

	if (!s)
		die(EX_OSERR, "out of memory");
	s->client = cl;
	return s;
}

static void forget(struct client *cl)
{
	struct active *active = active_of(cl);

	if (!active || !active->settle)
		return;
	deadline_clear(&active->settle->deadline);
	free(active->settle);
	active->settle = NULL;
}

static void on_settled(struct deadline *d)
{
	struct settle *s = CONTAINER_OF(d, struct settle, deadline);

	if (client_subscriber(s->client)->background == s->background)
		forget(s->client);
	else
		announce(s);
}

void background_set(struct client *cl, bool background)
{
	struct active *active = active_get(cl);

	if (active->settle) {
		active->settle->background = background;
	} else if (client_subscriber(cl)->background != background) {
		active->settle = new_settle(cl);
		active->settle->background = background;
		announce(active->settle);
	}
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	forget(client_of(c));
}

void background_start(uv_loop_t *loop)
{
	deadline_list_init(&settling, loop, SETTLE_MS, on_settled);
	conn_on_end(on_conn_end);
}
