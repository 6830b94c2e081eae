/* version: of imcloud, by Semantic Versioning.  CHANGELOG.md tells what is in
 * it. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define IMCLOUD_VERSION "0.1.0"

#endif
