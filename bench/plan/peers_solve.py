"""What HiGHS alone makes of the programmes that `cargo run --release -p measures --example measure_solve` reports.

    python -m venv VENV && VENV/bin/pip install -r bench/plan/requirements.txt
    cargo run --release -p measures --example measure_solve -- --data DATA --python VENV/bin/python

Answers line by line, so that both are asked by turns in one run. A question: {"path": FILE, "same": true or false};
the answer: {"value", "seconds", "processor_seconds"} of building and solving, without reading the file. Gap 0 either way;
`same` has the settings that ours has: one thread, seed 0.
"""

import json
import os
import sys
import time

import highspy
import numpy as np


def solve(instance, same):
    """Builds the programme row by row as numpy arrays, solves it and gives the optimum."""
    count = len(instance["burden"])
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.0)
    if same:
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("parallel", "off")
        highs.setOptionValue("random_seed", 0)
    nothing = np.array([], dtype=np.int32)
    highs.addCols(count, np.array(instance["burden"]), np.zeros(count), np.ones(count), 0, nothing, nothing, np.array([]))
    highs.changeColsIntegrality(
        count, np.arange(count, dtype=np.int32), np.full(count, highspy.HighsVarType.kInteger)
    )

    def row(low, high, factors):
        factors = np.array(factors)
        index = np.nonzero(factors)[0].astype(np.int32)
        highs.addRow(low, high, len(index), index, factors[index])

    infinity = highspy.kHighsInf
    for factors, need in zip(instance["a"], instance["need"]):
        row(need, infinity, factors)
    for factors, most in zip(instance["imp"], instance["bud"]):
        row(-infinity, most, factors)
    row(-infinity, instance["cb"], instance["cost"])
    for one, needed in instance["imps"]:
        highs.addRow(-infinity, 0.0, 2, np.array([one, needed], dtype=np.int32), np.array([1.0, -1.0]))
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return highs.getInfo().objective_function_value


# HiGHS greets on standard output: answers get a way of their own, and the greeting goes to the errors.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    question = json.loads(line)
    with open(question["path"]) as file:
        instance = json.load(file)
    start, processor = time.perf_counter(), time.process_time()
    value = solve(instance, question["same"])
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    print(json.dumps({"value": value, "seconds": seconds, "processor_seconds": processor}), file=answers, flush=True)
