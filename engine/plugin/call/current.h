/* SPDX-License-Identifier: Apache-2.0 */
/* What each thread is doing inside a plugin at this moment: a plugin shares the process with us, so
 * all that can be done for its crash is to say whose it was. Part of the door (plugin.h). */
#ifndef WEIR_PLUGIN_CALL_CURRENT_H
#define WEIR_PLUGIN_CALL_CURRENT_H

#include "data/data.h"

struct weir_call;
struct weir_operator;

/* A call that is under way, on the stack of the thread that makes it. Calls nest: what a source
 * reads is handed on, to other operators, by a call of ours inside its own. */
struct weir_call_frame {
    const struct weir_operator *op; /* NULL: our own code, which the plugin of `outer` called */
    const char *part;               /* of the plugin: "loop", "open", "write". Static */
    int64_t batch_us;               /* 0: of no batch */
    uint32_t partition;
    /* Records that it works on: `count` of rows, at the positions sel (NULL: the first ones). */
    const struct weir_rows *rows; /* NULL: none, or none that is known */
    const uint16_t *sel;
    uint32_t count;
    /* Works on [first, first + count) of them once more and hands nothing on; NULL: that cannot be
     * done. [a child process that does nothing else any more] */
    void (*again)(const struct weir_call_frame *frame, uint32_t first, uint32_t count);
    void *owner; /* of again */
    const struct weir_call_frame *outer;
};

/* From here to leave the calling thread is in `part` of the plugin. The frame is the caller's,
 * emptied, or with rows and again filled in. Per chunk, never per record. */
void weir_call_enter(struct weir_call_frame *frame, const struct weir_call *call, const char *part);

/* The same for what has no context of its own, such as a reducer: op, batch_us and partition are
 * the caller's to fill in. */
void weir_call_enter_frame(struct weir_call_frame *frame, const char *part);

/* From here to leave the thread is in our own code again, which a plugin has called back and which
 * may call others. */
void weir_call_enter_engine(struct weir_call_frame *frame);

/* Ends the newest of the thread's frames. */
void weir_call_leave(const struct weir_call_frame *frame);

/* The calling thread's plugin has called fork, and this is the child: when it comes back from the
 * plugin, or calls us, end is called with the plugin's frame, and does not return. [in the child]
 */
void weir_call_forked(void (*end)(const struct weir_call_frame *frame));

/* The innermost frame of the calling thread, or NULL. In a handler of its own signals too. */
const struct weir_call_frame *weir_call_current(void);

#endif
