/*
 * mode: what no route does yet: switches a conversation's mode.
 *
 *   mode CONF CONV_ID push|pull
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/log.h"
#include "im/conv/conv.h"
#include "im/conv/mode.h"
#include "io/db_account.h"

int main(int argc, char **argv)
{
	struct arena arena;
	struct error err;
	struct db *db;
	int64_t conv_id, mode;

	log_init("mode", LOG_INFO);
	if (argc != 4 || !str_to_int(str_of(argv[2]), &conv_id))
		die(EX_USAGE, "see the head of mode.c");
	mode = strcmp(argv[3], "pull") ? CONV_PUSH : CONV_PULL;
	conf_load(argv[1], NULL, 0);
	arena_init(&arena);
	db_account_use(DB_MIGRATOR);
	db = db_new("mode");
	if (mode_set(db, &arena, conv_id, mode, &err) < 0)
		die(err_info(err.code)->exit_code, "%s", err.detail);
	db_free(&db);
	arena_release(&arena);
	return 0;
}
