/* All checks, theme by theme. */
#include "verify.h"

static const struct verify_check *const themes[] = {
	verify_log_checks,
	verify_conv_checks,
	verify_message_checks,
	verify_chat_checks,
	verify_inbox_checks,
	verify_user_checks,
	verify_orphan_checks,
};

const struct verify_check *verify_list_at(size_t i)
{
	for (size_t t = 0; t < sizeof(themes) / sizeof(themes[0]); t++)
		for (const struct verify_check *c = themes[t]; c->name; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

int verify_list_prepare(struct db *db, struct error *err)
{
	const struct verify_check *c;

	for (size_t i = 0; (c = verify_list_at(i)); i++) {
		const struct db_stmt *list[3] = { NULL };
		size_t n = 0;

		BUG_ON(i == VERIFY_CHECKS_MAX);
		if (c->find.sql)
			list[n++] = &c->find;
		if (c->repair.sql)
			list[n++] = &c->repair;
		if (db_check(db, list, err) < 0)
			return -1;
	}
	return 0;
}
