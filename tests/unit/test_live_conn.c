#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/conf.h"
#include "events/event.h"
#include "net/conn.h"
#include "net/out.h"
#include "proto/frame.h"

/* Embeds struct conn as an upper floor does. */
struct probe {
	struct http_conn http;
	int64_t zero;
};

static uv_loop_t loop;
static char story[256]; /* the calls, in order */
static size_t story_len;

static void note_n(const char *p, size_t n)
{
	assert_true(story_len + n + 2 <= sizeof(story));
	memcpy(story + story_len, p, n);
	story_len += n;
	story[story_len] = '\0';
}

static void note(const char *text)
{
	note_n(text, strlen(text));
}

static void lower_end(struct conn *c, const char *why)
{
	(void)c;
	note("e:");
	note(why);
	note(" ");
}

static void lower_close(struct conn *c)
{
	(void)c;
	note("c1 ");
}

static void upper_close(struct conn *c)
{
	assert_null(conn_find(c->id));
	note("c2 ");
}

static void bytes(struct conn *c, const char *p, size_t n)
{
	(void)c;
	note_n(p, n);
	note(" ");
}

static void drained(struct conn *c)
{
	(void)c;
	note("d ");
}

static bool finished(struct conn *c)
{
	(void)c;
	note("f ");
	return true;
}

#define PLAIN .conn = { .name = "plain", .bytes = bytes, .drained = drained }

static const struct http_ops plain = { PLAIN };
static const struct http_ops websocket = { PLAIN,
	.framing = &framing_websocket };
static const struct http_ops event_stream = { PLAIN,
	.framing = &framing_event_stream };
static const struct http_ops waiting = {
	.conn = { .name = "waiting", .finished = finished }
};

static struct probe *open_probe(const struct http_ops *ops, int *peer)
{
	struct conn *c = conn_new();
	int fds[2];

	story[story_len = 0] = '\0';
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
			     fds),
	    0);
	assert_int_equal(uv_tcp_init(&loop, &c->io.tcp), 0);
	assert_int_equal(uv_tcp_open(&c->io.tcp, fds[0]), 0);
	c->io.handle.data = c;
	c->ops = &ops->conn;
	c->state = CONN_OPEN;
	*peer = fds[1];
	conn_read_start(c);
	return (struct probe *)(void *)c;
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static struct str received(int peer)
{
	static char text[8192];
	ssize_t n;

	turn();
	n = read(peer, text, sizeof(text));
	assert_true(n >= 0);
	return (struct str){ text, (size_t)n };
}

static void assert_received(int peer, const char *text, size_t len)
{
	struct str got = received(peer);

	assert_int_equal(got.len, len);
	assert_memory_equal(got.p, text, len);
}

static void reading(void **state)
{
	struct probe *p;
	int peer;

	(void)state;
	p = open_probe(&plain, &peer);
	assert_int_equal(p->zero, 0);
	assert_ptr_equal(conn_find(p->http.conn.id), p);
	assert_int_equal(write(peer, "abc", 3), 3);
	turn();
	assert_string_equal(story, "abc ");
	conn_read_pause(&p->http.conn, CONN_PAUSE_PACE);
	assert_int_equal(write(peer, "x", 1), 1);
	turn();
	assert_string_equal(story, "abc ");
	conn_read_resume(&p->http.conn, CONN_PAUSE_PACE);
	turn();
	assert_string_equal(story, "abc x ");
	close(peer);
	turn();
	assert_string_equal(story, "abc x e:gone c2 c1 ");
	assert_int_equal(conn_count(), 0);
}

/* Hooks are called once, even if the connection is closed again. */
static void closing(void **state)
{
	struct probe *p;
	uint64_t id;
	int peer;

	(void)state;
	p = open_probe(&plain, &peer);
	id = p->http.conn.id;
	conn_close(&p->http.conn, "why");
	conn_close(&p->http.conn, "again");
	conn_finish(&p->http.conn, "again");
	assert_string_equal(story, "e:why ");
	assert_null(conn_find(id));
	assert_int_equal(conn_count(), 1);
	turn();
	assert_string_equal(story, "e:why c2 c1 ");
	assert_int_equal(conn_count(), 0);
	close(peer);
	/* The slot is reused, the id is not. */
	p = open_probe(&plain, &peer);
	assert_int_equal(p->http.conn.id & 0xfffff, id & 0xfffff);
	assert_true(p->http.conn.id != id);
	assert_null(conn_find(id));
	conn_close(&p->http.conn, "end");
	turn();
	close(peer);
}

/* A write detects that the peer has gone. */
static void gone_while_writing(void **state)
{
	struct probe *p;
	int peer;

	(void)state;
	p = open_probe(&plain, &peer);
	conn_read_pause(&p->http.conn, CONN_PAUSE_PACE);
	close(peer);
	for (int i = 0; i < 3; i++)
		assert_true(out_put(&p->http.conn, OUT_PLAIN, "x", 1, NULL, 0));
	assert_int_equal(p->http.conn.state, CONN_CLOSED);
	turn();
	assert_string_equal(story, "e:gone c2 c1 ");
}

