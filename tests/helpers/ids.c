/*
 * ids CONF THREADS COUNT: prints COUNT ids of each of THREADS threads, as a
 * service makes them.  With COUNT 0 one id a line for each line on stdin,
 * until its end; "busy" for one that could not be had.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "im/site/node.h"

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

static void on_demand(struct db *db)
{
	struct error err;
	char line[16];
	int64_t id;

	while (fgets(line, sizeof(line), stdin)) {
		if (node_next_id(db, &id, &err) == 0)
			printf("%" PRId64 "\n", id);
		else
			printf("%s\n", err_info(err.code)->code);
		fflush(stdout);
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

	if (argc != 4 || !str_to_int(str_of(argv[2]), &threads) ||
	    !str_to_int(str_of(argv[3]), &count))
		return EX_USAGE;
	crypto_init();
	conf_load(argv[1], NULL, 0);
	db = db_new("ids");
	if (count)
		all_at_once((int)threads, (int)count);
	else
		on_demand(db);
	node_release(db);
	db_free(&db);
	return EX_OK;
}
