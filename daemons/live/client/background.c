#include "client/background.h"

#include "presence/line.h"

#define SETTLE_MS 1000

static struct deadline_list settling;

static void announce(struct client *cl)
{
	if (cl->presence.background == cl->wants_background)
		return;
	cl->presence.background = cl->wants_background;
	presence_line_changed(client_subscriber(cl)->recipient);
	deadline_set(&settling, &cl->settle);
}

static void on_settled(struct deadline *d)
{
	announce(CONTAINER_OF(d, struct client, settle));
}

void background_set(struct client *cl, bool background)
{
	cl->wants_background = background;
	if (!deadline_is_set(&cl->settle))
		announce(cl);
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	deadline_clear(&client_of(c)->settle);
}

void background_start(uv_loop_t *loop)
{
	deadline_list_init(&settling, loop, SETTLE_MS, on_settled);
	conn_on_end(on_conn_end);
}
