#include "io/db_account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"

#define PASSWORD_MAX 128

static const struct {
	const char *class, *name;
} accounts[DB_ACCOUNTS] = {
	[DB_SERVICE] = { "service", "imcloud_service" },
	[DB_JOB] = { "job", "imcloud_job" },
	[DB_TOOL] = { "tool", "imcloud_tool" },
	[DB_MIGRATOR] = { "migrator", "imcloud_migrator" },
};

static enum db_account own = DB_SERVICE;

void db_account_use(enum db_account which)
{
	own = which;
}

bool db_account_by_class(void)
{
	return !*conf.db.user;
}

const char *db_account_dir(void)
{
	return conf.db.passwords;
}

const char *db_account_class(enum db_account which)
{
	return accounts[which].class;
}

const char *db_account_name(enum db_account which)
{
	return accounts[which].name;
}

const char *db_account_file(struct arena *a, enum db_account which)
{
	return arena_printf(a, "%s/%s", conf.db.passwords,
	    accounts[which].class)
	    .p;
}

static bool is_plain(const char *s)
{
	return *s && !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789_.-")];
}

int db_account_password(struct arena *a, enum db_account which,
    const char **password_out, struct error *err)
{
	const char *path = db_account_file(a, which);
	char line[PASSWORD_MAX + 2] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return err_set(err,
		    errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL, "%s: %s",
		    path, strerrordesc_np(errno));
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	if (!is_plain(line))
		return err_set(err, ERR_INTERNAL, "%s: not a password", path);
	*password_out = arena_str(a, str_of(line)).p;
	return 0;
}

int db_account_login(struct arena *a, const char **user_out,
    const char **password_out, struct error *err)
{
	*user_out = conf.db.user;
	*password_out = conf.db.password;
	if (!db_account_by_class())
		return 0;
	*user_out = accounts[own].name;
	return db_account_password(a, own, password_out, err);
}
