#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/bus.h"
#include "io/bus_queue.h"
#include "io/bus_wake.h"
#include "io/presence.h"
#include "io/run.h"
#include "memcached.h"

#define NODES 2

struct node {
	const char *path;
	int listener, fd;
	struct buf in;
};

struct fixture {
	struct memcached mc;
	struct arena arena;
	struct cache *cache;
	struct bus *bus;
	struct node nodes[NODES];
};

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	memcpy(sun.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char servers[300], nodes[300], run[300];
	const char *over[] = { servers, "cache.timeout_ms=5000", nodes, run };

	*state = f;
	arena_init(&f->arena);
	if (memcached_open(&f->mc) < 0)
		return -1;
	for (int i = 0; i < NODES; i++) {
		f->nodes[i].path =
		    arena_printf(&f->arena, "%s/%d.bus", f->mc.dir, i).p;
		f->nodes[i].listener = listen_at(f->nodes[i].path);
		f->nodes[i].fd = -1;
		buf_init(&f->nodes[i].in);
	}
	snprintf(servers, sizeof(servers), "cache.servers=%s", f->mc.path);
	snprintf(nodes, sizeof(nodes), "bus.nodes=n0=%s,n1=%s",
	    f->nodes[0].path, f->nodes[1].path);
	snprintf(run, sizeof(run), "run.dir=%s", f->mc.dir);
	conf_load("/dev/null", over, 4);
	f->cache = cache_new();
	f->bus = bus_new(f->cache);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	bus_free(&f->bus);
	cache_free(&f->cache);
	for (int i = 0; i < NODES; i++) {
		close(f->nodes[i].listener);
		close(f->nodes[i].fd);
		unlink(f->nodes[i].path);
		buf_release(&f->nodes[i].in);
	}
	memcached_close(&f->mc);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

/* The next frame that the node receives; type 0 if none arrives. */
static struct bus_frame receive(struct fixture *f, int i, int ms)
{
	struct node *n = &f->nodes[i];
	struct bus_frame frame = { 0 };
	int64_t until = clock_mono_ms() + ms;

	do {
		char *copy = arena_memdup(&f->arena, n->in.p, n->in.len);
		int64_t used = bus_decode(&f->arena, copy, n->in.len, &frame);
		ssize_t got = 0;

		assert_true(used >= 0);
		if (used > 0) {
			buf_drop(&n->in, (size_t)used);
			return frame;
		}
		if (n->fd < 0 && readable(n->listener, 0))
			n->fd = accept(n->listener, NULL, NULL);
		if (n->fd < 0 || !readable(n->fd, 5)) {
			clock_sleep_ms(1);
			continue;
		}
		got = read(n->fd, buf_reserve(&n->in, 65536), 65536);
		if (got > 0) {
			buf_added(&n->in, (size_t)got);
		} else {
			/* What is cut off goes with its connection. */
			close(n->fd);
			n->fd = -1;
			buf_clear(&n->in);
		}
	} while (clock_mono_ms() < until);
	return (struct bus_frame){ 0 };
}

static void codec(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 10 }, { INT64_MAX, 0 } };
	struct bus_frame in = { .type = BUS_EVENT,
		.to = to,
		.n_to = 2,
		.body = STR("\"type\":\"x\"") },
			 out;
	struct buf b;

	buf_init(&b);
	bus_encode(&b, &in);
	assert_int_equal(b.len, BUS_HEAD_LEN + 32 + in.body.len);
	assert_int_equal(get_u32(b.p), b.len - 4);
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(bus_decode(&f->arena, b.p, n, &out), 0);
	buf_cstr(&b, "rest");
	assert_int_equal(bus_decode(&f->arena, b.p, b.len, &out), b.len - 4);
	assert_int_equal(out.type, BUS_EVENT);
	assert_int_equal(out.n_to, 2);
	assert_int_equal(out.to[0].user_index, 10);
	assert_true(out.to[1].user_id == INT64_MAX);
	assert_true(str_eq(out.body, in.body));

	b.p[4] = 2; /* another version */
	assert_int_equal(bus_decode(&f->arena, b.p, b.len, &out), -1);
	b.p[4] = 1;
	b.p[8] = 3; /* more recipients than fit into the frame */
	assert_int_equal(bus_decode(&f->arena, b.p, b.len, &out), -1);
	b.p[8] = 2;
	b.p[11] = (char)0xff;
	assert_int_equal(bus_decode(&f->arena, b.p, b.len, &out), -1);
	b.p[11] = 0;
	b.p[3] = 0x7f; /* far too long */
	assert_int_equal(bus_decode(&f->arena, b.p, 4, &out), -1);
	buf_release(&b);

	buf_init(&b);
	in = (struct bus_frame){ .type = BUS_PRESENCE,
		.to = NULL,
		.n_to = 0,
		.body = STR("") };
	bus_encode(&b, &in);
	assert_int_equal(bus_decode(&f->arena, b.p, b.len, &out), BUS_HEAD_LEN);
	assert_int_equal(out.n_to, 0);
	buf_release(&b);
}

