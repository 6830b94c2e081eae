/*
 * push_try: lib/push as a program, for tests: a command in each line of its
 * input, a result in each line of its output, both JSON.
 *
 *   {"open": NAME, "provider": WORD, "credential": {}, "base": {}}
 *   {"send": NAME, "id": N, "to": {}, "notice": {}}
 *   {"check": NAME, "id": N}    authorization alone
 *   {"state": NAME}             room and pause
 *   {"close": NAME}
 *   {"ahead_ms": N}             the clock of the site, from now on
 *
 * Settings of [push] come from -o.  It ends with its input, once everything has
 * a result.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/program.h"
#include "io/json.h"
#include "io/json_writer.h"
#include "push/sender.h"

#define LINES_MAX 16
#define STEP_MS   20

static struct {
	struct push_sender *sender;
	struct push_line *lines[LINES_MAX];
	char *names[LINES_MAX];
} try;

static const struct program program = {
	.name = "push_try",
	.log_name = "push_try",
	.text = "Sends notices of its input to push providers.",
};

static void say(const struct buf *b)
{
	printf("%.*s\n", (int)b->len, b->p);
	fflush(stdout);
}

static void put_result(struct json_writer *w, const struct push_result *r)
{
	const struct push_outcome *o = &r->outcome;

	json_begin(w);
	json_put_int(w, "id", (int64_t)(intptr_t)r->own);
	json_put_str(w, "verdict", str_word(PUSH_VERDICTS, o->verdict + 1));
	json_put_int(w, "status", o->status);
	json_put_str(w, "reason", o->reason.p ? o->reason : STR(""));
	json_put_int(w, "retry_after_ms", o->retry_after_ms);
	json_put_int(w, "dead_since_ms", o->dead_since_ms);
	json_put_bool(w, "alarm", o->is_alarm);
	json_put_bool(w, "new_connection", o->is_new_connection);
	json_put_int(w, "attempt", r->attempt);
	json_put_int(w, "took_ms", r->took_ms);
	json_end(w);
}

static void on_result(void *arg, const struct push_result *r)
{
	struct json_writer w;
	struct buf b;

	(void)arg;
	buf_init(&b);
	json_writer_init(&w, &b);
	put_result(&w, r);
	say(&b);
	buf_release(&b);
}

static void answer(const char *key, struct str text, int64_t room,
    int64_t pause_ms)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_str(&w, key, text);
	json_put_int(&w, "room", room);
	json_put_int(&w, "pause_ms", pause_ms);
	json_end(&w);
	say(&b);
	buf_release(&b);
}

/* ---- commands ---- */

static size_t place_of(struct str name)
{
	for (size_t i = 0; i < LINES_MAX; i++)
		if (try.names[i] && str_is(name, try.names[i]))
			return i;
	die(EX_USAGE, "no line %.*s", STR_ARG(name));
}

static void open_line(struct arena *a, const json_t *v)
{
	const json_t *b = json_object_get(v, "base");
	struct push_base base = {
		.send = json_get_str(b, "send"),
		.sandbox = json_get_str(b, "sandbox"),
		.token = json_get_str(b, "token"),
	};
	struct str name = json_get_str(v, "open");
	const struct push_provider *p = push_provider(
	    (enum push_provider_id)str_place(PUSH_PROVIDERS,
		json_get_str(v, "provider")));
	struct error err;
	size_t i = 0;

	while (try.names[i])
		if (++i == LINES_MAX)
			die(EX_USAGE, "too many lines");
	if (!p)
		die(EX_USAGE, "no such provider");
	if (!b)
		base = push_origin(p->id);
	if (push_line_open(try.sender, p,
		json_dump(a, json_object_get(v, "credential")), &base,
		&try.lines[i], &err) < 0) {
		answer("field", str_of(err.field), 0, 0);
		return;
	}
	try.names[i] = strndup(name.p, name.len);
	answer("opened", name, (int64_t)push_line_room(try.lines[i]), 0);
}

