"""What OpenCV gives on the video that `cargo run --release -p sense --example measure_eye` reports.

    pip install -r bench/sense/requirements.txt
    python bench/sense/peers_eye.py DATA DIR

MOG2 as it comes (history 500, threshold 16) on grey frames of 384 x 288, one thread, with and without its shadows. Times are of the
processor, so that others on the same machine weigh less. Its masks go to DIR, a byte a pixel, for ours to be held against: in
mog2.bin all that it takes for foreground, in mog2_solid.bin that less what it calls shadow (on grey frames: whatever is darker
than the ground by less than half).
"""

import pathlib
import subprocess
import sys
import time

import cv2
import numpy as np

WIDTH, HEIGHT = 384, 288


def frames(video):
    command = ["ffmpeg", "-v", "error", "-i", video, "-vf", f"scale={WIDTH}:{HEIGHT}", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH)


def run(name, all_frames, shadows):
    model = cv2.createBackgroundSubtractorMOG2(detectShadows=shadows)
    masks, times = [], []
    for frame in all_frames:
        start = time.thread_time()
        mask = model.apply(frame)
        times.append(time.thread_time() - start)
        masks.append(mask)
    late = np.array(times[len(times) // 2 :]) * 1000
    print(f"MOG2 {name}: median {np.median(late):.2f} ms, mean {late.mean():.2f} ms a frame (second half)", flush=True)
    return np.array(masks)


def main(data, peers):
    cv2.setNumThreads(1)
    peers = pathlib.Path(peers)
    peers.mkdir(parents=True, exist_ok=True)
    all_frames = frames(f"{data}/video/vtest.avi")
    shadowed = run("with shadows", all_frames, True)
    plain = run("without shadows", all_frames, False)
    (plain > 0).astype(np.uint8).tofile(peers / "mog2.bin")
    (shadowed == 255).astype(np.uint8).tofile(peers / "mog2_solid.bin")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
