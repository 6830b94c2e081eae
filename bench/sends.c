/*
 * sends -u URL [-a APP] [-n CONNECTIONS] [-w WINDOW] [-t SECONDS] MODE
 *   http  each connection sends, waits for the answer, sends again
 *   ws    the same over WebSocket, WINDOW requests under way at a time
 *   one   http, by two people into one conversation
 *   seen  one message at a time: when was it answered, when seen
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
	fputs("usage: sends -u URL [-a APP] [-n CONNECTIONS] [-w WINDOW] "
	      "[-t SECONDS] http|ws|one|seen\n",
	    stderr);
	return EX_USAGE;
}

static int run(struct options *o, const char *mode)
{
	struct arena arena;

	arena_init(&arena);
	if (strcmp(mode, "seen") == 0)
		seen_run(o, &arena);
	else if (strcmp(mode, "ws") == 0)
		load_run(o, &arena, true);
	else if (strcmp(mode, "http") == 0 || strcmp(mode, "one") == 0)
		load_run(o, &arena, false);
	else
		return usage();
	arena_release(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .app = "demo",
		.connections = 1,
		.window = 1,
		.seconds = 4 };
	const char *url = NULL;
	int c;

	log_init("sends", LOG_INFO);
	while ((c = getopt(argc, argv, "a:n:t:u:w:")) != -1) {
		if (c == 'a')
			o.app = optarg;
		else if (c == 'n')
			o.connections = number(optarg, PEOPLE_MAX);
		else if (c == 't')
			o.seconds = number(optarg, 3600);
		else if (c == 'u')
			url = optarg;
		else if (c == 'w')
			o.window = number(optarg, 64);
		else
			return usage();
	}
	if (!url || argc - optind != 1)
		return usage();
	target_parse(&o.target, url);
	/* One request after the other is what HTTP clients do. */
	if (strcmp(argv[optind], "ws") != 0)
		o.window = 1;
	o.one = strcmp(argv[optind], "one") == 0;
	return run(&o, argv[optind]);
}
