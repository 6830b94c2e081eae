/*
 * conf_table: reads settings into a struct, driven by a table of keys.
 *
 * Sources, each overriding the one before: the defaults, the file, the files
 * <file>.d/ *.conf in order of name, the environment (IM_SECTION_KEY), and `-o
 * section.key=value`.  File format: INI, read by libinih; a comment is a line
 * of its own that begins with # or ;.
 *
 * Messages never contain a text from a value, which may be a password, also
 * where a number is expected.
 */
#ifndef BASE_CONF_TABLE_H
#define BASE_CONF_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum conf_type { CONF_INT, CONF_BOOL, CONF_STR };

struct conf_key {
	const char *section;
	const char *key;
	enum conf_type type;
	size_t offset; /* in the struct of values: an int64_t, bool or char * */
	const char *unit; /* "ms", "bytes", ""; of a CONF_STR its form, see
			   * conf_form.h */
	int64_t min, max; /* CONF_INT: bounds; CONF_STR: length bounds, max 0:
			   * unbounded.  A default shorter than min makes the
			   * setting mandatory. */
	const char *text; /* a sentence for the example file */
};

/* The keys of a section are adjacent. */
struct conf_table {
	const struct conf_key *keys;
	size_t n_keys;
	const void *defaults; /* a struct of values */
	size_t size;          /* of that struct */
};

/*
 * Reads all sources into *values_out, t->size bytes, which points into the
 * arena and the defaults.  -1: *values_out is unchanged, and msg_out holds one
 * message.  file NULL: $IMCLOUD_CONF, else /etc/imcloud/imcloud.conf, which may
 * be missing.
 */
int conf_table_read(const struct conf_table *t, struct arena *a,
    const char *file, const char *const *overrides, size_t n_overrides,
    void *values_out, char *msg_out, size_t msg_len);

/*
 * Reads the same sources to find all that is wrong with them: appends a line
 * for each fault and returns their number.  It also finds texts that do not
 * have the form of their setting, and variables of the environment that look
 * like a misspelt one.
 */
int conf_table_check(const struct conf_table *t, const char *file,
    const char *const *overrides, size_t n_overrides, struct buf *faults_out);

#endif
