/* Serving the members of small conversations with the sends. */
#include "message.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/err.h"
#include "base/stat.h"
#include "im/consumer/fanout_now.h"
#include "io/bus_queue.h"
#include "view/publish.h"
#include "view/publish_fanout.h"

/* Of the process: a node or memcached that does not answer holds up no send. */
static struct bus_queue *queue;

void message_server_init(void)
{
	queue = bus_queue_new();
}

void message_server_release(void)
{
	bus_queue_free(&queue);
}

/* What one connection of the appender works with. */
struct server {
	struct publisher publisher;
	struct fanout fanout; /* of the present transaction */
};

static void *server_open(struct db *db)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		die(EX_OSERR, "out of memory");
	s->publisher.db = db;
	return s;
}

static void server_close(void **serving)
{
	free(*serving);
	*serving = NULL;
}

static int server_serve(void *serving, struct arena *a,
    const struct append_news *news, bool *served, struct error *err)
{
	struct server *s = serving;

	if (fanout_now(s->publisher.db, a, news, fault_point, &s->fanout,
		served, err) < 0)
		return -1;
	fault_point("commit");
	return 0;
}

static void server_committed(void *serving, struct arena *a)
{
	struct bus_batch *b = bus_queue_take(queue);
	struct server *s = serving;

	fault_point("committed");
	s->publisher.a = a;
	b->frames = publish_fanout_frames(&s->publisher, &s->fanout, &b->a,
	    &b->n);
	bus_queue_put(queue, b);
	fault_point("published");
	stat_add(STAT_FANOUT_NOW, (int64_t)s->fanout.n_entries);
	stat_add(STAT_FANOUT_ROWS, (int64_t)s->fanout.n_rows);
}

const struct append_server message_server = {
	.open = server_open,
	.wants = fanout_now_wants,
	.close = server_close,
	.serve = server_serve,
	.committed = server_committed,
};
