#include "client/active.h"

#include <stdlib.h>

#include "base/err.h"

struct active *active_get(struct client *cl)
{
	BUG_ON(!websocket_is(client_conn(cl)));
	if (cl->active)
		return cl->active;
	cl->active = calloc(1, sizeof(*cl->active));
	if (!cl->active)
		die(EX_OSERR, "out of memory");
	return cl->active;
}

static void drop(struct client *cl)
{
	free(cl->active);
	cl->active = NULL;
}

void active_tidy(struct client *cl)
{
	const struct active *a = active_of(cl);

	if (a && !a->requests && !a->ack && !a->settle && !a->subscribing &&
	    !a->n_bad)
		drop(cl);
}

/* After those of the other modules, which free what is in it. */
static void on_conn_close(struct conn *c)
{
	if (active_of(client_of(c)))
		drop(client_of(c));
}

void active_start(void)
{
	conn_on_close(on_conn_close);
}