static void mark_all(struct fixture *f)
{
	assert_true(presence_mark(f->cache, STR("n0")));
	assert_true(presence_mark(f->cache, STR("n1")));
}

static void to_those_who_hold_them(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 3, 30 }, { 1, 10 }, { 2, 20 } };
	const struct bus_to to2[] = { { 1, 11 } };
	const struct bus_frame frames[] = {
		{ .type = BUS_EVENT,
		    .to = to,
		    .n_to = 3,
		    .body = STR("first") },
		{ .type = BUS_EVENT,
		    .to = to2,
		    .n_to = 1,
		    .body = STR("second") },
	};
	const struct presence_node n0 = { STR("n0"), 1 }, n1 = { STR("n1"), 1 };
	struct bus_frame got;

	mark_all(f);
	presence_set(f->cache, &f->arena, 1, &n0, PRESENCE_ONLINE, STR("web"));
	presence_set(f->cache, &f->arena, 2, &n0, PRESENCE_AWAY, STR("web"));
	presence_set(f->cache, &f->arena, 2, &n1, PRESENCE_ONLINE, STR("web"));
	bus_publish_all(f->bus, &f->arena, frames, 2);

	got = receive(f, 0, PATIENCE_MS);
	assert_true(str_is(got.body, "first"));
	assert_int_equal(got.n_to, 2);
	assert_int_equal(got.to[0].user_id, 1);
	assert_int_equal(got.to[0].user_index, 10);
	assert_int_equal(got.to[1].user_id, 2);
	got = receive(f, 0, PATIENCE_MS);
	assert_true(str_is(got.body, "second"));
	assert_int_equal(receive(f, 0, 20).type, 0);

	got = receive(f, 1, PATIENCE_MS);
	assert_int_equal(got.n_to, 1);
	assert_int_equal(got.to[0].user_id, 2);
	assert_int_equal(receive(f, 1, 20).type, 0);
}

static void unmarked_gets_everything(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 10 } };
	const struct bus_frame frame = { .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = STR("x") };

	assert_true(presence_mark(f->cache, STR("n1")));
	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(receive(f, 0, PATIENCE_MS).n_to, 1);
	assert_int_equal(receive(f, 1, 20).type, 0);
	memcached_kill(&f->mc);
	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(receive(f, 0, PATIENCE_MS).n_to, 1);
	assert_int_equal(receive(f, 1, PATIENCE_MS).n_to, 1);
}

static void broadcasts(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 0 } };
	const struct bus_frame frame = { .type = BUS_SESSION_END,
		.to = to,
		.n_to = 1,
		.body = STR("x") };

	mark_all(f);
	bus_broadcast(f->bus, &frame);
	for (int i = 0; i < NODES; i++)
		assert_int_equal(receive(f, i, PATIENCE_MS).type,
		    BUS_SESSION_END);
}

static void splits_crowds(void **state)
{
	struct fixture *f = *state;
	enum { N = 10000 };
	struct bus_to *to = ARENA_ARRAY(&f->arena, N, struct bus_to);
	const struct bus_frame frame = { .type = BUS_EVENT,
		.to = to,
		.n_to = N,
		.body = STR("x") };
	size_t n = 0;

	memcached_kill(&f->mc);
	for (int i = 0; i < N; i++)
		to[i] = (struct bus_to){ i + 1, i + 1 };
	bus_publish(f->bus, &f->arena, &frame);
	while (n < N) {
		struct bus_frame got = receive(f, 0, PATIENCE_MS);

		assert_int_equal(got.type, BUS_EVENT);
		for (size_t i = 0; i < got.n_to; i++)
			assert_int_equal(got.to[i].user_id, ++n);
	}
	assert_int_equal(n, N);
}

