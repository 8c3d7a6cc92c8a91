"""What others find on the car graph that `cargo run --release -p measures --example measure_streets` searches.

    pip install -r bench/plan/requirements.txt
    cargo run --release -p measures --example measure_streets -- DATA --write DIR
    python bench/plan/peers_streets.py DIR
    cargo run --release -p measures --example measure_streets -- DATA --peers DIR

One-to-all from each of 200 starts with scipy's `dijkstra` and igraph's `distances`, whose times are written in whole
deciseconds to be compared; networkx's `single_source_dijkstra_path_length` from 20 of them. Each search is timed by itself;
the median is told. Of two arcs between the same nodes the faster one is kept, as a sparse matrix would add them up.
"""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import igraph
import networkx
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


def timed(starts, search):
    answers, milliseconds = [], []
    for start in starts:
        begun = time.perf_counter()
        answer = search(start)
        milliseconds.append((time.perf_counter() - begun) * 1e3)
        answers.append(answer)
    return answers, statistics.median(milliseconds)


def whole(times):
    times = np.asarray(times, dtype=float)
    return [int(one) if np.isfinite(one) else -1 for one in np.round(times)]


def main(folder):
    with open(os.path.join(folder, "streets-asked.json")) as file:
        asked = json.load(file)
    nodes, starts = asked["nodes"], asked["starts"]
    fastest = {}
    for tail, head, takes in asked["arcs"]:
        if tail != head:
            fastest[tail, head] = min(takes, fastest.get((tail, head), takes))
    tails, heads = (np.array(ends) for ends in zip(*fastest))
    takes = np.array(list(fastest.values()), dtype=float)

    matrix = csr_matrix((takes, (tails, heads)), shape=(nodes, nodes))
    dijkstra(matrix, indices=starts[0])
    scipy_times, scipy_ms = timed(starts, lambda start: dijkstra(matrix, indices=start))

    other = igraph.Graph(n=nodes, edges=list(fastest), directed=True)
    igraph_times, igraph_ms = timed(starts, lambda start: other.distances(start, weights=takes)[0])

    third = networkx.DiGraph()
    third.add_weighted_edges_from((tail, head, one) for (tail, head), one in fastest.items())
    _, networkx_ms = timed(
        starts[:20], lambda start: networkx.single_source_dijkstra_path_length(third, start)
    )

    answers = [
        {"peer": "scipy", "milliseconds": scipy_ms, "times": [whole(one) for one in scipy_times]},
        {"peer": "igraph", "milliseconds": igraph_ms, "times": [whole(one) for one in igraph_times]},
        {"peer": "networkx", "milliseconds": networkx_ms, "times": []},
    ]
    with open(os.path.join(folder, "streets-answers.json"), "w") as file:
        json.dump(answers, file)
    for answer in answers:
        print(f"{answer['peer']}: {answer['milliseconds']:.3f} ms")


if __name__ == "__main__":
    main(sys.argv[1])
