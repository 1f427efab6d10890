/* SPDX-License-Identifier: Apache-2.0 */
/* Between the sink `curious.note` and the test it is linked into. */
#ifndef WEIR_TESTS_CURIOUS_H
#define WEIR_TESTS_CURIOUS_H

/* Every callback that is made, with what it was given; the answer is its outcome. */
int curious_called(const char *call);

#endif
