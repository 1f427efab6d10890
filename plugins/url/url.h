/* SPDX-License-Identifier: Apache-2.0 */
/* A URL taken apart, and percent signs: what the operators share. */
#ifndef URL_URL_H
#define URL_URL_H

#include <weir/operator.h>

/* Slices of the text; those that are absent are empty. */
struct url {
    weir_str scheme, user, host, port, path, query, fragment;
    bool has_scheme, has_authority, has_user, has_port, has_query, has_fragment;
    bool is_literal; /* the host stood in brackets, which are not part of it */
};

/* By RFC 3986, appendix B: never fails. "localhost:80" has the scheme localhost, "//localhost:80" a
 * host, "/a?b=c" a path and a query. */
void url_parse(weir_str text, struct url *url);

/* The value of a hexadecimal digit, or -1. */
int url_hex(char byte);

/* `text` with %41 as A and, if plus_is_blank, + as a blank: a slice if there is neither. A % that
 * is not followed by two hexadecimal digits is a bad record: ctx has failed. */
weir_str url_decode(struct weir_ctx *ctx, weir_str text, bool plus_is_blank);

/* Takes the next name=value off *query: cut at the next &, empty ones skipped. False at the end. */
bool url_next_pair(weir_str *query, weir_str *name, weir_str *value);

#endif
