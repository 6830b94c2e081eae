/*
 * home: the region that writes a user's facts, found from the user's id: the
 * one that made the account.
 */
#ifndef IM_USER_HOME_H
#define IM_USER_HOME_H

#include <stdint.h>

#include "base/err.h"

/* HOME_UNREACHABLE if it is another region. */
int home_check_user(int64_t user_id, struct error *err);

#endif
