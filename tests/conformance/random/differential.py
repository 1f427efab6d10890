#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random pipelines over random inputs: what weir gives against what the oracle gives.

    differential.py RUNNER [--runs N] [--seed S] [--partitions N] [--threads N] [--keep DIR]

Every case is made from the seed and its number. The oracle (reference.py, beside this file) says
what is expected, RUNNER (the conformance program) runs the cases and says which differ. A case that
differs is made smaller while it still does, and printed in the form that RUNNER reads.

What the model leaves open is not asked for: the order of rows that have gone through a shuffle, and
what depends on it. Each stream therefore knows whether its partitions are still those of its input.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import reference  # noqa: E402  (beside this file)

TEXTS = ["", "a", "b", "c", "ab", "ba", "cc", "abc", "a b", "b  c", "a longer text than twelve"]
BATCH_MS = [100, 250, 500, 1000]
I, S = "I", "S"


def pair(a, b):
    return ("P", a, b)


def is_pair(t):
    return isinstance(t, tuple) and t[0] == "P"


def is_scalar(t):
    return t in (I, S)


class Flow:
    """A stream under construction: its type, its slide, and what is known of its order."""

    def __init__(self, type_, slide, ordered=True, unique=False):
        self.type, self.slide = type_, slide
        self.ordered = ordered      # rows and partitions are where the oracle has them
        self.unique = unique        # at most one row for each key
        self.tracked = False


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.batch_ms = self.r.choice(BATCH_MS)
        self.batches = self.r.randint(3, 8)
        self.types, self.inputs, self.partitions = [], [], []
        self.has_nulls = self.r.random() < 0.1
        for _ in range(self.r.randint(1, 3)):
            self.add_input(self.r.choice([I, S, pair(S, I), pair(S, I), pair(I, I), pair(I, S), pair(S, S)]))

    def value(self, t):
        if is_pair(t):
            return [self.value(t[1]), self.value(t[2])]
        return self.r.randint(-9, 9) if t == I else self.r.choice(TEXTS)

    def add_input(self, t):
        batches = []
        for _ in range(self.batches):
            if self.has_nulls and self.r.random() < 0.15:
                batches.append(None)
            else:
                batches.append([self.value(t) for _ in range(self.r.choice([0, 0, 1, 2, 4, 7]))])
        if not any(batches):
            batches[0] = [self.value(t)]
        self.types.append(t)
        self.inputs.append(batches)
        self.partitions.append(self.r.randint(1, 3))

    # ---- steps: each answers a step and the flow after it, or None if it does not fit ----
    def map(self, f):
        t = f.type
        if t == I:
            name, args, out = self.r.choice([
                ("identity", [], I), ("to_string", [], S), ("add", [self.r.randint(-3, 3)], I),
                ("pair_with", [self.value(S)], pair(I, S)), ("pair_with", [1], pair(I, I)),
                ("fail_if", [self.r.randint(20, 40)], I)])
        elif t == S:
            name, args, out = self.r.choice([
                ("length", [], I), ("upper", [], S), ("pair_with", [1], pair(S, I)),
                ("pair_with_length", [], pair(S, I)), ("fail_if", [self.r.choice(["zz", "abc"])], S)])
        else:
            name, args, out = self.r.choice([
                ("swap", [], pair(t[2], t[1])), ("first", [], t[1]), ("second", [], t[2]),
                ("identity", [], t)])
        keeps = f.unique and name == "identity"
        return {"op": "map", "fn": name, "args": args}, Flow(out, f.slide, f.ordered, keeps)

    def map_values(self, f):
        if not is_pair(f.type) or not is_scalar(f.type[2]):
            return None
        name, out = ("to_string", S) if f.type[2] == I else self.r.choice([("length", I), ("upper", S)])
        return {"op": "map_values", "fn": name}, Flow(pair(f.type[1], out), f.slide, f.ordered, f.unique)

    def flat_map(self, f):
        if f.type == I:
            name, args, out = self.r.choice([("self_and_double", [], I), ("self_and_add", [10], I)])
        elif f.type == S:
            name, args, out = self.r.choice([
                ("chars", [], S), ("split_space", [], S), ("suffix_1_and_2", [], S),
                ("chars_with_length", [], pair(I, S))])
        elif f.type == pair(S, I):
            name, args, out = "second_with_chars_of_first", [], pair(I, S)
        else:
            return None
        return {"op": "flat_map", "fn": name, "args": args}, Flow(out, f.slide, f.ordered)

    def flat_map_values(self, f):
        if not is_pair(f.type) or not is_scalar(f.type[2]):
            return None
        name, out = ("self_and_double", I) if f.type[2] == I else self.r.choice([("chars", S), ("split_space", S)])
        return {"op": "flat_map_values", "fn": name}, Flow(pair(f.type[1], out), f.slide, f.ordered)

    def filter(self, f):
        if f.type == I:
            step = {"op": "filter", "fn": "is_even"}
        elif f.type == S:
            step = {"op": "filter", "fn": "contains", "args": [self.r.choice(["a", "b", ""])]}
        elif f.type[2] == I:
            step = {"op": "filter", "fn": self.r.choice(["value_nonzero", "value_positive"])}
        elif f.type[1] == S:
            step = {"op": "filter", "fn": "key_contains", "args": [self.r.choice(["a", "b"])]}
        else:
            return None
        return step, Flow(f.type, f.slide, f.ordered, f.unique)

    def map_partitions(self, f):
        if not f.ordered or not (is_scalar(f.type) or is_pair(f.type)):
            return None
        if f.type == I:
            name, out = self.r.choice([("partition_sum", I), ("partition_marker", I)])
        elif f.type == S:
            name, out = self.r.choice([("partition_concat_upper", S), ("partition_marker", I)])
        elif is_scalar(f.type[1]) and is_scalar(f.type[2]):
            name, out = "partition_swap", pair(f.type[2], f.type[1])
        else:
            return None
        return {"op": "map_partitions", "fn": name}, Flow(out, f.slide, True)

    def repartition(self, f):
        return {"op": "repartition", "partitions": self.r.randint(1, 4)}, Flow(f.type, f.slide, False, f.unique)

    def count(self, f):
        return {"op": "count"}, Flow(I, f.slide, True)

    def count_by_value(self, f):
        return {"op": "count_by_value"}, Flow(pair(f.type, I), f.slide, False, True)

    def reduce(self, f):
        if f.type == I:
            return {"op": "reduce", "fn": "sum"}, Flow(I, f.slide, False)
        if f.type == S and f.ordered:
            return {"op": "reduce", "fn": "concat"}, Flow(S, f.slide, False)
        return None

    def reducer(self, f):
        if is_pair(f.type) and f.type[2] == I:
            return "sum"
        return "concat" if is_pair(f.type) and f.type[2] == S and f.ordered else None

    def reduce_by_key(self, f):
        name = self.reducer(f)
        return name and ({"op": "reduce_by_key", "fn": name}, Flow(f.type, f.slide, False, True))

    def combine_by_key(self, f):
        if not is_pair(f.type) or f.type[2] != I:
            return None
        if f.ordered and self.r.random() < 0.5:
            return ({"op": "combine_by_key", "create_fn": "to_string", "merge_value_fn": "append_string",
                     "merge_combiners_fn": "concat"}, Flow(pair(f.type[1], S), f.slide, False, True))
        return ({"op": "combine_by_key", "create_fn": "identity", "merge_value_fn": "sum",
                 "merge_combiners_fn": "sum"}, Flow(f.type, f.slide, False, True))

    def union(self, f):
        i = self.operand(f.type, f.slide)
        return i is not None and ({"op": "union", "with": i}, Flow(f.type, f.slide, f.ordered))

    def operand(self, type_, slide):
        """An input of that type and slide; one is added if there is none."""
        if slide != self.batch_ms or not self.fits_input(type_):
            return None
        found = [i for i, t in enumerate(self.types) if t == type_]
        if not found and len(self.types) < 5:
            self.add_input(type_)
            found = [len(self.types) - 1]
        return self.r.choice(found) if found else None

    def fits_input(self, t):
        return is_scalar(t) or (is_pair(t) and is_scalar(t[1]) and is_scalar(t[2]))

    def join(self, f):
        if not is_pair(f.type) or not is_scalar(f.type[1]):
            return None
        other = self.operand(pair(f.type[1], self.r.choice([I, S])), f.slide)
        if other is None:
            return None
        out = pair(f.type[1], pair(f.type[2], self.types[other][2]))
        return {"op": "join", "with": other}, Flow(out, f.slide, False)

    def outer_join(self, f):
        if not is_pair(f.type) or not is_scalar(f.type[1]):
            return None
        other = self.operand(pair(f.type[1], I), f.slide)
        op = self.r.choice(["left_outer_join", "right_outer_join", "full_outer_join"])
        return other is not None and ({"op": op, "with": other}, Flow("end", f.slide, False))

    def group(self, f):
        if not is_pair(f.type) or not f.ordered or not is_scalar(f.type[2]):
            return None
        return {"op": "group_by_key"}, Flow("end", f.slide, False)

    def cogroup(self, f):
        if not is_pair(f.type) or not f.ordered or not is_scalar(f.type[1]) or not is_scalar(f.type[2]):
            return None
        other = self.operand(pair(f.type[1], I), f.slide)
        return other is not None and ({"op": "cogroup", "with": other}, Flow("end", f.slide, False))

    # ---- windows ----
    def span(self, f):
        slide = f.slide * self.r.choice([1, 1, 2])
        return {"length_ms": max(slide, f.slide * self.r.randint(1, 4)), "slide_ms": slide}

    def window(self, f):
        span = self.span(f)
        return dict(span, op="window"), Flow(f.type, span["slide_ms"], f.ordered)

    def windowed(self, f):
        span = self.span(f)
        slide = span["slide_ms"]
        kind = self.r.choice(["count", "count_by_value", "reduce", "reduce_by_key", "inverse", "group"])
        if kind == "count":
            return dict(span, op="count_by_window"), Flow(I, slide, False)
        if kind == "count_by_value":
            return dict(span, op="count_by_value_and_window"), Flow(pair(f.type, I), slide, False, True)
        if kind == "reduce" and f.type == I:
            return dict(span, op="reduce_by_window", fn="sum"), Flow(I, slide, False)
        if kind == "reduce_by_key" and self.reducer(f):
            step = dict(span, op="reduce_by_key_and_window", fn=self.reducer(f))
            return step, Flow(f.type, slide, False, True)
        if kind == "inverse" and is_pair(f.type) and f.type[2] == I:
            step = dict(span, op="reduce_by_key_and_window", fn="sum", inv_fn="difference")
            return step, Flow(f.type, slide, False, True)
        if kind == "group" and is_pair(f.type) and f.ordered and is_scalar(f.type[2]):
            return dict(span, op="group_by_key_and_window"), Flow("end", slide, False)
        return None

    # ---- state ----
    def update_state(self, f):
        if not is_pair(f.type) or not is_scalar(f.type[2]):
            return None
        if f.type[2] == I:
            name = self.r.choice(["running_sum", "add_time_if_values", "count_and_expire"])
        else:
            name = "add_time_if_values"
        step = {"op": "update_state_by_key", "fn": name, "api": "values"}
        out = Flow(pair(f.type[1], I), f.slide, False, True)
        if name == "count_and_expire":
            step["args"] = [self.r.randint(1, 3)]
            out.type = "end"
        elif is_scalar(f.type[1]) and self.r.random() < 0.3:
            keys = {json.dumps(k): k for k in (self.value(f.type[1]) for _ in range(3))}
            step["initial"] = [[k, self.r.randint(0, 9)] for k in keys.values()]
        return step, out

    def map_with_state(self, f):
        if not is_pair(f.type) or f.type[2] != I or not (f.ordered or f.unique):
            return None
        emits = [("ms_sum_emit_sum", I), ("ms_sum_emit_pair", pair(f.type[1], I)), ("ms_sum_emit_nothing", I),
                 ("ms_toggle_emit_removed", f.type[1])]
        name, out = self.r.choice(emits)
        if not is_scalar(out) and not (is_pair(out) and is_scalar(out[1])):
            name, out = "ms_sum_emit_sum", I
        flow = Flow(out, f.slide, False)
        flow.tracked = name.startswith("ms_sum")
        return {"op": "map_with_state", "fn": name}, flow

    def state_snapshots(self, f):
        return {"op": "state_snapshots"}, Flow("end", f.slide, False)

    # ---- transforms ----
    def transform(self, f):
        choices = [({"fn": "rdd_pair_with_time"}, Flow(pair(f.type, I), f.slide, f.ordered))]
        if is_pair(f.type) and is_scalar(f.type[1]) and f.slide == self.batch_ms:
            choices.append(({"fn": "rdd_sort_by_key"}, Flow(f.type, f.slide, False)))
        if is_scalar(f.type):
            choices.append(({"fn": "rdd_cartesian_self"}, Flow(pair(f.type, f.type), f.slide, False)))
        if f.type == I:
            choices.append(({"fn": "rdd_map", "args": ["to_string"]}, Flow(S, f.slide, f.ordered)))
        if self.r.random() < 0.03:
            choices = [({"fn": "rdd_null"}, Flow(f.type, f.slide, f.ordered))]
        step, flow = self.r.choice(choices)
        return dict(step, op="transform"), flow

    STEPS = ([map] * 5 + [flat_map] * 3 + [filter] * 3 + [map_values, flat_map_values] + [map_partitions] * 2 +
             [repartition] * 2 + [count] + [count_by_value] * 2 + [reduce] + [reduce_by_key] * 3 +
             [combine_by_key] * 2 + [union] * 3 + [join] * 3 + [outer_join] + [group] + [cogroup] +
             [window] * 3 + [windowed] * 6 + [update_state] * 4 + [map_with_state] * 4 + [transform] * 3)

    def case(self, name):
        flow = Flow(self.types[0], self.batch_ms)
        pipeline = []
        for _ in range(200):
            if len(pipeline) >= self.length or flow.type == "end":
                break
            made = self.state_snapshots(flow) if flow.tracked and self.r.random() < 0.3 \
                else self.r.choice(self.STEPS)(self, flow)
            if made:
                pipeline.append(made[0])
                flow = made[1]
        return {"suite": "differential", "name": name, "batch_ms": self.batch_ms, "inputs": self.inputs,
                "partitions": self.partitions, "pipeline": pipeline, "num_batches": self.batches,
                "compare": "multiset", "expect_from_batch": 0}