static void finishing(void **state)
{
	struct probe *p;
	int peer;
	char byte;

	(void)state;
	p = open_probe(&plain, &peer);
	out_put(&p->http.conn, OUT_PLAIN, "last", 4, NULL, 0);
	conn_finish(&p->http.conn, "done");
	conn_finish(&p->http.conn, "again");
	assert_int_equal(p->http.conn.state, CONN_CLOSING);
	assert_received(peer, "last", 4);
	/* This side has shut down, and waits for the other one. */
	assert_int_equal(received(peer).len, 0);
	assert_string_equal(story, "e:done ");
	close(peer);
	turn();
	assert_string_equal(story, "e:done c2 c1 ");

	/* A kind with its own closing handshake keeps its side open. */
	p = open_probe(&waiting, &peer);
	conn_finish(&p->http.conn, "done");
	turn();
	assert_int_equal(read(peer, &byte, 1), -1);
	assert_string_equal(story, "e:done f ");
	close(peer);
	turn();
	assert_string_equal(story, "e:done f c2 c1 ");
}

/* While answers are pending, output is written at the end of the turn. */
static void gathering(void **state)
{
	struct probe *p;
	int peer;
	char c;

	(void)state;
	p = open_probe(&plain, &peer);
	p->http.conn.n_pending = 1;
	out_put(&p->http.conn, OUT_PLAIN, "a", 1, NULL, 0);
	out_put(&p->http.conn, OUT_PLAIN, "b", 1, NULL, 0);
	assert_int_equal(read(peer, &c, 1), -1);
	assert_received(peer, "ab", 2);
	assert_string_equal(story, "d ");
	conn_close(&p->http.conn, "end");
	turn();
	close(peer);
}

/* ---- frames and events ---- */

#define OBJECT "{\"user_index\":7,\"type\":\"x\"}"

static void events_of(const struct http_ops *ops, const char *durable,
    const char *ephemeral, const char *object)
{
	struct chunk *chunk = event_chunk(STR("\"type\":\"x\""));
	struct str members = event_members(chunk);
	struct probe *p;
	int peer;

	p = open_probe(ops, &peer);
	assert_true(str_is(members, "\"type\":\"x\""));
	assert_true(event_put(&p->http, 7, chunk));
	assert_received(peer, durable, strlen(durable));
	assert_true(event_put(&p->http, 0, chunk));
	assert_received(peer, ephemeral, strlen(ephemeral));
	event_put_object(&p->http, 7, STR(OBJECT));
	assert_received(peer, object, strlen(object));
	assert_int_equal(chunk->refs, 1);
	chunk_unref(&chunk);
	conn_close(&p->http.conn, "end");
	turn();
	close(peer);
}

static void events(void **state)
{
	(void)state;
	events_of(&websocket, "\x81\x25{\"event\":" OBJECT "}",
	    "\x81\x16{\"event\":{\"type\":\"x\"}}",
	    "\x81\x25{\"event\":" OBJECT "}");
	events_of(&event_stream, "id: 7\ndata: {\"event\":" OBJECT "}\n\n",
	    "data: {\"event\":{\"type\":\"x\"}}\n\n",
	    "id: 7\ndata: {\"event\":" OBJECT "}\n\n");
}

/* A short text is sent without a chunk; the bytes are the same. */
static void frames(void **state)
{
	char text[300];
	struct probe *p;
	int peer;

	(void)state;
	memset(text, 'x', sizeof(text));
	p = open_probe(&plain, &peer);
	frame_send(&p->http, STR("nowhere"));
	for (size_t len = 1; len < sizeof(text); len++) {
		struct str s = { text, len }, got;
		size_t head = len < 126 ? 2 : 4;

		p->http.conn.ops = &websocket.conn;
		frame_send(&p->http, s);
		got = received(peer);
		assert_int_equal(got.len, head + len);
		assert_memory_equal(got.p + head, text, len);

		p->http.conn.ops = &event_stream.conn;
		frame_send(&p->http, s);
		got = received(peer);
		assert_int_equal(got.len, 6 + len + 2);
		assert_memory_equal(got.p, "data: ", 6);
		assert_memory_equal(got.p + 6, text, len);
		assert_memory_equal(got.p + 6 + len, "\n\n", 2);
	}
	conn_close(&p->http.conn, "end");
	turn();
	close(peer);
}

static void longest_index(void **state)
{
	char digits[32] = "";

	(void)state;
	assert_int_equal(frame_put_int(digits, INT64_MAX), 19);
	assert_string_equal(digits, "9223372036854775807");
	memset(digits, 0, sizeof(digits));
	assert_int_equal(frame_put_int(digits, 0), 1);
	assert_string_equal(digits, "0");
}

static int start(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	conf.live.output_max = 65536;
	uv_loop_init(&loop);
	out_start(&loop);
	conn_start(&loop, sizeof(struct probe));
	conn_on_end(lower_end);
	conn_on_close(lower_close);
	conn_on_close(upper_close);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(closing),
		cmocka_unit_test(gone_while_writing),
		cmocka_unit_test(finishing),
		cmocka_unit_test(gathering),
		cmocka_unit_test(events),
		cmocka_unit_test(frames),
		cmocka_unit_test(longest_index),
	};

	return cmocka_run_group_tests_name("live_conn", tests, start, NULL);
}
