/*
 * openapi: describes routes in the words of OpenAPI 3.1.
 *
 * The table of a route knows its parameters, its body, its credentials and the
 * failures of the pipeline.  docs/openapi.yaml takes all of this from here;
 * descriptions, answers and examples are written there by hand.
 */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "web/web.h"

/*
 * Appends lines "REGION|TEXT" for all routes that clients may call.  Regions:
 * NAME of a route (what comes first in its operation), NAME.problems (its
 * responses of the pipeline), and "bodies" (a schema NAME for each body).
 */
void web_print_openapi(const struct web_app *app, struct buf *out);

#endif
