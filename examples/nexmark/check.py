#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py WEIR PLUGIN: runs queries 0 to 8 and works out each from the raw events again."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(weir, folder, job):
    """What a job prints, as (batch time in s, record)."""
    done = subprocess.run([weir, "run", "-q", "--json", job], cwd=folder, capture_output=True, text=True, timeout=240)
    if done.returncode != 0:
        raise SystemExit("%s: status %d\n%s" % (job, done.returncode, done.stderr))
    out = []
    for line in done.stdout.splitlines():
        record = json.loads(line)
        time = record.pop("_time") // 1000
        record.pop("_stream")
        out.append((time, record))
    return out


def windows(events, length, slide):
    """(end, records) of every window, those at the beginning partly filled."""
    last = max(t for t, _ in events)
    for end in range(slide, last + 1, slide):
        yield end, [r for t, r in events if end - length < t <= end]


def highest(bids):
    best = {}
    for bid in bids:
        best[bid["auction"]] = max(best.get(bid["auction"], 0), bid["price"])
    return best


def expected(persons, auctions, bids):
    tumbling = [dict(end=end, persons=p, auctions=a, bids=b) for (end, p), (_, a), (_, b) in
                zip(windows(persons, 10, 10), windows(auctions, 10, 10), windows(bids, 10, 10))]
    yield bids
    yield [(t, dict(auction=b["auction"], bidder=b["bidder"], euro=b["price"] * 908 // 1000)) for t, b in bids]
    yield [(t, dict(auction=b["auction"], price=b["price"])) for t, b in bids if b["auction"] % 123 == 0]
    yield [(w["end"], dict(name=p["name"], city=p["city"], state=p["state"], item=a["id"]))
           for w in tumbling for a in w["auctions"] for p in w["persons"]
           if a["category"] == 10 and a["seller"] == p["id"] and p["state"] in ("OR", "ID", "CA")]
    q4, q6, newest = [], [], {}
    for w in tumbling:
        best, prices = highest(w["bids"]), defaultdict(list)
        for a in w["auctions"]:
            if a["id"] in best:
                prices[a["category"]].append(best[a["id"]])
        q4 += [(w["end"], dict(category=c, mean=sum(p) / len(p))) for c, p in prices.items()]
        for a in sorted(w["auctions"], key=lambda a: a["id"]):
            if a["id"] in best:
                newest.setdefault(a["seller"], []).append(best[a["id"]])
        q6 += [(w["end"], dict(seller=s, mean=sum(p[-10:]) / len(p[-10:]))) for s, p in newest.items()]
    yield q4
    q5 = []
    for end, records in windows(bids, 10, 2):
        counts = Counter(b["auction"] for b in records)
        bids_of, auction = max((n, a) for a, n in counts.items())
        q5.append((end, dict(bids=bids_of, auction=auction)))
    yield q5
    yield q6
    q7 = []
    for w in tumbling:
        price, auction, bidder = max((b["price"], b["auction"], b["bidder"]) for b in w["bids"])
        q7.append((w["end"], dict(auction=auction, bidder=bidder, price=price)))
    yield q7
    yield [(w["end"], dict(id=p["id"], name=p["name"])) for w in tumbling for p in w["persons"]
           if p["id"] in {a["seller"] for a in w["auctions"]}]


def canonical(events):
    def rounded(record):
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in record.items()}
    return Counter(json.dumps([t, rounded(r)], sort_keys=True) for t, r in events)


def main(weir, plugin):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(plugin, os.path.join(folder, "nexmark.so"))
        raw = [rows(weir, folder, 'use "./nexmark.so"; nexmark.%s | print' % name)
               for name in ("persons", "auctions", "bids")]
        for q, want in enumerate(expected(*raw)):
            with open(os.path.join(HERE, "q%d.weir" % q)) as f:
                text = f.read()
            got = canonical(rows(weir, folder, text))
            want = canonical(want)
            print("q%d: %d records, %s" % (q, sum(got.values()), "as expected" if got == want else "DIFFERENT"))
            if got != want or not got:
                failed += 1
                print("  missing: %s\n  unexpected: %s" % (list((want - got))[:3], list((got - want))[:3]))
    print("%d passed, %d failed" % (9 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
