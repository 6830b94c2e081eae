/*
 * conf: settings as tables.
 *
 * A module describes its settings with an array of struct conf_key; the
 * table is the only place where a key, its bounds and its text stand.
 * conf_load() reads, each over the one before: the defaults, the file, the
 * files of <file>.d/ *.conf in order of name, the environment
 * (IM_SECTION_KEY), and `-o section.key=value`.  An unknown key or a bad
 * value ends the program with exit 78 (EX_CONFIG), naming file and line.
 *
 * Values live as long as the process.  File format: INI, read by libinih; a
 * comment is a line of its own that begins with # or ;.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum conf_type { CONF_INT, CONF_BOOL, CONF_STR };

struct conf_key {
	const char *section;
	const char *key;
	enum conf_type type;
	const char *def;  /* default, as text */
	const char *unit; /* "ms", "bytes", "" */
	int64_t min, max; /* CONF_INT: bounds; CONF_STR: length bounds,
				 * max 0: none.  A default shorter than min:
				 * the setting must be set. */
	const char *text; /* one sentence for the man page and example */
	void *dst;        /* int64_t *, bool *, const char ** */
};

/* One table per module, ended by a key whose section is NULL. */
#define CONF_END                \
	{                       \
		.section = NULL \
	}

/*
 * Tables are registered before conf_load(), normally by the programs' main
 * function through conf_all() of the skeleton.  Registering twice is a bug.
 * Each dst holds its default from here on.
 */
void conf_register(const struct conf_key *table);
/*
 * file NULL: $IMCLOUD_CONF, else /etc/imcloud/imcloud.conf (may be missing).
 * overrides: n strings "section.key=value".
 */
void conf_load(const char *file, const char *const *overrides, size_t n);
/* Same checks, but tells: -1 and one message, without ending the program. */
int conf_check(const char *file, char *msg_out, size_t msg_len);

/* For im-conf: every known key with default / value. */
void conf_print_defaults(struct buf *out);    /* -d: commented example */
void conf_print_differences(struct buf *out); /* -n: other than default */
void conf_print_all(struct buf *out);         /* every key = value */

#endif
