/* SPDX-License-Identifier: Apache-2.0 */
/* One line of an access log in the common or the combined format of Apache:
 *
 *   127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326
 *   ... 2326 "http://www.example.com/start.html" "Mozilla/4.08"
 */
#ifndef WEB_ACCESS_LOG_H
#define WEB_ACCESS_LOG_H

#include <weir/value.h>

/* Slices of the line. Quoted parts are as they stand there, with \" and \xhh. "-" is an absent
 * part: empty, and 0 bytes. */
struct access_log {
    weir_str host, ident, user;
    int64_t at_us;
    weir_str method, path, protocol;
    int64_t status, bytes;
    weir_str referer, agent;
};

/* Takes a line apart. NULL, or what was expected at byte *at. A request that is not METHOD PATH
 * PROTOCOL, such as the bytes of a TLS client, is a path alone. */
const char *access_log_parse(weir_str line, struct access_log *log, size_t *at);

/* `text` without the escapes that Apache writes into quoted parts: \" \\ \n \t ... \xhh. to: a
 * place of text.count bytes. Returns the new count; what is no escape stays as it is. */
size_t access_log_unescape(weir_str text, char *to);

#endif
