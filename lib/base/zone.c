#include "base/zone.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

/* Abbreviations that ICU knows for the sake of old programs; they are no names
 * of the database, and mean one of several zones. */
#define NOT_IANA                                                           \
	"ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|" \
	"MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|Etc/Unknown"

bool zone_is_known(struct str name)
{
	UChar id[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX * 2];
	UErrorCode status = U_ZERO_ERROR;
	UBool is_system = false;

	if (!name.len || name.len > ZONE_NAME_MAX ||
	    !str_is_alnum_or(name, "/_+-") || str_place(NOT_IANA, name))
		return false;
	u_charsToUChars(name.p, id, (int32_t)name.len);
	ucal_getCanonicalTimeZoneID(id, (int32_t)name.len, canonical,
	    ZONE_NAME_MAX * 2, &is_system, &status);
	return U_SUCCESS(status) && is_system;
}

bool zone_time(struct str name, int64_t ms, struct zone_time *out)
{
	UChar id[ZONE_NAME_MAX];
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *cal;

	if (!zone_is_known(name))
		return false;
	u_charsToUChars(name.p, id, (int32_t)name.len);
	cal = ucal_open(id, (int32_t)name.len, "", UCAL_GREGORIAN, &status);
	ucal_setMillis(cal, (UDate)ms, &status);
	out->minute = ucal_get(cal, UCAL_HOUR_OF_DAY, &status) * 60 +
		      ucal_get(cal, UCAL_MINUTE, &status);
	out->weekday = (ucal_get(cal, UCAL_DAY_OF_WEEK, &status) + 5) % 7;
	ucal_close(cal);
	return U_SUCCESS(status);
}
