/* user_setting_sql: the statements of im/user/user_setting. */
#ifndef IM_USER_SETTING_SQL_H
#define IM_USER_SETTING_SQL_H

#include "im/user/user_setting.h"

int user_setting_sql_load(struct db *db, struct arena *a, struct str ids,
    struct user_setting **out, size_t *n_out, struct error *err);
int user_setting_sql_put(struct db *db, const struct user_setting *s,
    struct error *err);

#endif
