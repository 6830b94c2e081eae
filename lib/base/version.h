/* version: of imcloud, by Semantic Versioning. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define IMCLOUD_VERSION "0.1.0"

#endif
