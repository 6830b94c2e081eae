/*
 * verify_check: how the checks of im-verify are written: the rows of
 * verify_*_sql.c, and the pieces of SQL that several of them share.
 */
#ifndef BATCH_VERIFY_CHECK_H
#define BATCH_VERIFY_CHECK_H

#include "im/consumer/derived.h"
#include "verify.h"

/* Parameters and columns: verify_sql.c. */
extern const struct db_field verify_out[];
extern const struct db_field verify_keys1[], verify_keys2[], verify_keys3[];
extern const struct db_field verify_conv_key[];    /* conv_id */
extern const struct db_field verify_member_key[];  /* conv_id, user_id */
extern const struct db_field verify_user_key[];    /* user_id */
extern const struct db_field verify_entry_key[];   /* conv_id, at */
extern const struct db_field verify_mention_key[]; /* user_id, conv_id, at */

#define CHECK(what, keys, sentence) \
	.name = what, .text = sentence, .scope = keys
#define FIND_IN(what, map, select)                         \
	.find = {                                          \
		.name = "verify." what,                    \
		.sql = select,                             \
		.in = map,                                 \
		.in_size = sizeof(struct verify_keys),     \
		.out = verify_out,                         \
		.out_size = sizeof(struct verify_finding), \
	}
/* It names the keys once, twice, three times. */
#define FIND(what, select)  FIND_IN(what, verify_keys1, select)
#define FIND2(what, select) FIND_IN(what, verify_keys2, select)
#define FIND3(what, select) FIND_IN(what, verify_keys3, select)
#define REPAIR(what, map, write)                          \
	.repair = {                                       \
		.name = "verify.repair_" what,            \
		.sql = write,                             \
		.in = map,                                \
		.in_size = sizeof(struct verify_finding), \
	}
#define END_OF_CHECKS        \
	{                    \
		.name = NULL \
	}

#define KEYS         "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
#define COUNTABLE(e) e ".kind = 1 AND (" e ".flags & 2) = 0"
#endif
