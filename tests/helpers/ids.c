/*
 * ids CONF THREADS COUNT [SECTION.KEY=VALUE...]: prints COUNT ids from each of
 * THREADS threads, made as in a service.  With COUNT 0 it reads commands from
 * stdin and answers each with one line:
 *
 *   id          an id, or the code of the error
 *   wall MS     moves its wall clock by MS, which may be negative
 *   suspend MS  simulates that the host was suspended for MS
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "im/site/node.h"
#include "io/db_account.h"

/* The linker redirects clock_gettime() to __wrap_clock_gettime() (Makefile). */
int __real_clock_gettime(clockid_t clock, struct timespec *t);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t);

static int64_t wall_shift_ms, boot_shift_ms;

int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
	int rc = __real_clock_gettime(clock, t);
	int64_t shift_ms = clock == CLOCK_REALTIME   ? wall_shift_ms
			   : clock == CLOCK_BOOTTIME ? boot_shift_ms
						     : 0;

	t->tv_sec += shift_ms / 1000;
	return rc;
}

struct worker {
	pthread_t thread;
	int64_t *ids;
	int count;
};

static void *make(void *arg)
{
	struct worker *w = arg;
	struct db *db = db_new("ids");
	struct error err;

	for (int i = 0; i < w->count; i++) {
		if (node_next_id(db, &w->ids[i], &err) < 0)
			w->ids[i] = 0;
	}
	db_free(&db);
	return NULL;
}

static void answer(struct db *db, const char *command)
{
	struct error err;
	int64_t id, ms;

	if (!strcmp(command, "id")) {
		if (node_next_id(db, &id, &err) == 0)
			printf("%" PRId64 "\n", id);
		else
			printf("%s\n", err_info(err.code)->code);
	} else if (sscanf(command, "wall %" SCNd64, &ms) == 1) {
		wall_shift_ms += ms;
		puts("ok");
	} else if (sscanf(command, "suspend %" SCNd64, &ms) == 1) {
		wall_shift_ms += ms;
		boot_shift_ms += ms;
		puts("ok");
	} else {
		puts("unknown command");
	}
	fflush(stdout);
}

static void on_demand(struct db *db)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		answer(db, line);
	}
}

static void all_at_once(int threads, int count)
{
	struct worker *w = calloc((size_t)threads, sizeof(*w));

	for (int i = 0; i < threads; i++) {
		w[i].count = count;
		w[i].ids = calloc((size_t)count, sizeof(*w[i].ids));
		pthread_create(&w[i].thread, NULL, make, &w[i]);
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(w[i].thread, NULL);
		for (int j = 0; j < count; j++)
			printf("%" PRId64 "\n", w[i].ids[j]);
		free(w[i].ids);
	}
	free(w);
}

int main(int argc, char **argv)
{
	int64_t threads, count;
	struct db *db;

	if (argc < 4 || !str_to_int(str_of(argv[2]), &threads) ||
	    !str_to_int(str_of(argv[3]), &count))
		return EX_USAGE;
	crypto_init();
	conf_load(argv[1], (const char *const *)argv + 4, (size_t)argc - 4);
	db_account_use(DB_MIGRATOR);
	db = db_new("ids");
	if (count)
		all_at_once((int)threads, (int)count);
	else
		on_demand(db);
	node_release(db);
	db_free(&db);
	return EX_OK;
}
