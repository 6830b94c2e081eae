/* message_time: the times that users set for messages. */
#ifndef CGI_MESSAGE_TIME_H
#define CGI_MESSAGE_TIME_H

#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

/* 5 seconds to 366 days ahead by the database's clock; INVALID_ARGUMENT. */
int message_check_ahead(struct db *db, const char *field, int64_t at_ms,
    struct error *err);

#endif
