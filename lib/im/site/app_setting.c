#include "im/site/app_setting.h"

#include <inttypes.h>

#include "im/site/app_setting_sql.h"

const struct app_setting_info app_setting_infos[APP_SETTING_MAX] = {
#define S(symbol, name, def, min, max, text) \
	[APP_##symbol] = { name, def, min, max, text },
#include "im/site/app_setting.def"
#undef S
};

int app_setting_get(struct db *db, struct arena *a, int64_t app_id,
    enum app_setting setting, int64_t *value_out, struct error *err)
{
	const struct app_setting_info *info = &app_setting_infos[setting];
	struct app_setting_row row = { app_id, str_of(info->name), 0 };
	int found = app_setting_sql_get(db, a, &row, err);

	*value_out = found > 0 ? row.value : info->def;
	return found < 0 ? -1 : 0;
}

/* NULL: no such setting, in err. */
static const struct app_setting_info *find(struct str name, struct error *err)
{
	for (size_t i = 0; i < APP_SETTING_MAX; i++)
		if (str_is(name, app_setting_infos[i].name))
			return &app_setting_infos[i];
	err_field(err, ERR_INVALID_ARGUMENT, "name",
	    "an app has no such setting");
	return NULL;
}

int app_setting_put(struct db *db, int64_t app_id, struct str name,
    int64_t value, struct error *err)
{
	const struct app_setting_info *info = find(name, err);
	struct app_setting_row row = { app_id, name, value };

	if (!info)
		return -1;
	if (value < info->min || value > info->max)
		return err_field(err, ERR_INVALID_ARGUMENT, "value",
		    "%s must be a number from %" PRId64 " to %" PRId64,
		    info->name, info->min, info->max);
	return app_setting_sql_put(db, &row, err);
}

int app_setting_drop(struct db *db, int64_t app_id, struct str name,
    struct error *err)
{
	struct app_setting_row row = { app_id, name, 0 };

	return find(name, err) ? app_setting_sql_drop(db, &row, err) : -1;
}