static void node_restarts(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 10 } };
	const struct bus_frame frame = { .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = STR("x") };
	int64_t dropped = stat_get(STAT_BUS_DROPPED), until = 0;
	struct bus_frame got = { 0 };

	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(receive(f, 0, PATIENCE_MS).n_to, 1);
	close(f->nodes[0].fd);
	f->nodes[0].fd = -1;
	/* The closed connection is detected before a frame is lost. */
	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(receive(f, 0, PATIENCE_MS).n_to, 1);
	assert_int_equal(stat_get(STAT_BUS_DROPPED), dropped);

	close(f->nodes[0].fd);
	close(f->nodes[0].listener);
	f->nodes[0].fd = -1;
	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(stat_get(STAT_BUS_DROPPED), dropped + 1);
	f->nodes[0].listener = listen_at(f->nodes[0].path);
	while (!got.n_to && patient(&until)) {
		bus_publish(f->bus, &f->arena, &frame);
		got = receive(f, 0, 10);
	}
	assert_int_equal(got.n_to, 1);
}

/* A node that does not read holds nobody up, and gets no half frame. */
static void node_hangs(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 10 } };
	size_t len = 500000;
	const struct bus_frame big = { .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = { arena_alloc(&f->arena, len), len } };
	const struct bus_frame small = { .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = STR("small") };
	int64_t dropped = stat_get(STAT_BUS_DROPPED), until = 0;
	struct bus_frame got = { 0 };

	memcached_kill(&f->mc);
	for (int i = 0; i < 10; i++)
		bus_publish(f->bus, &f->arena, &big);
	/* None of them could be sent to the end, to either node. */
	assert_int_equal(stat_get(STAT_BUS_DROPPED), dropped + 20);
	/* The node now reads the truncated frame, then EOF. */
	f->nodes[0].fd = accept(f->nodes[0].listener, NULL, NULL);
	while (read(f->nodes[0].fd, buf_reserve(&f->nodes[0].in, 65536),
		   65536) > 0)
		;
	close(f->nodes[0].fd);
	f->nodes[0].fd = -1;
	while (!str_is(got.body, "small") && patient(&until)) {
		bus_publish(f->bus, &f->arena, &small);
		got = receive(f, 0, 10);
	}
	assert_true(str_is(got.body, "small"));
}

static void too_big_is_dropped(void **state)
{
	struct fixture *f = *state;
	const struct bus_to to[] = { { 1, 10 } };
	size_t len = BUS_FRAME_MAX;
	const struct bus_frame frames[] = {
		{ .type = BUS_EVENT,
		    .to = to,
		    .n_to = 1,
		    .body = { arena_alloc(&f->arena, len), len } },
		{ .type = BUS_EVENT,
		    .to = to,
		    .n_to = 1,
		    .body = STR("small") },
	};
	int64_t dropped = stat_get(STAT_BUS_DROPPED);

	memcached_kill(&f->mc);
	bus_publish_all(f->bus, &f->arena, frames, 2);
	bus_broadcast(f->bus, &frames[0]);
	assert_true(stat_get(STAT_BUS_DROPPED) > dropped);
	assert_true(str_is(receive(f, 0, PATIENCE_MS).body, "small"));
}

static void over_tcp(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	char nodes[64];
	const char *over[] = { nodes, "cache.servers=" };
	const struct bus_to to[] = { { 1, 10 } };
	const struct bus_frame frame = { .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = STR("x") };

	close(f->nodes[0].listener);
	f->nodes[0].listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bind(f->nodes[0].listener, (struct sockaddr *)&sin, len);
	listen(f->nodes[0].listener, 4);
	getsockname(f->nodes[0].listener, (struct sockaddr *)&sin, &len);
	snprintf(nodes, sizeof(nodes), "bus.nodes=n0=127.0.0.1:%d",
	    ntohs(sin.sin_port));
	conf_load("/dev/null", over, 2);
	bus_free(&f->bus);
	f->bus = bus_new(f->cache);
	bus_publish(f->bus, &f->arena, &frame);
	assert_int_equal(receive(f, 0, PATIENCE_MS).n_to, 1);
}

static void reads_nodes(void **state)
{
	struct bus_node nodes[BUS_NODES_MAX];
	const char *over[] = { "bus.nodes= a=/x , ,broken, b=[::1]:9,=c" };

	(void)state;
	conf_load("/dev/null", over, 1);
	assert_int_equal(bus_nodes(nodes), 2);
	assert_true(str_is(nodes[0].name, "a"));
	assert_true(str_is(nodes[0].address, "/x"));
	assert_true(str_is(nodes[1].name, "b"));
	assert_true(str_is(nodes[1].address, "[::1]:9"));
}

