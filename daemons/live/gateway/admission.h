/*
 * admission: whether a service is worth waiting for.
 *
 * A client waits for an answer only so long ([live] patience_s).  If a service
 * has so much to do that an opening would wait longer, it is refused at once
 * and told when to come back.  Each one that is refused gets a time of its own:
 * when the service has room for it behind those who wait and those who were
 * refused before, give or take a quarter.  So after a cut clients come back as
 * fast as they can be served, and nobody waits in vain.
 */
#ifndef LIVE_ADMISSION_H
#define LIVE_ADMISSION_H

#include <stdint.h>
#include <uv.h>

#include "gateway/service.h"

void admission_start(uv_loop_t *loop);

/* 0: wait; else refuse the opening, to come back in so many ms. */
int64_t admission_refuse_ms(enum service service);

#endif
