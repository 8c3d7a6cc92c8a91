"""What others give on the sets that `cargo run --release -p webwatch --example evaluate_detect` reports.

    pip install -r bench/webwatch/requirements_detect.txt
    python bench/webwatch/peers_detect.py FOLDER [c2a|vio|crisis|duplicates]

TF-IDF with logistic regression (scikit-learn), words 1-2 and letters 3-5 within words, C 10, both classes weighing the
same; and datasketch's MinHash with its LSH index. Folds are by a hash of the text, as ours, but not the same hash.
"""

import csv
import glob
import hashlib
import sys
import time

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score


def fold(text, folds):
    return int(hashlib.sha256(text.strip().encode()).hexdigest(), 16) % folds


def held_out(texts, labels, groups, name):
    scores = []
    for out in sorted(set(groups)):
        learn, test = np.where(groups != out)[0], np.where(groups == out)[0]
        kinds = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
        ]
        seen = sparse.hstack([kind.fit_transform(texts[learn]) for kind in kinds]).tocsr()
        unseen = sparse.hstack([kind.transform(texts[test]) for kind in kinds]).tocsr()
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=300).fit(seen, labels[learn])
        scores.append(average_precision_score(labels[test], model.decision_function(unseen)))
    print(f"{name}: TF-IDF + LR, AP {np.mean(scores):.3f} over {len(scores)} folds", flush=True)


def germeval(folder, file, column, no, name):
    rows = list(csv.DictReader(open(f"{folder}/{file}", encoding="utf-8"), delimiter=";"))
    texts = np.array([row["description"] for row in rows], dtype=object)
    labels = np.array([row[column] != no for row in rows], int)
    held_out(texts, labels, np.array([fold(text, 5) for text in texts]), name)


def crisis(folder):
    texts, labels, groups = [], [], []
    for event, path in enumerate(sorted(glob.glob(f"{folder}/crisislex_t26/*.csv"))):
        for row in csv.reader(open(path, encoding="utf-8")):
            label = row[-1].strip()
            if label in ("Informativeness", "Not applicable"):
                continue
            texts.append(row[1])
            labels.append(int(label == "Related and informative"))
            groups.append(event)
    held_out(np.array(texts, dtype=object), np.array(labels), np.array(groups), "crisis")


def duplicates():
    from datasketch import MinHash, MinHashLSH

    words = [hashlib.sha256(str(number).encode()).hexdigest()[:6] for number in range(20_000)]
    chance = np.random.default_rng(1)
    texts = [" ".join(words[int(20_000 ** draw)] for draw in chance.random(40)) for _ in range(20_000)]
    index = MinHashLSH(threshold=0.6, num_perm=64)
    start = time.perf_counter()
    for number, text in enumerate(texts):
        made = MinHash(num_perm=64)
        made.update_batch([text[at : at + 6].encode() for at in range(len(text) - 5)])
        index.query(made)
        index.insert(number, made)
    print(f"duplicates: datasketch {len(texts) / (time.perf_counter() - start):.0f} documents/s at most 20,000 stored")


def main():
    csv.field_size_limit(10**7)
    folder = sys.argv[1]
    wanted = sys.argv[2:] or ["c2a", "vio", "crisis", "duplicates"]
    if "c2a" in wanted:
        germeval(folder, "germeval2026_c2a.csv", "c2a", "FALSE", "c2a")
    if "vio" in wanted:
        germeval(folder, "germeval2026_vio.csv", "vio", "nothing", "vio")
    if "crisis" in wanted:
        crisis(folder)
    if "duplicates" in wanted:
        duplicates()


if __name__ == "__main__":
    main()
