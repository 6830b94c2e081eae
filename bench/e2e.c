/*
 * e2e -u URL [-l URL] [-a APP] [-f FILE] [-p PID] [-c CONF] [-n N] [-w WINDOW]
 *     [-r RATE] [-A] [-t SECONDS] MODE
 *   pairs       N pairs over WebSocket, WINDOW messages under way in each: the
 *               next when one is answered and the other side has it
 *   pairs-http  the same, sent over HTTP, one at a time
 *   crowd       one sender, N members online; the next when all have it
 *   wide        the same with 31 connections of each member, at im-live (-l),
 *               and the memory of a connection (-p)
 *   seen        one message at a time, over HTTP, with a rest in between
 * -r RATE: pairs in an open loop.  RATE messages/s are due at even intervals,
 * and a latency begins when the message is due; at most WINDOW are under way in
 * a pair.  -A: the members of a crowd acknowledge; receivers of pairs always
 * do.  For -f, -p and -c see sends.c.
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
	{ "seen", seen_run },
};

static int usage(void)
{
	fputs("usage: e2e -u URL [-l URL] [-a APP] [-f FILE] [-p PID] "
	      "[-c CONF]\n"
	      "           [-n N] [-w WINDOW] [-r RATE] [-A] [-t SECONDS] MODE\n"
	      "modes: pairs pairs-http crowd wide seen\n",
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
