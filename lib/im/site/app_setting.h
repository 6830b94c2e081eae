/*
 * app_setting: limits and windows of an app (table app_setting).  Settings that
 * are not in the table have their default of app_setting.def.
 */
#ifndef IM_APP_SETTING_H
#define IM_APP_SETTING_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

enum app_setting {
#define S(symbol, name, def, min, max, text) APP_##symbol,
#include "im/site/app_setting.def"
#undef S
	APP_SETTING_MAX
};

enum app_setting_default {
#define S(symbol, name, def, min, max, text) APP_##symbol##_DEFAULT = def,
#include "im/site/app_setting.def"
#undef S
};

struct app_setting_info {
	const char *name;
	int64_t def, min, max;
	const char *text;
};

extern const struct app_setting_info app_setting_infos[APP_SETTING_MAX];
/* Without those that only im-admin executes. */
extern const struct db_stmt *const app_setting_statements[];

int app_setting_get(struct db *db, struct arena *a, int64_t app_id,
    enum app_setting setting, int64_t *value_out, struct error *err);
/* INVALID_ARGUMENT for an unknown name or a value out of bounds. */
int app_setting_put(struct db *db, int64_t app_id, struct str name,
    int64_t value, struct error *err);
/* Resets it to the default. */
int app_setting_drop(struct db *db, int64_t app_id, struct str name,
    struct error *err);

#endif
