/* app_setting_sql: the statements of im/site/app_setting. */
#ifndef IM_APP_SETTING_SQL_H
#define IM_APP_SETTING_SQL_H

#include "im/site/app_setting.h"

struct app_setting_row {
	int64_t app_id;
	struct str name;
	int64_t value;
};

/* Fills value: 1 found, 0 none. */
int app_setting_sql_get(struct db *db, struct arena *a,
    struct app_setting_row *row, struct error *err);
int app_setting_sql_put(struct db *db, const struct app_setting_row *row,
    struct error *err);
int app_setting_sql_drop(struct db *db, const struct app_setting_row *row,
    struct error *err);

#endif