static void submit(struct arena *a, const json_t *v)
{
	const json_t *to = json_object_get(v, "to"),
		     *n = json_object_get(v, "notice"),
		     *data = json_object_get(n, "data");
	struct push_address address = {
		.token = json_get_str(to, "token"),
		.kind = json_get_str(to, "kind"),
		.topic = json_get_str(to, "topic"),
		.is_sandbox = json_get_bool(to, "sandbox", false),
		.p256dh = json_get_str(to, "p256dh"),
		.auth = json_get_str(to, "auth"),
	};
	struct push_notice notice = {
		.id = json_get_str(n, "id"),
		.collapse = json_get_str(n, "collapse"),
		.is_silent = json_get_bool(n, "silent", false),
		.is_urgent = json_get_bool(n, "urgent", false),
		.title = json_get_str(n, "title"),
		.body = json_get_str(n, "body"),
		.badge = json_get_int(n, "badge", -1),
		.expires_ms = json_get_int(n, "expires_ms", 0),
		.data = data ? json_dump(a, data) : STR("{}"),
	};

	push_submit(try.lines[place_of(json_get_str(v, "send"))], &address,
	    &notice, (void *)(intptr_t)json_get_int(v, "id", 0));
}

static void do_command(struct arena *a, struct str line)
{
	struct error err;
	json_t *v;
	size_t i;

	if (json_parse(a, line, false, &v, &err) < 0)
		die(EX_DATAERR, "%s", err.detail);
	if (json_object_get(v, "open")) {
		open_line(a, v);
	} else if (json_object_get(v, "send")) {
		submit(a, v);
	} else if (json_object_get(v, "check")) {
		push_line_check(try.lines[place_of(json_get_str(v, "check"))],
		    (void *)(intptr_t)json_get_int(v, "id", 0));
	} else if (json_object_get(v, "state")) {
		i = place_of(json_get_str(v, "state"));
		answer("state", json_get_str(v, "state"),
		    (int64_t)push_line_room(try.lines[i]),
		    push_line_pause_ms(try.lines[i]));
	} else if (json_object_get(v, "close")) {
		i = place_of(json_get_str(v, "close"));
		push_line_close(&try.lines[i]);
		free(try.names[i]);
		try.names[i] = NULL;
	} else if (json_object_get(v, "ahead_ms")) {
		clock_site_learn(clock_now_ms() +
				     json_get_int(v, "ahead_ms", 0),
		    clock_boot_ms());
	} else {
		die(EX_DATAERR, "no such command");
	}
}

/* ---- the loop ---- */

/* False at the end of the input. */
static bool take_input(struct buf *in, struct arena *a)
{
	ssize_t n = read(STDIN_FILENO, buf_reserve(in, 65536), 65536);
	const char *end;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	buf_added(in, (size_t)n);
	while ((end = memchr(in->p, '\n', in->len))) {
		size_t len = (size_t)(end - in->p);

		do_command(a, (struct str){ in->p, len });
		arena_rewind(a);
		buf_drop(in, len + 1);
	}
	return n > 0;
}

static void wait_for_input(int timeout_ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	(void)poll(&fd, 1, timeout_ms);
}

int main(int argc, char **argv)
{
	struct command_line line;
	struct push_limits limits;
	struct arena a;
	struct buf in;
	bool open = true;

	program_parse(&program, argc, argv, NULL, &line);
	program_load(&line);
	crypto_init();
	signal(SIGPIPE, SIG_IGN);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	limits = push_limits();
	try.sender = push_sender_new(&limits, on_result, NULL);
	arena_init(&a);
	buf_init(&in);
	while (open || push_sender_busy(try.sender)) {
		if (open && !push_sender_busy(try.sender))
			wait_for_input(-1);
		open = open && take_input(&in, &a);
		push_sender_run(try.sender, STEP_MS);
	}
	push_sender_free(&try.sender);
	for (size_t i = 0; i < LINES_MAX; i++)
		free(try.names[i]);
	arena_release(&a);
	buf_release(&in);
	return 0;
}
