"""What other programs make of the same data, for the rows of `cargo run --release -p webwatch --example evaluate`.

    pip install -r requirements.txt
    python peers.py DATA OUT [feeds] [pages] [language]

Prints a row per peer, and writes feedparser's answers to OUT/feeds.json, with which `evaluate -- DATA feeds OUT` compares.
Titles that feedparser calls HTML are made plain with lxml. Only for measuring: nothing of this is in the product.
"""

import calendar
import collections
import gzip
import json
import pathlib
import re
import sys
import time


def plain(html):
    import lxml.html

    if not html.strip():
        return ""
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    for node in tree.xpath("//script|//style"):
        node.drop_tree()
    for node in tree.iter("br", "p", "div", "li", "tr", "td", "img", "blockquote", "h1", "h2", "h3"):
        node.tail = " " + (node.tail or "")
        if node.tag != "br":
            node.text = " " + (node.text or "")
    return tree.text_content()


def seconds(entry, key):
    value = dict.get(entry, key)
    return calendar.timegm(value) if value else None


def feeds(data, out):
    import feedparser

    answers, spent, count = {}, 0.0, 0
    for path in sorted((data / "feeds").rglob("*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        header = re.search(rb"Header:\s*Content-Location:\s*(http\S+)", raw)
        address = header.group(1).decode() if header else "http://example.org/feed"
        start = time.perf_counter()
        parsed = feedparser.parse(raw, response_headers={"content-location": address})
        spent += time.perf_counter() - start
        entries = []
        for entry in parsed.entries:
            title = dict.get(entry, "title") or ""
            kind = (dict.get(entry, "title_detail") or {}).get("type", "")
            published = seconds(entry, "published_parsed")
            entries.append({
                "title": plain(title) if "html" in kind else title,
                "link": dict.get(entry, "link") or "",
                "published": seconds(entry, "created_parsed") if published is None else published,
                "updated": seconds(entry, "updated_parsed"),
            })
        count += len(entries)
        answers[str(path.relative_to(data / "feeds"))] = {"address": address, "entries": entries}
    (out / "feeds.json").write_text(json.dumps(answers))
    print(f"| feeds, feedparser {feedparser.__version__} | entries {count} | entries/s {count / spent:.0f} |")


def shingles(text):
    words = re.findall(r"\w+", text or "")
    return collections.Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3)) if words)


def pages(data, out):
    import trafilatura

    truth = json.loads((data / "pages/ground-truth.json").read_text())
    html = {name: gzip.decompress((data / f"pages/html/{name}.html.gz").read_bytes()).decode() for name in truth}
    start = time.perf_counter()
    found = {name: trafilatura.extract(html[name], include_comments=False) or "" for name in truth}
    spent = time.perf_counter() - start
    precisions, recalls = [], []
    for name in truth:
        true, ours = shingles(truth[name].get("articleBody")), shingles(found[name])
        good, over, missed = sum((true & ours).values()), sum((ours - true).values()), sum((true - ours).values())
        if good + over:
            precisions.append(good / (good + over))
        if good + missed:
            recalls.append(good / (good + missed))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"| article text, trafilatura {trafilatura.__version__} | F1 {f1:.4f} | precision {precision:.4f} | recall {recall:.4f} | pages/s {len(truth) / spent:.0f} |")


def language(data, out):
    from importlib.metadata import version

    from lingua import IsoCode639_1, LanguageDetectorBuilder

    files = {path.stem[5:]: [line for line in path.read_text().splitlines() if line.strip()] for path in sorted((data / "text").glob("lang_*.txt"))}
    few = [getattr(IsoCode639_1, code.upper()) for code in files]
    for name, builder in [
        ("all its languages", LanguageDetectorBuilder.from_all_languages()),
        (f"told there are {len(few)}", LanguageDetectorBuilder.from_iso_codes_639_1(*few)),
    ]:
        detector = builder.with_preloaded_language_models().build()
        cells, right, count, spent = [], 0, 0, 0.0
        for code, sentences in files.items():
            start = time.perf_counter()
            answers = [detector.detect_language_of(sentence) for sentence in sentences]
            spent += time.perf_counter() - start
            good = sum(answer is not None and answer.iso_code_639_1.name.lower() == code for answer in answers)
            cells.append(f"{code} {good / len(sentences):.4f}")
            right, count = right + good, count + len(sentences)
        print(f"| language, lingua {version('lingua-language-detector')}, {name} | {' | '.join(cells)} | all {right / count:.4f} | sentences/s {count / spent:.0f} |")


if __name__ == "__main__":
    data, out, *what = sys.argv[1:]
    for part in what or ["feeds", "pages", "language"]:
        {"feeds": feeds, "pages": pages, "language": language}[part](pathlib.Path(data), pathlib.Path(out))
