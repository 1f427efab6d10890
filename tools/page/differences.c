/* SPDX-License-Identifier: Apache-2.0 */
/* The topic `differences`: what users of Spark Streaming would not expect. The cases of its own
 * test suites that weir does not follow (tests/conformance, tagged quirk) are all in here. */
#include "page/page.h"

static const char windows_and_states[] =
    "\nwindows\n"
    "  A slide longer than the window leaves out what lies between, with an inverse too. There "
    "the\n"
    "  incremental form counts that gap in its first window and never gets rid of it.\n"
    "  A reducer that declares an inverse makes its windows incremental without being asked. "
    "Then,\n"
    "  as there, a key stays with what is left of it until filter= drops it, and a key that "
    "filter=\n"
    "  dropped too early fails the batch; inverse=none makes each window anew.\n"
    "\nstates\n"
    "  Idle keys time out in the batch in which they are due. There only in batches whose state "
    "is\n"
    "  checkpointed: every tenth.\n"
    "  Initial states are states like others: they survive a recovery. There every later batch\n"
    "  fails if none was checkpointed before the stop.\n"
    "  State is changed in place and undone if its batch fails: no checkpoint directory is asked\n"
    "  for, none need be written to keep lineage short.\n"
    "  State without a name (as NAME) is warned about: names, not classes, are what is "
    "recovered.\n";

static const char records[] =
    "\nrecords\n"
    "  A column has one type, known before the job starts. A missing side of a join is null.\n"
    "  A record that an operator refuses is dropped, counted, and the first ones are shown; the\n"
    "  batch goes on. There it fails. In aggregates, updates and trackers it does so here too.\n"
    "  Reducers are of fixed width: numbers, times, bools. Text is combined by aggregates: "
    "agg.max,\n"
    "  agg.collect or a plugin's.\n"
    "\norder\n"
    "  Rows and groups stand in a fixed order: the same bytes for any number of threads. There it\n"
    "  is open.\n"
    "  sort gives one partition, which is in order as a whole. There ranges are sampled when the\n"
    "  RDD is formed, and what fails below shows as a failure of forming it.\n";

static const char failures_and_outputs[] =
    "\nfailures\n"
    "  A batch that fails ends the job with status 1 (on_error=stop). on_error=continue is "
    "Spark's\n"
    "  way: the batch is left out, later ones go on, windows that hold it and states above it "
    "fail\n"
    "  with it. It is not run again by a recovery; there it stays pending.\n"
    "  A task is tried again, 4 times in all, only if its operator says that the lack may pass.\n"
    "\noutputs\n"
    "  Each output commits once for a batch, in order of batches and outputs, though two batches\n"
    "  may run at a time: two-phase and idempotent sinks show a batch exactly once (weir explain\n"
    "  says which). There an output runs at least once.\n"
    "  print writes all records, as JSON lines unless on a terminal; style=spark is Spark's "
    "form.\n";

static const char streams[] =
    "\nstreams\n"
    "  A stream with several readers is computed once per batch, persist or not.\n"
    "  The body of a transform is declared once, not called in each batch: what changes comes in "
    "by\n"
    "  tables (reload=) and batch_time().\n"
    "  Finite inputs end the job: stream time begins at 0 and batches run back to back.\n"
    "  A slice of what is not remembered any more is an error. There it is computed again.\n"
    "  A receiver has a thread of its own and takes none of a task's.\n";

void weir_page_put_differences(struct weir_text *to)
{
    weir_text_put(to,
                  "differences: where weir does, on purpose, other than Spark Streaming\n\n"
                  "Batches and their times, windows, states, joins and failures are otherwise as "
                  "there: the cases of its\nown test suites run here (tests/conformance).\n");
    weir_text_put(to, windows_and_states);
    weir_text_put(to, records);
    weir_text_put(to, failures_and_outputs);
    weir_text_put(to, streams);
    weir_text_put(to, "\nnot yet\n"
                      "  Checkpoints in files, the write-ahead log, more than one machine: a job "
                      "that is killed begins anew.\n");
}
