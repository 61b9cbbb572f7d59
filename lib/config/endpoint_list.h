/* endpoint_list.h - several end points that are to be tested: none of them twice */
#ifndef MAILFLOW_ENDPOINT_LIST_H
#define MAILFLOW_ENDPOINT_LIST_H

#include "net/endpoint.h"

/* Mark those that differ in their type alone (has_twin). Returns 0, or -1 with ERR_USAGE where two
 * do not differ at all. All of them are complete. */
int endpoint_list_check(struct endpoint *list, size_t count, struct err *err);

#endif
