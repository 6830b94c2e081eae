/* version: the version of imcloud (Semantic Versioning; see CHANGELOG.md). */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define IMCLOUD_VERSION "0.1.0"

#endif
