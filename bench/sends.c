/*
 * sends -u URL [-a APP] [-f FILE] [-p PID] [-c CONF] [-n CONNECTIONS]
 *       [-w WINDOW] [-t SECONDS] [-m MESSAGES] MODE
 *   http     each connection sends, waits for the answer, and sends again
 *   ws       the same over WebSocket, WINDOW requests under way at a time
 *   one      http, by two people to one conversation
 *   groups   WebSocket: messages to groups, until all members have them
 *   history  pages of 50 of a long conversation
 *   sync     cold starts of a user with many chats
 *   fill     sends batches until a conversation has MESSAGES
 *   ACT      send, batch, reply, edit, react, ... (sends_acts.c): what can be
 *            done to the messages that fill has sent
 *   prepare  creates what the other modes need, and CONNECTIONS people
 *   counters, memory   of the stack's processes so far
 * -f keeps the people and their sessions between runs.  -p is the stack's
 * runsvdir; with it the CPU time of its services is printed, too.  -c is a
 * configuration that names the stack's database; with it and -p commits and
 * binary log are printed, too.
 */
#include "sends.h"

#include <stdio.h>

#include "base/err.h"
#include "base/log.h"
#include "counters.h"
#include "proc.h"

static int usage(void)
{
	fputs("usage: sends -u URL [-a APP] [-f FILE] [-p PID] [-c CONF]\n"
	      "             [-n CONNECTIONS] [-w WINDOW] [-t SECONDS]\n"
	      "             [-m MESSAGES] MODE\n"
	      "       sends -p PID [-c CONF] counters|memory\n"
	      "modes: http ws one groups history sync prepare fill ACT\n",
	    stderr);
	return EX_USAGE;
}

static void prepare_run(const struct options *o, struct arena *a)
{
	static struct person people[PEOPLE_MAX];
	int64_t conv_ids[GROUPS];

	people_make(o, a, people, GROUP_SIZE, CONVS_MAX);
	people_make(o, a, people, (size_t)o->connections, 0);
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
	{ "prepare", prepare_run, LOAD_HTTP, false },
	{ "fill", acts_fill, LOAD_HTTP, false },
};
/* Any other mode is the name of an act. */
static const struct mode act_mode = { "", NULL, LOAD_ACT, false };

static const struct mode *mode_named(const char *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	return act_named(name) ? &act_mode : NULL;
}

static int run(struct options *o)
{
	const struct mode *m = mode_named(o->mode);
	struct arena arena;

	if (!m)
		return usage();
	/* The other modes have one request under way per connection. */
	if (!m->has_window)
		o->window = 1;
	if (o->connections > PEOPLE_MAX)
		die(EX_USAGE, "at most %d connections", PEOPLE_MAX);
	arena_init(&arena);
	if (m->run)
		m->run(o, &arena);
	else
		load_run(o, &arena, m->kind);
	counters_self_end();
	arena_release(&arena);
	return 0;
}

static int look(const struct options *o)
{
	if (o->root == 0)
		return usage();
	if (strcmp(o->mode, "counters") == 0)
		counters_end(o);
	else if (strcmp(o->mode, "memory") == 0)
		proc_memory(o->root);
	else
		return usage();
	return 0;
}

int main(int argc, char **argv)
{
	struct options o;

	log_init("sends", LOG_INFO);
	if (!options_parse(&o, argc, argv))
		return usage();
	return o.has_url ? run(&o) : look(&o);
}
