/* Files for scripts and for the log-in page. */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "im/site/app_key.h"
#include "io/json_writer.h"

#define FILE_MAX  65536
#define KEY_LINE  "IM_APP_KEY="
#define KEY2_LINE "IM_APP2_KEY="

static int fail(struct error *err, const char *what)
{
	return err_set(err, ERR_INTERNAL, "cannot %s: %s", what,
	    strerror(errno));
}

/* STR_NONE if it does not exist. */
static struct str read_file(struct arena *a, const char *path)
{
	char *p = arena_alloc(a, FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return STR_NONE;
	len = read(fd, p, FILE_MAX);
	close(fd);
	return len < 0 ? STR_NONE : (struct str){ p, (size_t)len };
}

/* Writes the file atomically, unless it has this content already. */
static int write_file(struct arena *a, const char *path, struct str text,
    mode_t mode, struct error *err)
{
	struct str fresh = arena_printf(a, "%s.new", path);
	ssize_t len;
	int fd;

	if (str_eq(read_file(a, path), text))
		return chmod(path, mode) ? fail(err, "change a file") : 0;
	(void)unlink(fresh.p);
	fd = open(fresh.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(err, "create a file");
	len = write(fd, text.p, text.len);
	if (fchmod(fd, mode) || close(fd) || len != (ssize_t)text.len)
		return fail(err, "write a file");
	return rename(fresh.p, path) ? fail(err, "put a file in place") : 0;
}

/* The key of the app that an earlier run has written behind `name`, if it is
 * still valid. */
static int kept_key(struct demo *d, const char *name, int64_t app_id,
    struct str *key_out, struct error *err)
{
	struct str rest = read_file(d->arena, d->options->env);
	struct app_key key;
	int valid;

	*key_out = STR_NONE;
	while (rest.p && !key_out->p) {
		struct str line = str_cut(&rest, '\n');

		if (!str_starts(line, name))
			continue;
		line.p += strlen(name);
		line.len -= strlen(name);
		valid = app_key_check(d->db, d->arena, line, &key, err);
		if (valid < 0)
			return -1;
		if (valid == 1 && key.app_id == app_id)
			*key_out = line;
	}
	return 0;
}

static int find_key(struct demo *d, const char *name, int64_t app_id,
    struct str *key_out, struct error *err)
{
	if (kept_key(d, name, app_id, key_out, err) < 0)
		return -1;
	return key_out->p ? 0
			  : app_key_create(d->db, d->arena, app_id, STR("demo"),
				key_out, err);
}

static int write_env(struct demo *d, struct error *err)
{
	struct str key, key2, text;

	if (find_key(d, KEY_LINE, d->app_id, &key, err) < 0 ||
	    find_key(d, KEY2_LINE, d->app2_id, &key2, err) < 0)
		return -1;
	text = arena_printf(d->arena,
	    "IM_APP=%s\n" KEY_LINE "%.*s\n" KEY2_LINE
	    "%.*s\nIM_DEMO_PASSWORD=%s\n",
	    DEMO_APP, STR_ARG(key), STR_ARG(key2), d->options->password);
	return write_file(d->arena, d->options->env, text, 0600, err);
}

static int write_json(struct demo *d, struct error *err)
{
	struct json_writer w;
	struct buf b;
	int rc;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_cstr(&w, "app", DEMO_APP);
	json_key(&w, "users");
	json_begin_list(&w);
	for (size_t i = 0; i < demo_n_people; i++)
		json_str(&w, str_of(demo_people[i].username));
	json_end_list(&w);
	json_put_cstr(&w, "password", d->options->password);
	json_end(&w);
	buf_char(&b, '\n');
	rc = write_file(d->arena, d->options->json, buf_view(&b), 0644, err);
	buf_release(&b);
	return rc;
}

int demo_files(struct demo *d, struct error *err)
{
	if (d->options->env && write_env(d, err) < 0)
		return -1;
	return d->options->json != NULL ? write_json(d, err) : 0;
}
