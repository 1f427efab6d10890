#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# C functions by their prototypes: one that crashes or exits is found before the job starts.
. "$(dirname "$0")/lib.sh"

cat >functions.c <<'END'
#include <stdlib.h>
long next(long x);
long quotient(long x);
long wild(long x);
long leave(long x);
long next(long x) { return x + 1; }
long quotient(long x) { return 1000000 / x; }
long wild(long x) { return *(long *)x; }
long leave(long x) { exit((int)x); }
END
last="$CC functions.c"
"${CC:-cc}" -shared -fPIC -o functions.so functions.c >out 2>err
status=$?
gives 0

call() { # FUNCTION: in a job of one batch
    run run -q -b 100ms --until 1rec "use \"./functions.so\" as f { long $1(long x); }
generate clicks | map x = f.$1(ms) | limit 1"
}

call next
gives 0
says out '{"x":'
call quotient
gives 0
call wild
gives 65
says err "f.wild"
says err "SIGSEGV"
is_empty out
call leave
gives 65
says err "f.leave"
run check 'use "./functions.so" as f { long wild(long x); }; generate clicks | map x = f.wild(ms)'
gives 65
# Nothing is called to be explained.
run explain 'use "./functions.so" as f { long wild(long x); }; generate clicks | map x = f.wild(ms)'
gives 0

# A library that cannot even be loaded.
cat >crash.c <<'END'
#include <stdlib.h>
long next(long x);
long next(long x) { return x + 1; }
__attribute__((constructor)) static void crash(void) { abort(); }
END
"${CC:-cc}" -shared -fPIC -o crash.so crash.c >out 2>err
run run 'use "./crash.so" as f { long next(long x); }; generate clicks | map x = f.next(ms)'
gives 65
says err "SIGABRT"
finish
