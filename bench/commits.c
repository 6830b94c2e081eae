/*
 * commits: how many single-row transactions a second this MariaDB makes
 * durable, and how long one takes.
 *
 *   commits -c CONF [-t SECONDS] CONNECTIONS...
 *
 * Each connection inserts one row as long as a short message per transaction
 * (autocommit: one round trip, one commit).  One line per number of
 * connections; 0 measures one connection that sleeps 5 ms before each commit,
 * which is the case of a send on an idle system.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "io/db.h"
#include "io/db_account.h"

#define CONNECTIONS_MAX 256
#define SAMPLES_MAX     400000
#define REST_MS         5

struct bench_row {
	int64_t id;
	struct str content;
};

static const struct db_field in_row[] = {
	DB_I64(struct bench_row, id),
	DB_STR(struct bench_row, content),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "bench_insert",
	.sql = "INSERT INTO bench_commit (id, content) VALUES (?, ?)",
	.in = in_row,
	.in_size = sizeof(struct bench_row),
};

struct client {
	pthread_t thread;
	pthread_barrier_t *start;
	int number;
	bool rests;
	int64_t duration_us;
	int64_t ended_us;
	uint32_t *samples; /* us */
	size_t n;
};

static void insist(int rc, const struct error *err)
{
	if (rc < 0)
		die(EX_UNAVAILABLE, "%s", err->detail);
}

static void *work(void *arg)
{
	static const char text[] = "\"content\":{\"text\":\"a message of the "
				   "usual length, as people write them\"}";
	struct client *c = arg;
	struct bench_row row = {
		.id = (int64_t)c->number << 40,
		.content = str_of(text),
	};
	struct db *db = db_new("bench");
	struct error err;
	int64_t until_us, began_us;

	insist(db_connect(db, &err), &err);
	insist(db_exec(db, &insert, &row, NULL, &err), &err);
	pthread_barrier_wait(c->start);
	until_us = clock_mono_us() + c->duration_us;
	do {
		if (c->rests)
			clock_sleep_ms(REST_MS);
		row.id++;
		began_us = clock_mono_us();
		insist(db_exec(db, &insert, &row, NULL, &err), &err);
		c->ended_us = clock_mono_us();
		if (c->n < SAMPLES_MAX)
			c->samples[c->n] = (uint32_t)(c->ended_us - began_us);
		c->n++;
	} while (c->ended_us < until_us);
	db_free(&db);
	return NULL;
}

static int ascending(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

/* After all clients have ended. */
static void report(struct client *clients, int n, int asked, int64_t began_us)
{
	uint32_t *all = calloc((size_t)n * SAMPLES_MAX, sizeof(*all));
	size_t n_all = 0, total = 0;
	int64_t ended_us = 0;

	if (!all)
		die(EX_OSERR, "out of memory");
	for (int i = 0; i < n; i++) {
		total += clients[i].n;
		for (size_t j = 0; j < clients[i].n && j < SAMPLES_MAX; j++)
			all[n_all++] = clients[i].samples[j];
		if (clients[i].ended_us > ended_us)
			ended_us = clients[i].ended_us;
	}
	qsort(all, n_all, sizeof(*all), ascending);
	printf("commits connections=%d rate=%.0f p50_us=%u p99_us=%u\n", asked,
	    (double)total * 1e6 / (double)(ended_us - began_us), all[n_all / 2],
	    all[n_all * 99 / 100]);
	fflush(stdout);
	free(all);
}

static void measure(int asked, int seconds)
{
	static struct client clients[CONNECTIONS_MAX];
	pthread_barrier_t start;
	int n = asked > 0 ? asked : 1;
	int64_t began_us;

	pthread_barrier_init(&start, NULL, (unsigned)n + 1);
	for (int i = 0; i < n; i++) {
		clients[i] = (struct client){
			.start = &start,
			.number = (asked << 12) + i,
			.rests = asked == 0,
			.duration_us = (int64_t)seconds * 1000000,
			.samples = calloc(SAMPLES_MAX, sizeof(uint32_t)),
		};
		if (!clients[i].samples || pthread_create(&clients[i].thread,
					       NULL, work, &clients[i]) != 0)
			die(EX_OSERR, "no thread");
	}
	pthread_barrier_wait(&start);
	began_us = clock_mono_us();
	for (int i = 0; i < n; i++)
		pthread_join(clients[i].thread, NULL);
	pthread_barrier_destroy(&start);
	report(clients, n, asked, began_us);
	for (int i = 0; i < n; i++)
		free(clients[i].samples);
}

static void table(const char *statement)
{
	struct db *db = db_new("bench");
	struct error err;

	insist(db_run(db, "DROP TABLE IF EXISTS bench_commit", &err), &err);
	if (statement)
		insist(db_run(db, statement, &err), &err);
	db_free(&db);
}

int main(int argc, char **argv)
{
	const char *file = NULL;
	int seconds = 3, c;

	log_init("bench", LOG_WARN);
	while ((c = getopt(argc, argv, "c:t:")) != -1) {
		if (c == 'c')
			file = optarg;
		else if (c == 't')
			seconds = (int)strtol(optarg, NULL, 10);
		else
			return EX_USAGE;
	}
	crypto_init();
	conf_load(file, NULL, 0);
	db_account_use(DB_MIGRATOR);
	table("CREATE TABLE bench_commit (id BIGINT NOT NULL PRIMARY KEY, "
	      "content MEDIUMBLOB NOT NULL) ENGINE=InnoDB");
	for (; optind < argc; optind++) {
		int n = (int)strtol(argv[optind], NULL, 10);

		if (n < 0 || n > CONNECTIONS_MAX)
			return EX_USAGE;
		measure(n, seconds);
	}
	table(NULL);
	return 0;
}
