#include "im/site/app.h"

#include "base/crypto.h"
#include "im/site/app_sql.h"
#include "im/site/node.h"
#include "io/db_clock.h"

int app_find(struct db *db, struct arena *a, int64_t app_id, struct app *out,
    struct error *err)
{
	return app_sql_by_id(db, a, app_id, out, err);
}

int app_find_named(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err)
{
	return app_sql_by_name(db, a, name, out, err);
}

int app_find_only(struct db *db, struct arena *a, struct app *out,
    struct error *err)
{
	struct app *rows;
	size_t n;

	if (app_sql_first_two(db, a, &rows, &n, err) < 0)
		return -1;
	if (n == 1)
		*out = rows[0];
	return n == 1;
}

int app_list(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err)
{
	return app_sql_all(db, a, out, n_out, err);
}

bool app_has_origin(struct str origins, struct str origin)
{
	while (origins.p) {
		struct str word = str_cut(&origins, ' ');

		if (word.len && (str_eq(word, origin) || str_is(word, "*")))
			return true;
	}
	return false;
}

int app_create(struct db *db, struct arena *a, struct app *app,
    struct error *err)
{
	if (node_next_id(db, &app->app_id, err) < 0)
		return -1;
	app->secret = crypto_token(a, APP_SECRET_PREFIX);
	app->created_ms = db_clock_ms(db);
	app->disabled_ms = 0;
	return app_sql_insert(db, app, err);
}
