/*
 * sends -u URL [-l URL] [-a APP] [-f FILE] [-p PID] [-n CONNECTIONS]
 *       [-w WINDOW] [-t SECONDS] MODE
 *   http     each connection sends, waits for the answer, and sends again
 *   ws       the same over WebSocket, WINDOW requests under way at a time
 *   one      http, by two people to one conversation
 *   seen     one message at a time: latency of the answer and of the event
 *   pairs    WebSocket: the next message when the last is answered and seen
 *   wide     many idle WebSockets; a message to all of them; at im-live (-l)
 *   groups   WebSocket: messages to groups, until all members have them
 *   history  pages of 50 of a long conversation
 *   sync     cold starts of a user with many chats
 *   prepare  creates what the other modes need
 *   cpu, memory   CPU time and memory of the stack's processes
 * -f keeps the people and their sessions between runs.  -p is the stack's
 * runsvdir; with it the CPU time of its services is printed, too.
 */
#include "sends.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

static int ascending(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

uint32_t percentile(uint32_t *samples, size_t n, double share)
{
	if (n == 0)
		return 0;
	qsort(samples, n, sizeof(*samples), ascending);
	return samples[(size_t)((double)(n - 1) * share)];
}

static int number(const char *s, int max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end != '\0' || n < 1 || n > max)
		die(EX_USAGE, "%s: 1 to %d", s, max);
	return (int)n;
}

static int usage(void)
{
	fputs("usage: sends -u URL [-l URL] [-a APP] [-f FILE] [-p PID]\n"
	      "             [-n CONNECTIONS] [-w WINDOW] [-t SECONDS] MODE\n"
	      "       sends -p PID cpu|memory\n"
	      "modes: http ws one seen pairs wide groups history sync "
	      "prepare\n",
	    stderr);
	return EX_USAGE;
}

static void prepare_run(const struct options *o, struct arena *a)
{
	static struct person people[PEOPLE_MAX];
	int64_t conv_ids[GROUPS];

	people_make(o, a, people, GROUP_SIZE, CONVS_MAX);
	story_conv(o, a, people);
	story_chats(o, a, people, GROUP_SIZE);
	story_groups(o, a, people, conv_ids);
}

static const struct mode {
	const char *name;
	void (*run)(const struct options *o, struct arena *a);
	enum load_kind kind; /* for modes without a function */
	bool has_window;
} modes[] = {
	{ "http", NULL, LOAD_HTTP, false },
	{ "ws", NULL, LOAD_WS, true },
	{ "one", NULL, LOAD_ONE, false },
	{ "groups", NULL, LOAD_GROUPS, true },
	{ "history", NULL, LOAD_HISTORY, false },
	{ "sync", NULL, LOAD_SYNC, false },
	{ "seen", seen_run, LOAD_HTTP, false },
	{ "pairs", pairs_run, LOAD_WS, false },
	{ "wide", wide_run, LOAD_WS, false },
	{ "prepare", prepare_run, LOAD_HTTP, false },
};

static int run(struct options *o, const char *name)
{
	const struct mode *m = modes;
	struct arena arena;

	while (strcmp(m->name, name) != 0)
		if (++m == modes + sizeof(modes) / sizeof(modes[0]))
			return usage();
	/* The other modes have one request under way per connection. */
	if (!m->has_window)
		o->window = 1;
	if (m->run != wide_run && o->connections > PEOPLE_MAX)
		die(EX_USAGE, "at most %d connections", PEOPLE_MAX);
	arena_init(&arena);
	if (m->run)
		m->run(o, &arena);
	else
		load_run(o, &arena, m->kind);
	proc_self(o->root, "end");
	arena_release(&arena);
	return 0;
}

static int look(const struct options *o, const char *name)
{
	if (o->root == 0)
		return usage();
	if (strcmp(name, "cpu") == 0)
		proc_cpu(o->root, "end");
	else if (strcmp(name, "memory") == 0)
		proc_memory(o->root);
	else
		return usage();
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .app = "demo",
		.connections = 1,
		.window = 1,
		.seconds = 4 };
	const char *url = NULL, *live_url = NULL;
	int c;

	log_init("sends", LOG_INFO);
	while ((c = getopt(argc, argv, "a:f:l:n:p:t:u:w:")) != -1) {
		if (c == 'a')
			o.app = optarg;
		else if (c == 'f')
			o.people_file = optarg;
		else if (c == 'l')
			live_url = optarg;
		else if (c == 'n')
			o.connections = number(optarg, 100000);
		else if (c == 'p')
			o.root = number(optarg, INT32_MAX);
		else if (c == 't')
			o.seconds = number(optarg, 3600);
		else if (c == 'u')
			url = optarg;
		else if (c == 'w')
			o.window = number(optarg, 64);
		else
			return usage();
	}
	if (argc - optind != 1)
		return usage();
	if (!url)
		return look(&o, argv[optind]);
	target_parse(&o.target, url);
	target_parse(&o.live, live_url ? live_url : url);
	return run(&o, argv[optind]);
}
