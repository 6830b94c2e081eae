/*
 * tables: every settings table of imcloud, in the order of the example file.
 *
 * All programs share one file, and an unknown key is an error; so each
 * program knows every key, also those that it does not use.  Stands above
 * all other modules: only programs include it.
 */
#ifndef CONF_TABLES_H
#define CONF_TABLES_H

#include "base/conf.h"

/* Before conf_load(). */
void conf_register_all(void);

/* Counters of this process go to [stat] dir, if that is set. */
void conf_stat_open(const char *prog);

/* Settings of the tools. */
extern const char *migrate_dir;

#endif
