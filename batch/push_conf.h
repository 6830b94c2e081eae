/* push_conf: the settings of im-push. */
#ifndef BATCH_PUSH_CONF_H
#define BATCH_PUSH_CONF_H

#include <stdint.h>

int64_t push_expiry_ms(void);
int64_t push_ack_wait_ms(void);
int64_t push_retry_ms(void); /* the first wait of a notice */
int64_t push_probe_ms(void); /* the first wait of a refused credential */
int64_t push_per_minute(void);

#define PUSH_RETRY_MAX_MS 600000
#define PUSH_PROBE_MAX_MS 3600000

#endif