def expect(case):
    """Adds what the oracle gives. False: the case is of no use."""
    for key in ("expect", "expect_failed", "expect_times_ms", "expect_build_error"):
        case.pop(key, None)
    try:
        outputs, failures = reference.run_pipeline(case)
    except reference.BuildError:
        return False
    case["expect"] = [records for _, records in outputs]
    case["expect_times_ms"] = [(i + 1) * case["batch_ms"] for i, _ in outputs]
    # of several things that are wrong in one batch, which is named is open: only the first failure
    # of a case has its text compared, the others their batch and phase
    case["expect_failed"] = [
        {"batch": i, "phase": "generate" if isinstance(e, reference.GenerateError) else "run",
         "contains": str(e).split(" at time")[0][:10] if n == 0 else ""}
        for n, (i, e) in enumerate(failures)]
    return sum(len(r) for r in case["expect"]) < 20000


def make(seed, number):
    for attempt in range(20):
        generator = Generator("%d/%d/%d" % (seed, number, attempt))
        generator.length = generator.r.randint(1, 6)
        case = generator.case("%d/%d" % (seed, number))
        if expect(case):
            return case
    raise SystemExit("no case could be made for seed %d, number %d" % (seed, number))


class Runner:
    def __init__(self, options):
        self.command = [options.runner]
        for name in ("partitions", "threads"):
            if getattr(options, name):
                self.command += ["--" + name, str(getattr(options, name))]

    def run(self, cases):
        """Names of the cases that differ, with what the runner says of them."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "cases.json"), "w") as f:
                json.dump(cases, f)
            done = subprocess.run(self.command[:1] + [folder] + self.command[1:], capture_output=True, text=True,
                                  timeout=600)
        failed = {}
        for line in done.stdout.splitlines():
            if line.startswith("FAILED differential/"):
                name, _, why = line[len("FAILED differential/"):].partition(": ")
                failed[name] = why
        last = done.stdout.splitlines()[-1] if done.stdout.strip() else ""
        if not last.endswith("failed"):
            raise SystemExit("the runner did not end well (status %d): %s%s" % (
                done.returncode, done.stdout[-2000:], done.stderr[-2000:]))
        return failed


def smaller(case):
    """Cases with a little less in them."""
    for i in reversed(range(len(case["pipeline"]))):
        yield dict(case, pipeline=case["pipeline"][:i] + case["pipeline"][i + 1:])
    if case["num_batches"] > 1:
        n = case["num_batches"] - 1
        yield dict(case, num_batches=n, inputs=[batches[:n] for batches in case["inputs"]])
    for i, batches in enumerate(case["inputs"]):
        for b, records in enumerate(batches):
            for k in range(len(records or [])):
                inputs = json.loads(json.dumps(case["inputs"]))
                del inputs[i][b][k]
                yield dict(case, inputs=inputs)


def shrink(runner, case):
    progress = True
    while progress:
        progress = False
        for candidate in smaller(case):
            try:
                why = expect(candidate) and runner.run([candidate])
                if why and "not built" not in why[candidate["name"]]:
                    case, progress = candidate, True
                    break
            except (SystemExit, TypeError, KeyError, IndexError, ValueError, AttributeError):
                continue        # a step that does not fit any more
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runner")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--partitions", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args()
    runner = Runner(options)
    failed = {}
    cases = [make(options.seed, n) for n in range(options.first, options.first + options.runs)]
    for start in range(0, len(cases), 250):
        failed.update(runner.run(cases[start:start + 250]))
    for case in cases:
        if case["name"] in failed:
            print("FAILED %s: %s" % (case["name"], failed[case["name"]][:400]))
            print("  again: differential.py RUNNER --seed %d --first %s --runs 1" % (
                options.seed, case["name"].split("/")[1]))
            small = case if options.no_shrink else shrink(runner, case)
            print("  smallest: %s" % json.dumps(small))
    print("seed %d: %d passed, %d failed" % (options.seed, options.runs - len(failed), len(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
