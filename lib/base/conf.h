/*
 * conf: the settings of imcloud.
 *
 * conf.def lists every setting once: key, type, default, bounds, text and
 * the module that reads it.  A module reads `conf.section.key`; nothing is
 * registered, and before conf_load() every value is the default.  All
 * programs know all keys, because they share one file in which an unknown
 * key is an error.
 *
 * conf_load() reads the sources that conf_table.h names.  Values live as
 * long as the process and are written by conf_load() alone, before threads
 * start.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/conf_table.h"
#include "base/conf_table_print.h"

#define CONF_VALUE_INT  int64_t
#define CONF_VALUE_BOOL bool
#define CONF_VALUE_STR  const char *

struct conf {
#define CONF_SECTION(section)             struct {
#define CONF_KEY(section, key, type, ...) CONF_VALUE_##type key;
#define CONF_SECTION_END(section) \
	}                         \
	section;
#include "base/conf.def"
#undef CONF_SECTION
#undef CONF_KEY
#undef CONF_SECTION_END
};

extern struct conf conf;

/*
 * file NULL: $IMCLOUD_CONF, else /etc/imcloud/imcloud.conf, which may be
 * missing.  overrides: n strings "section.key=value".  An unknown key or an
 * invalid value ends the program with exit 78 (EX_CONFIG) and a message that
 * names file and line.
 */
void conf_load(const char *file, const char *const *overrides, size_t n);
/* Only checks: appends a line for each fault, and returns their number. */
int conf_check(const char *file, const char *const *overrides, size_t n,
    struct buf *faults_out);

/* For im-conf. */
void conf_print(enum conf_print what, struct buf *out);

#endif
