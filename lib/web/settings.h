/*
 * settings: of the FastCGI programs.  All programs share one file, so the
 * table has the pools of all services.
 */
#ifndef WEB_SETTINGS_H
#define WEB_SETTINGS_H

#include <stdint.h>

/* Threads of the service; 8 for one that the table does not list. */
int64_t web_threads(const char *name);

/* Takes [log] level into effect; a word that is none ends the program. */
void web_set_log_level(void);

extern int64_t web_requests_max;
extern int64_t web_rss_max_mib;
extern int64_t web_drain_s;
extern int64_t web_io_s;

#endif
