"""What robust least squares makes of the cases that `cargo run --release -p sense --example measure_place` reports.

    pip install -r bench/sense/requirements.txt
    cargo run --release -p sense --example measure_place -- --write DIR
    python bench/sense/peers_place.py DIR

scipy's `least_squares` over place and time of the bang, with plain, soft_l1 and cauchy losses, on times (and bearings,
divided by their deviation, where there are any), begun from the three best of a grid of 49 and the best cost kept. Scales
of the losses are chosen on 100 cases of `place-choose.json`, for the share within 15 m, and reported on
`place-report.json`: the kinds with six nodes and no levels. It is told the deviation of clock and onset, and of bearings.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import least_squares

DEVIATION_MS = 1.12
SCALES = [0.5, 1.0, 2.0, 4.0]
CHOSEN_ON = 100
STARTS = 7
TRIED = 3


def residuals(at, nodes, heard_m, bearings, widths, deviation_m):
    gap = at[:2] - nodes
    away = np.hypot(gap[:, 0], gap[:, 1])
    times = (heard_m - away - at[2]) / deviation_m
    has = ~np.isnan(bearings)
    towards = np.degrees(np.arctan2(gap[has, 0], gap[has, 1]))
    turn = (bearings[has] - towards + 180) % 360 - 180
    return np.concatenate([times, turn / (widths[has] / 1.96)])


def slopes(at, nodes, heard_m, bearings, widths, deviation_m):
    gap = at[:2] - nodes
    away = np.maximum(np.hypot(gap[:, 0], gap[:, 1]), 1e-3)
    times = np.column_stack([-gap / away[:, None], -np.ones(len(nodes))]) / deviation_m
    has = ~np.isnan(bearings)
    per = (np.degrees(1) / away[has] ** 2 / (widths[has] / 1.96))[:, None]
    turns = np.column_stack([-gap[has, 1], gap[has, 0]]) * per
    return np.concatenate([times, np.column_stack([turns, np.zeros(len(turns))])])


def place(case, speed, square, loss, scale):
    nodes = np.array([node["at"] for node in case["nodes"]])
    heard_m = np.array([node["heard_s"] for node in case["nodes"]]) * speed
    bearings = np.array([np.nan if node["bearing_deg"] is None else node["bearing_deg"] for node in case["nodes"]])
    widths = np.array([node["width_deg"] for node in case["nodes"]])
    known = (nodes, heard_m, bearings, widths, DEVIATION_MS / 1e3 * speed)
    side = square * (np.arange(STARTS) + 0.5) / STARTS
    starts = []
    for east in side:
        for north in side:
            bang = np.median(heard_m - np.hypot(nodes[:, 0] - east, nodes[:, 1] - north))
            start = np.array([east, north, bang])
            starts.append((robust(residuals(start, *known) / scale, loss), start))
    starts.sort(key=lambda one: one[0])
    tried = [
        least_squares(residuals, start, jac=slopes, args=known, loss=loss, f_scale=scale, max_nfev=50)
        for _, start in starts[:TRIED]
    ]
    return min(tried, key=lambda one: one.cost)


def robust(misses, loss):
    squares = misses**2
    by_loss = {"linear": squares, "soft_l1": 2 * (np.sqrt(1 + squares) - 1), "cauchy": np.log1p(squares)}
    return by_loss[loss].sum()


def holds(found, truth, count):
    """Whether the 95 % ellipse of the curvature, scaled by what is left over, holds the truth."""
    normal = found.jac.T @ found.jac
    try:
        spread = np.linalg.inv(normal)[:2, :2] * max(1.0, 2 * found.cost / max(1, count - 3))
        miss = found.x[:2] - truth
        return bool(miss @ np.linalg.inv(spread) @ miss <= 5.991)
    except np.linalg.LinAlgError:
        return False


def wanted(kinds):
    """Six nodes, and no levels, which least squares is not told."""
    nodes = kinds["cases"][0]["nodes"]
    return len(nodes) == 6 and nodes[0]["level_db"] is None


def near(cases, speed, square, loss, scale):
    errors = [np.hypot(*(place(case, speed, square, loss, scale).x[:2] - case["truth"])) for case in cases]
    return np.mean(np.array(errors) <= 15)


def main(folder):
    chosen = {}
    for kinds in filter(wanted, json.load(open(f"{folder}/place-choose.json"))):
        speed = 331.3 * np.sqrt(1 + kinds["temperature_c"] / 273.15)
        for loss in ("soft_l1", "cauchy"):
            tried = {s: near(kinds["cases"][:CHOSEN_ON], speed, kinds["square_m"], loss, s) for s in SCALES}
            chosen[kinds["kind"], loss] = max(tried, key=tried.get)
    answers = []
    for kinds in filter(wanted, json.load(open(f"{folder}/place-report.json"))):
        speed = 331.3 * np.sqrt(1 + kinds["temperature_c"] / 273.15)
        for loss in ("linear", "soft_l1", "cauchy"):
            scale = chosen.get((kinds["kind"], loss), 1.0)
            start, found, held = time.perf_counter(), [], []
            for case in kinds["cases"]:
                best = place(case, speed, kinds["square_m"], loss, scale)
                found.append(best.x[:2].tolist())
                held.append(holds(best, case["truth"], len(best.fun)))
            taken = (time.perf_counter() - start) / len(found) * 1e3
            peer = "least squares" if loss == "linear" else f"{loss}, scale {scale}"
            answers.append(
                {
                    "kind": kinds["kind"],
                    "peer": peer,
                    "at": found,
                    "held": float(np.mean(held)),
                    "milliseconds": taken,
                }
            )
            errors = [np.hypot(at[0] - c["truth"][0], at[1] - c["truth"][1]) for at, c in zip(found, kinds["cases"])]
            print(f"{kinds['kind']}: {peer}: {np.mean(np.array(errors) <= 15):.3f}, {taken:.0f} ms", flush=True)
    json.dump(answers, open(f"{folder}/place-peers.json", "w"))


if __name__ == "__main__":
    main(sys.argv[1])
