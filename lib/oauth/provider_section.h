/* provider_section.h - the file in which a site gives providers names of its own, with the options
 * that belong to each
 *
 *   [contoso]
 *   provider = microsoft
 *   tenant = contoso.example
 *   client-id = 11111111-2222-3333-4444-555555555555
 *   client-secret-file = /etc/mailflow/contoso.secret */
#ifndef MAILFLOW_PROVIDER_SECTION_H
#define MAILFLOW_PROVIDER_SECTION_H

#include "base/clock.h"
#include "base/err.h"

/* Where it is, if no option says otherwise; constant. */
const char *provider_section_file(void);

/* Whether the file has that section: 1 or 0, also where there is no file; or -1 with the error set:
 * it cannot be read. */
int provider_section_find(const char *file, const char *section, const struct limit *limit,
			  struct err *err);

#endif
