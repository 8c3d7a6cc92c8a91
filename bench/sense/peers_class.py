"""Another way to tell ESC-10 apart, from parts of scikit-learn: MFCC statistics and patches learned by k-means, then an RBF SVM.

    pip install -r bench/sense/requirements.txt
    python bench/sense/peers_class.py DATA DIR      # writes DIR/class-peers.json for the example `measure_class`

The same clips and official folds as ours; C, gamma and the features are chosen for each fold by folds within the other four.
After Salamon and Bello (2015): patches of log-mel pictures, whitened by PCA, k-means, mean and deviation of the likeness to each centre.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from scipy.fft import dct
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

RATE, LENGTH, HOP, BANDS, CEPSTRA = 44_100, 2_048, 1_024, 40, 20
PATCH, CENTRES, SEED = 8, 200, 1


def mel_filters():
    mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    edges = 700 * (10 ** (np.linspace(mel(40), mel(16_000), BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(LENGTH, 1 / RATE)
    rows = [
        np.maximum(0, np.minimum((bins - a) / (b - a), (c - bins) / (c - b)))
        for a, b, c in zip(edges, edges[1:], edges[2:])
    ]
    return np.array(rows, dtype=np.float32).T


FILTERS, SHAPE = mel_filters(), np.hanning(LENGTH).astype(np.float32)


def picture(samples):
    frames = np.lib.stride_tricks.sliding_window_view(samples, LENGTH)[::HOP] * SHAPE
    power = np.abs(np.fft.rfft(frames)) ** 2 @ FILTERS
    return 10 * np.log10(np.maximum(power, power.max() * 1e-8)) - 10 * np.log10(power.max())


def statistics(logmel):
    cepstra = dct(logmel, norm="ortho")[:, :CEPSTRA]
    slope = np.gradient(cepstra, axis=0)
    bend = np.gradient(slope, axis=0)
    parts = [f(one, axis=0) for one in (cepstra, slope, bend) for f in (np.mean, np.std, np.min, np.max, np.median)]
    return np.concatenate(parts)


def patches(logmel):
    windows = np.lib.stride_tricks.sliding_window_view(logmel, PATCH, axis=0)
    flat = windows.reshape(len(windows), -1)
    return flat[flat.max(axis=1) > -60]


class Patches:
    """Learned from the clips of the training folds only."""

    def __init__(self, pictures):
        draw = np.random.default_rng(SEED)
        taken = [p[draw.choice(len(p), min(60, len(p)), replace=False)] for p in map(patches, pictures) if len(p)]
        self.pca = PCA(0.99, whiten=True, random_state=SEED).fit(np.concatenate(taken))
        white = self.pca.transform(np.concatenate(taken))
        white /= np.linalg.norm(white, axis=1, keepdims=True) + 1e-9
        self.centres = MiniBatchKMeans(CENTRES, n_init=3, random_state=SEED).fit(white).cluster_centers_

    def answers(self, logmel):
        found = patches(logmel)
        if not len(found):
            return np.zeros(2 * CENTRES)
        likeness = np.maximum(self.pca.transform(found) @ self.centres.T, 0)
        return np.concatenate([likeness.mean(axis=0), likeness.std(axis=0)])


def main():
    data, out = Path(sys.argv[1]) / "audio" / "esc10", Path(sys.argv[2])
    files = sorted(data.glob("*/*.ogg"))
    labels = np.array([one.parent.name for one in files])
    folds = np.array([int(one.name.split("-")[0]) for one in files])
    clips = [soundfile.read(one, dtype="float32")[0] for one in files]
    pictures = [picture(one) for one in clips]
    fixed = np.array([statistics(one) for one in pictures])
    right, of_fold, taken = 0, [], []
    for fold in range(1, 6):
        learn, ask = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        learned = Patches([pictures[one] for one in learn])
        both = np.hstack([fixed, np.array([learned.answers(one) for one in pictures])])
        inner = PredefinedSplit(np.unique(folds[learn], return_inverse=True)[1])
        best = None
        for name, features in (("MFCC", fixed), ("MFCC and patches", both)):
            grid = {"svc__C": [1, 3, 10, 30, 100], "svc__gamma": np.array([0.1, 0.3, 1, 3]) / features.shape[1]}
            search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), grid, cv=inner)
            search.fit(features[learn], labels[learn])
            if best is None or search.best_score_ > best[0]:
                best = (search.best_score_, search, features, name)
        hits = int((best[1].predict(best[2][ask]) == labels[ask]).sum())
        print(f"fold {fold}: {best[3]}, {best[1].best_params_}, inside {best[0]:.3f}, right {hits} of {len(ask)}")
        right += hits
        of_fold.append(f"{100 * hits / len(ask):.1f}")
    for clip in clips:
        start = time.perf_counter()
        logmel = picture(clip)
        row = np.concatenate([statistics(logmel), learned.answers(logmel)])
        best[1].predict([row if best[3] != "MFCC" else row[: fixed.shape[1]]])
        taken.append(1e3 * (time.perf_counter() - start))
    import sklearn

    name = f"scikit-learn {sklearn.__version__}, RBF SVM on MFCC statistics and k-means patches"
    rows = [
        [f"{name}: right", f"{100 * right / len(files):.1f} % of {len(files)}"],
        ["... per fold", " %, ".join(of_fold) + " %"],
        ["... time for a clip of 5 s, median", f"{np.median(taken):.1f} ms"],
    ]
    out.mkdir(parents=True, exist_ok=True)
    (out / "class-peers.json").write_text(json.dumps(rows))


main()
