#include "push/device_pace.h"

#include "base/hash.h"

#define NEAR      8 /* slots in which a device may be */
#define MINUTE_MS 60000

int64_t device_pace_take(struct device_pace *p, uint64_t key, int64_t now_ms)
{
	uint64_t at = hash_u64(key) >> 50, best = at;

	_Static_assert(PACE_SLOTS == 1 << 14, "the bits of at");
	key |= 1;
	for (uint64_t i = at; i < at + NEAR; i++) {
		uint64_t k = i % PACE_SLOTS;

		if (p->slots[k].key == key) {
			best = k;
			break;
		}
		if (p->slots[k].began_ms < p->slots[best].began_ms)
			best = k;
	}
	if (p->slots[best].key != key ||
	    now_ms - p->slots[best].began_ms >= MINUTE_MS) {
		p->slots[best].key = key;
		p->slots[best].began_ms = now_ms;
		p->slots[best].n = 0;
	}
	if (p->slots[best].n >= p->per_minute)
		return p->slots[best].began_ms + MINUTE_MS - now_ms;
	p->slots[best].n++;
	return 0;
}
