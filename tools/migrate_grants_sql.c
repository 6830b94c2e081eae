#include "migrate_grants_sql.h"

static const struct db_field out_text[] = { DB_STR(struct db_text, text),
	DB_END };
static const struct db_stmt tables = {
	.name = "grants.tables",
	.sql = "SELECT table_name FROM information_schema.tables "
	       "WHERE table_schema = DATABASE()",
	.out = out_text,
	.out_size = sizeof(struct db_text),
};

int grants_sql_tables(struct db *db, struct arena *a, struct db_text **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &tables, NULL, a, out, n_out, err);
}

static const struct db_field out_held[] = {
	DB_STR(struct held_right, schema),
	DB_STR(struct held_right, table),
	DB_STR(struct held_right, right),
	DB_END,
};
struct grantee {
	struct str a, b, c;
};
static const struct db_field in_held[] = {
	DB_STR(struct grantee, a),
	DB_STR(struct grantee, b),
	DB_STR(struct grantee, c),
	DB_END,
};
/* USAGE is no right; the right to pass on rights is in a column of each row. */
static const struct db_stmt held = {
	.name = "grants.held",
	.sql = "SELECT '', '', privilege_type "
	       "FROM information_schema.user_privileges "
	       "WHERE grantee = ? AND privilege_type <> 'USAGE' "
	       "UNION ALL SELECT table_schema, '', privilege_type "
	       "FROM information_schema.schema_privileges WHERE grantee = ? "
	       "UNION ALL SELECT table_schema, table_name, privilege_type "
	       "FROM information_schema.table_privileges WHERE grantee = ?",
	.in = in_held,
	.in_size = sizeof(struct grantee),
	.out = out_held,
	.out_size = sizeof(struct held_right),
};

int grants_sql_held(struct db *db, struct arena *a, struct str grantee,
    struct held_right **out, size_t *n_out, struct error *err)
{
	struct grantee in = { grantee, grantee, grantee };

	return db_rows(db, &held, &in, a, out, n_out, err);
}

const char *grants_sql_create(struct arena *a, const char *user,
    const char *host)
{
	return arena_printf(a, "CREATE USER IF NOT EXISTS '%s'@'%s'", user,
	    host)
	    .p;
}

const char *grants_sql_password(struct arena *a, const char *user,
    const char *host, const char *password)
{
	return arena_printf(a, "ALTER USER '%s'@'%s' IDENTIFIED BY '%s'", user,
	    host, password)
	    .p;
}

const char *grants_sql_give(struct arena *a, const char *rights,
    const char *table, const char *user, const char *host)
{
	return arena_printf(a, "GRANT %s ON `%s`.`%s` TO '%s'@'%s'", rights,
	    db_name(), table, user, host)
	    .p;
}

/* In the name of a database, _ and % are wildcards here. */
static struct str pattern(struct arena *a, const char *name)
{
	struct str out = STR("");

	for (; *name; name++)
		out = arena_printf(a, "%.*s%s%c", STR_ARG(out),
		    *name == '_' || *name == '%' ? "\\" : "", *name);
	return out;
}

const char *grants_sql_give_all(struct arena *a, const char *user,
    const char *host)
{
	return arena_printf(a,
	    "GRANT ALL PRIVILEGES ON `%.*s`.* TO '%s'@'%s' WITH GRANT OPTION",
	    STR_ARG(pattern(a, db_name())), user, host)
	    .p;
}

const char *grants_sql_take(struct arena *a, const struct held_right *h,
    const char *user, const char *host)
{
	struct str on = STR("*.*");

	if (h->table.len)
		on = arena_printf(a, "`%.*s`.`%.*s`", STR_ARG(h->schema),
		    STR_ARG(h->table));
	else if (h->schema.len)
		on = arena_printf(a, "`%.*s`.*", STR_ARG(h->schema));
	return arena_printf(a, "REVOKE %.*s ON %.*s FROM '%s'@'%s'",
	    STR_ARG(h->right), STR_ARG(on), user, host)
	    .p;
}
