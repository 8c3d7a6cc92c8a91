"""Makes crates/webwatch/src/extract/language/profiles.bin from the n-gram models of the lingua language model crates.

    python language_profiles.py MODELS WORDS OUT

MODELS holds a file NAME.tsv per language, with a line "n-gram <tab> bits" per entry of that crate's models/ngrams.fst
(bits: the f64 ln p(last letter | letters before), as the crate keeps them); with the crate fst that is
`Map::new(std::fs::read(path)?)?.stream()`, printing `String::from_utf8_lossy(key)` and the value. The crates are lingua-*-language-model 1.3.0,
Copyright 2020-present Peter M. Stahl, Apache-2.0. WORDS is words.txt, written by hand: common short words.

Method: naive Bayes. A feature is an n-gram of 1 to 4 letters inside a word, or a whole common word. Its weight for a
language is ln p(n-gram), floored per length, less the mean over the languages of its script; a common word weighs 8,
less the mean. Kept are the n-grams with the largest max over languages of p times |weight|. Weights are in sixteenths.

Layout, little endian, for Latin, Cyrillic and Arabic in turn: u32 features, u32 width; the features' hashes (u32,
rising); their weights (i8, width each).
"""

import struct
import sys

SCRIPTS = [
    ("nl:dutch en:english de:german fr:french es:spanish it:italian pt:portuguese pl:polish tr:turkish ro:romanian cs:czech"
     " hu:hungarian fi:finnish sv:swedish da:danish no:bokmal", 10_000),
    ("ru:russian uk:ukrainian bg:bulgarian sr:serbian", 10_000),
    ("ar:arabic fa:persian ur:urdu", 3_000),
]
FLOORS = {1: -13.0, 2: -15.0, 3: -17.0, 4: -18.0}
WORD_WEIGHT = 8.0
STEP = 16


def fnv(data):
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def joint(path):
    conditional = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            gram, bits = line.rstrip("\n").split("\t")
            if len(gram) in FLOORS:
                conditional[gram] = struct.unpack("d", struct.pack("Q", int(bits)))[0]
    out = {}
    for gram in sorted(conditional, key=len):
        out[gram] = conditional[gram] + (out.get(gram[:-1], -20.0) if len(gram) > 1 else 0.0)
    return out


def main(models, words_path, out_path):
    from math import exp

    words = {}
    with open(words_path, encoding="utf-8") as lines:
        for line in lines:
            code, *rest = line.split()
            words[code] = set(rest)
    with open(out_path, "wb") as out:
        for names, keep in SCRIPTS:
            languages = [name.split(":") for name in names.split()]
            width = len(languages)
            table = {}
            for column, (_, name) in enumerate(languages):
                for gram, value in joint(f"{models}/{name}.tsv").items():
                    floor = FLOORS[len(gram)]
                    table.setdefault(gram, [floor] * width)[column] = max(value, floor)
            ranked = []
            for gram, values in table.items():
                mean = sum(values) / width
                weights = [value - mean for value in values]
                ranked.append((max(exp(v) * abs(w) for v, w in zip(values, weights)), gram, weights))
            ranked.sort(reverse=True)
            features = {fnv(gram.encode()): weights for _, gram, weights in ranked[:keep]}
            for word in {word for code, _ in languages for word in words[code]}:
                has = [WORD_WEIGHT if word in words[code] else 0.0 for code, _ in languages]
                mean = sum(has) / width
                features[fnv(b" " + word.encode())] = [value - mean for value in has]
            rows = sorted(features.items())
            out.write(struct.pack("<II", len(rows), width))
            out.write(struct.pack(f"<{len(rows)}I", *(key for key, _ in rows)))
            for _, weights in rows:
                out.write(struct.pack(f"<{width}b", *(max(-128, min(127, round(weight * STEP))) for weight in weights)))
            print(len(rows), width)


if __name__ == "__main__":
    main(*sys.argv[1:4])
