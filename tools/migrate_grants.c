#include "migrate_grants_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "io/db_account.h"

static const struct {
	enum db_account account;
	const char *table, *rights;
} grants[] = {
#define GRANT(class, table, rights) { DB_##class, #table, rights },
#include "migrate_grants.def"
};
#define N_GRANTS (sizeof(grants) / sizeof(grants[0]))

/* The Unix users of etc/sysusers.d, who read the passwords; NULL: root. */
static const char *const readers[DB_ACCOUNTS] = {
	[DB_SERVICE] = "imcloud-web",
	[DB_JOB] = "imcloud-job",
};

static const char *host(void)
{
	return db_is_local() ? "localhost" : "%";
}

/* ---- password files ---- */

/* Its names are not looked at, so they need not outlive this. */
static struct passwd *reader_of(enum db_account which, struct passwd *space)
{
	struct passwd *found = NULL;
	char names[4096];

	/* Only root can give a file away. */
	if (!readers[which] || geteuid() ||
	    getpwnam_r(readers[which], space, names, sizeof(names), &found))
		return NULL;
	return found;
}

/* Complete or not there: it is written beside its place and moved. */
static int make_file(struct arena *a, enum db_account which, struct error *err)
{
	const char *path = db_account_file(a, which);
	const char *new = arena_printf(a, "%s.new", path).p;
	struct str line = crypto_token(a, "");
	struct passwd space, *pw = reader_of(which, &space);
	int fd;
	bool ok;

	line = arena_printf(a, "%.*s\n", STR_ARG(line));
	if (mkdir(db_account_dir(), 0711) < 0 && errno != EEXIST)
		return err_set(err, ERR_INTERNAL, "%s: %s", db_account_dir(),
		    strerrordesc_np(errno));
	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	ok = fd >= 0 && write(fd, line.p, line.len) == (ssize_t)line.len &&
	     (!pw || fchown(fd, pw->pw_uid, pw->pw_gid) == 0) &&
	     fsync(fd) == 0 && rename(new, path) == 0;
	if (!ok)
		err_set(err, ERR_INTERNAL, "%s: %s", path,
		    strerrordesc_np(errno));
	if (fd >= 0)
		close(fd);
	return ok ? 0 : -1;
}

static int get_password(struct arena *a, enum db_account which,
    const char **password_out, struct error *err)
{
	if (db_account_password(a, which, password_out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND || make_file(a, which, err) < 0)
		return -1;
	return db_account_password(a, which, password_out, err);
}

/* ---- rights ---- */

static int run(struct db *db, bool dry, const char *sql, struct error *err)
{
	if (!dry)
		return db_run(db, sql, err);
	printf("%s;\n", sql);
	return 0;
}

static bool is_there(const struct db_text *tables, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(tables[i].text, name))
			return true;
	return false;
}

static int give(struct db *db, struct arena *a, bool dry, struct error *err)
{
	struct db_text *tables;
	size_t n;

	if (grants_sql_tables(db, a, &tables, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < N_GRANTS; i++) {
		if (is_there(tables, n, grants[i].table) &&
		    run(db, dry,
			grants_sql_give(a, grants[i].rights, grants[i].table,
			    db_account_name(grants[i].account), host()),
			err) < 0)
			return -1;
	}
	return 0;
}

int grants_give(struct db *db, struct arena *a, struct error *err)
{
	return give(db, a, false, err);
}

static bool has_word(const char *list, struct str word)
{
	struct str rest = str_of(list);

	while (rest.p && rest.len)
		if (str_eq(str_trim(str_cut(&rest, ',')), word))
			return true;
	return false;
}

static bool is_due(enum db_account which, const struct held_right *h)
{
	if (!str_is(h->schema, db_name()))
		return false;
	/* Everything, for the database. */
	if (which == DB_MIGRATOR)
		return h->table.len == 0;
	for (size_t i = 0; i < N_GRANTS; i++)
		if (grants[i].account == which &&
		    str_is(h->table, grants[i].table))
			return has_word(grants[i].rights, h->right);
	return false;
}

static int take_others(struct db *db, struct arena *a, bool dry,
    enum db_account which, struct error *err)
{
	const char *name = db_account_name(which);
	struct held_right *held;
	size_t n;

	if (grants_sql_held(db, a, arena_printf(a, "'%s'@'%s'", name, host()),
		&held, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_due(which, &held[i]) &&
		    run(db, dry, grants_sql_take(a, &held[i], name, host()),
			err) < 0)
			return -1;
	}
	return 0;
}

static int make_account(struct db *db, struct arena *a, bool dry,
    enum db_account which, struct error *err)
{
	const char *name = db_account_name(which), *password = "...";

	if (!dry && get_password(a, which, &password, err) < 0)
		return -1;
	if (run(db, dry, grants_sql_create(a, name, host()), err) < 0 ||
	    run(db, dry, grants_sql_password(a, name, host(), password), err) <
		0 ||
	    take_others(db, a, dry, which, err) < 0)
		return -1;
	if (which != DB_MIGRATOR)
		return 0;
	return run(db, dry, grants_sql_give_all(a, name, host()), err);
}

/* What an account needs it keeps at every moment: its programs are running. */
int grants_make(struct db *db, struct arena *a, bool dry, struct error *err)
{
	for (int i = 0; i < DB_ACCOUNTS; i++)
		if (make_account(db, a, dry, i, err) < 0)
			return -1;
	return give(db, a, dry, err);
}
