"""What pyroomacoustics makes of the scenes that `cargo run --release -p sense --example measure_bearing` reports.

    pip install -r bench/sense/requirements.txt
    cargo run --release -p sense --example measure_bearing -- DATA --write DIR
    python bench/sense/peers_bearing.py DIR

NormMUSIC and SRP-PHAT as they come, one source, on the window alone (neither has a use for what was heard before it): 512 samples a
frame, half of it a step, 200 to 7,600 Hz, a grid of one degree in the plane. One thread; the time is of the processor, for the transform
and the search.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pyroomacoustics as pra

FRAME, HOP, LOW_HZ, HIGH_HZ = 512, 256, 200, 7600


def directions(method, windows, microphones, rate, speed):
    finder = method(microphones, rate, FRAME, c=speed, num_src=1, n_grid=360)
    found, taken = [], []
    for window in windows:
        start = time.thread_time()
        spectra = pra.transform.stft.analysis(np.ascontiguousarray(window.T), FRAME, HOP, win=pra.hann(FRAME))
        finder.locate_sources(np.transpose(spectra, (2, 1, 0)), freq_range=[LOW_HZ, HIGH_HZ])
        taken.append(time.thread_time() - start)
        # Theirs turns from the right to the front; ours from the front to the right.
        found.append(float(90 - np.degrees(finder.azimuth_recon[0])) % 360)
    return found, 1e3 * float(np.median(taken))


def main(folder):
    told = json.load(open(f"{folder}/scenes.json"))
    microphones = np.array(told["microphones"]).T
    speed = 331.3 + 0.606 * told["celsius"]
    answers = []
    for kind in told["kinds"]:
        raw = np.fromfile(f"{folder}/{kind}.f32", dtype="<f4")
        windows = raw.reshape(-1, microphones.shape[1], told["window"])
        for name, method in (("NormMUSIC", pra.doa.NormMUSIC), ("SRP-PHAT", pra.doa.SRP)):
            found, taken = directions(method, windows, microphones, told["rate_hz"], speed)
            answers.append({"kind": kind, "peer": name, "degrees": found, "milliseconds": taken})
            print(f"{kind}: {name}: {len(found)} scenes, {taken:.1f} ms", flush=True)
    json.dump(answers, open(f"{folder}/bearing-peers.json", "w"))


if __name__ == "__main__":
    main(sys.argv[1])
