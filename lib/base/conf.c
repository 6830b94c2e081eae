#include "base/conf.h"

#include "base/arena.h"
#include "base/err.h"

#define CONF_SECTION(section)                  .section = {
#define CONF_KEY(section, key, type, def, ...) .key = (def),
#define CONF_SECTION_END(section) \
	}                         \
	,
static const struct conf defaults = {
#include "base/conf.def"
};

struct conf conf = {
#include "base/conf.def"
};
#undef CONF_SECTION
#undef CONF_KEY
#undef CONF_SECTION_END

#define CONF_SECTION(section)
#define CONF_SECTION_END(section)

#define FITS_INT(def, min, max)  ((def) >= (min) && (def) <= (max))
#define FITS_BOOL(def, min, max) ((min) == 0 && (max) == 0)
#define FITS_STR(def, min, max)  ((min) >= 0 && (max) >= 0)
#define CONF_KEY(section, key, type, def, unit, min, max, text, owner) \
	_Static_assert(FITS_##type(def, min, max),                     \
	    #section "." #key ": bounds");
#include "base/conf.def"
#undef CONF_KEY

static const struct conf_key keys[] = {
#define CONF_KEY(section, key, type, def, unit, min, max, text, owner)     \
	{ #section, #key, CONF_##type, offsetof(struct conf, section.key), \
		unit, min, max, text },
#include "base/conf.def"
#undef CONF_KEY
};

static const struct conf_table table = { keys, sizeof(keys) / sizeof(keys[0]),
	&defaults, sizeof(conf) };

/* Holds the loaded strings.  Never released: any module may point into it. */
static struct arena strings;

void conf_load(const char *file, const char *const *overrides, size_t n)
{
	char msg[512];

	if (conf_table_read(&table, &strings, file, overrides, n, &conf, msg,
		sizeof(msg)) < 0)
		die(EX_CONFIG, "%s", msg);
}

int conf_check(const char *file, const char *const *overrides, size_t n,
    struct buf *faults_out)
{
	return conf_table_check(&table, file, overrides, n, faults_out);
}

void conf_print(enum conf_print what, struct buf *out)
{
	conf_table_print(&table, &conf, what, out);
}
