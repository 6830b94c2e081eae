/*
 * banned: libc functions for which lib/base has a safer replacement.
 * Force-included into every file.
 *
 * They are function-like macros, as in git, rather than `#pragma GCC poison`,
 * because headers of libcrypto and MariaDB use some of these names for
 * parameters and in their own macros.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* Included first, so that the macros do not break their declarations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(function) sorry_##function##_is_a_banned_function

#undef strcpy
#define strcpy(...) BANNED(strcpy)
#undef strcat
#define strcat(...) BANNED(strcat)
#undef strncat
#define strncat(...) BANNED(strncat)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strtok
#define strtok(...) BANNED(strtok)
#undef atoi
#define atoi(...) BANNED(atoi)
#undef atol
#define atol(...) BANNED(atol)
#undef atoll
#define atoll(...) BANNED(atoll)
#undef gmtime
#define gmtime(...) BANNED(gmtime)
#undef localtime
#define localtime(...) BANNED(localtime)
#undef ctime
#define ctime(...) BANNED(ctime)
#undef asctime
#define asctime(...) BANNED(asctime)
#undef rand
#define rand(...) BANNED(rand)
#undef srand
#define srand(...) BANNED(srand)
#undef system
#define system(...) BANNED(system)
#undef gets
#define gets(...) BANNED(gets)

#endif
