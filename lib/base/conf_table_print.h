/*
 * conf_table_print: settings as a file that conf_table_read() reads.
 */
#ifndef BASE_CONF_TABLE_PRINT_H
#define BASE_CONF_TABLE_PRINT_H

#include "base/buf.h"
#include "base/conf_table.h"

enum conf_print {
	CONF_PRINT_ALL,         /* every key = value */
	CONF_PRINT_DIFFERENCES, /* values other than the default */
	CONF_PRINT_EXAMPLE,     /* the defaults, commented out, with texts */
};

void conf_table_print(const struct conf_table *t, const void *values,
    enum conf_print what, struct buf *out);

#endif
