#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py WEIR PLUGIN: runs views.weir and counts the views again from the raw events."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(weir, folder, job):
    done = subprocess.run([weir, "run", "-q", "--json", job], cwd=folder, capture_output=True, text=True, timeout=240)
    if done.returncode != 0:
        raise SystemExit("%s: status %d\n%s" % (job, done.returncode, done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(weir, plugin):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(plugin, os.path.join(folder, "yahoo.so"))
        use = 'use "./yahoo.so"; '
        campaigns = {r["ad"]: r["campaign"] for r in rows(weir, folder, use + "yahoo.ads | print")}
        want = Counter()
        for event in rows(weir, folder, use + "yahoo.events | print"):
            if event["type"] == "view":
                window = -(-event["_time"] // 10000) * 10000
                want[window, campaigns[event["ad"]]] += 1
        with open(os.path.join(HERE, "views.weir")) as f:
            text = f.read()
        got = Counter({(r["_time"], r["campaign"]): r["views"] for r in rows(weir, folder, text)})
    is_same = got == want and len(got) > 0
    print("%d windows of campaigns, %d views: %s" % (len(got), sum(got.values()), "as expected" if is_same else "DIFFERENT"))
    print("%d passed, %d failed" % (is_same, not is_same))
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