static void wakes(void **state)
{
	struct fixture *f = *state;
	int fd, newer;

	bus_wake("fanout"); /* no listener */
	fd = bus_wake_open("fanout");
	assert_true(fd >= 0);
	assert_int_equal(bus_wake_wait(fd, 0), 0);
	for (int i = 0; i < 1000; i++)
		bus_wake("fanout");
	assert_int_equal(bus_wake_wait(fd, PATIENCE_MS), 1);
	assert_int_equal(bus_wake_wait(fd, 10), 0);
	/* The newest worker takes over. */
	newer = bus_wake_open("fanout");
	assert_true(newer >= 0);
	bus_wake("fanout");
	assert_int_equal(bus_wake_wait(newer, PATIENCE_MS), 1);
	assert_int_equal(bus_wake_wait(fd, 0), 0);
	close(fd);
	close(newer);
	unlink(run_path(&f->arena, RUN_WAKE, "fanout", ".wake").p);
	rmdir(run_path(&f->arena, RUN_WAKE, "", "").p);
	assert_int_equal(bus_wake_wait(-1, 10), 0);
}

#define PUTTERS 3
#define PUT     300 /* batches of each */

struct putter {
	struct bus_queue *queue;
	int64_t user_id;
};

static void put(struct bus_queue *q, int64_t user_id, int64_t user_index)
{
	struct bus_batch *b = bus_queue_take(q);
	struct bus_to *to = ARENA_NEW(&b->a, struct bus_to);

	*to = (struct bus_to){ user_id, user_index };
	b->frames = ARENA_NEW(&b->a, struct bus_frame);
	b->frames[0] = (struct bus_frame){ .type = BUS_EVENT,
		.to = to,
		.n_to = 1,
		.body = arena_printf(&b->a, "\"at\":%d", (int)user_index) };
	b->n = 1;
	bus_queue_put(q, b);
}

static void *put_all(void *arg)
{
	const struct putter *p = arg;

	for (int i = 1; i <= PUT; i++)
		put(p->queue, p->user_id, i);
	return NULL;
}

/* Nobody is marked, so each node gets everything. */
static void queued_in_order(void **state)
{
	struct fixture *f = *state;
	struct putter putters[PUTTERS];
	pthread_t threads[PUTTERS];
	int64_t last[PUTTERS] = { 0 };
	struct bus_queue *q = bus_queue_new();

	for (int i = 0; i < PUTTERS; i++) {
		putters[i] = (struct putter){ q, i };
		assert_int_equal(pthread_create(&threads[i], NULL, put_all,
				     &putters[i]),
		    0);
	}
	for (int i = 0; i < PUTTERS * PUT; i++) {
		struct bus_frame got = receive(f, 0, PATIENCE_MS);

		assert_int_equal(got.n_to, 1);
		assert_in_range(got.to[0].user_id, 0, PUTTERS - 1);
		assert_int_equal(got.to[0].user_index,
		    ++last[got.to[0].user_id]);
	}
	for (int i = 0; i < PUTTERS; i++)
		pthread_join(threads[i], NULL);
	bus_queue_free(&q);
	assert_null(q);
}

static void queue_ends_when_all_are_out(void **state)
{
	struct fixture *f = *state;
	struct bus_queue *q = bus_queue_new();

	bus_queue_free(&q); /* never used */
	q = bus_queue_new();
	for (int i = 1; i <= 20; i++)
		put(q, 1, i);
	bus_queue_put(q, bus_queue_take(q)); /* an empty one */
	bus_queue_free(&q);
	for (int i = 1; i <= 20; i++)
		assert_int_equal(receive(f, 1, PATIENCE_MS).to[0].user_index,
		    i);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(codec),
		TEST(to_those_who_hold_them),
		TEST(unmarked_gets_everything),
		TEST(broadcasts),
		TEST(splits_crowds),
		TEST(node_restarts),
		TEST(node_hangs),
		TEST(too_big_is_dropped),
		TEST(over_tcp),
		TEST(reads_nodes),
		TEST(wakes),
		TEST(queued_in_order),
		TEST(queue_ends_when_all_are_out),
	};

	/* The killed processes would cause warnings. */
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
