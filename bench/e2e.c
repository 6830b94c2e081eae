/*
 * e2e -u URL [-l URL] [-a APP] [-f FILE] [-p PID] [-c CONF] [-n N] [-w WINDOW]
 *     [-r RATE] [-i SECONDS] [-g CONV_ID] [-m MESSAGES] [-R MS] [-A]
 *     [-t SECONDS] MODE
 *   pairs       N pairs over WebSocket, WINDOW messages under way in each: the
 *               next when one is answered and the other side has it
 *   pairs-http  the same, sent over HTTP, one at a time
 *   crowd       one sender, N members online; the next when all have it
 *   wide        the same with 31 connections of each member, at im-live (-l),
 *               and the memory of a connection (-p)
 *   late        as crowd, one message; all but its sender connect after it:
 *               only in mode pull do they find it
 *   idle        N people with a WebSocket each, at im-live (-l), and what that
 *               costs (-p)
 *   seen        one message at a time, over HTTP, with a rest in between
 * -r RATE: pairs or a crowd in an open loop.  RATE messages/s are due at even
 * intervals, and a latency begins when the message is due; at most WINDOW are
 * under way in a pair or crowd.  -i: also figures of each part of the time.
 * -A: the members of a crowd acknowledge; receivers of pairs always do.
 * Crowds: -g is the group, of which the first N people of FILE are connected;
 * -m how many messages are sent at most; -R the rest when all have one.
 * For -f, -p and -c see sends.c.
 */
#include "e2e.h"

#include <stdio.h>

#include "base/err.h"
#include "base/log.h"
#include "counters.h"

static const struct mode {
	const char *name;
	void (*run)(const struct options *o, struct arena *a);
} modes[] = {
	{ "pairs", pairs_run },
	{ "pairs-http", pairs_http_run },
	{ "crowd", crowd_run },
	{ "wide", wide_run },
	{ "late", late_run },
	{ "idle", idle_run },
	{ "seen", seen_run },
};

static int usage(void)
{
	fputs("usage: e2e -u URL [-l URL] [-a APP] [-f FILE] [-p PID] "
	      "[-c CONF]\n"
	      "           [-n N] [-w WINDOW] [-r RATE] [-i SECONDS]\n"
	      "           [-g CONV_ID] [-m MESSAGES] [-R MS] [-A]\n"
	      "           [-t SECONDS] MODE\n"
	      "modes: pairs pairs-http crowd wide late idle seen\n",
	    stderr);
	return EX_USAGE;
}

int main(int argc, char **argv)
{
	const struct mode *m = modes;
	struct options o;
	struct arena arena;

	log_init("e2e", LOG_INFO);
	if (!options_parse(&o, argc, argv) || !o.has_url)
		return usage();
	while (strcmp(m->name, o.mode) != 0)
		if (++m == modes + sizeof(modes) / sizeof(modes[0]))
			return usage();
	arena_init(&arena);
	m->run(&o, &arena);
	counters_self_end();
	arena_release(&arena);
	return 0;
}
