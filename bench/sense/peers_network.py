"""Networks in ONNX as their usual runtime calculates them, on pictures as librosa makes them.

    pip install -r bench/sense/requirements_network.txt
    python bench/sense/peers_network.py DIR         # writes DIR/networks.json for the example `measure_network`

Three networks with weights by chance (what is compared is the arithmetic, not the judgement): convolutions over a centred picture in
decibels, the separable convolutions of a small phone network over a picture in natural logarithms, and a recurrent one over frames.
And one that was really taught, which takes samples as they are: DNSMOS of the package `speechmos`, whose three marks of a recording
stand in for classes.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import librosa
import numpy as np
import onnx
import onnxruntime
import speechmos
from onnx import TensorProto, helper, numpy_helper

SOUNDS, TIMES = 20, 5
CHANCE = np.random.default_rng(1)


class Graph:
    """Nodes in a row, with weights by chance."""

    def __init__(self, shape):
        self.shape, self.last, self.nodes, self.weights = shape, "x", [], []

    def weight(self, shape, scale):
        name = f"w{len(self.weights)}"
        values = CHANCE.normal(0, scale, shape).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, kind, *inputs, outputs=1, use=0, **attributes):
        names = [f"n{len(self.nodes)}_{at}" for at in range(outputs)]
        self.nodes.append(helper.make_node(kind, [self.last, *inputs], names, **attributes))
        self.last = names[use]
        return self

    def convolve(self, inside, outside, stride=1, group=1, width=3):
        scale = (2 / (inside / group * width * width)) ** 0.5
        weight = self.weight((outside, inside // group, width, width), scale)
        bias = self.weight((outside,), 0.1)
        side = width // 2
        self.add("Conv", weight, bias, kernel_shape=[width] * 2, strides=[stride] * 2, pads=[side] * 4, group=group)
        scale, spread = f"s{len(self.nodes)}", f"v{len(self.nodes)}"
        for name in (scale, spread):
            self.weights.append(numpy_helper.from_array(CHANCE.uniform(0.5, 1.5, outside).astype(np.float32), name))
        self.add("BatchNormalization", scale, self.weight((outside,), 0.5), self.weight((outside,), 0.1), spread)
        return self.add("Clip", self.constant(0.0), self.constant(6.0))

    def constant(self, value):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.float32(value), name))
        return name

    def finish(self, width, classes):
        self.add("Gemm", self.weight((width, classes), 5 / width**0.5), self.weight((classes,), 0.1))
        graph = helper.make_graph(
            self.nodes,
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, [1, classes])],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.checker.check_model(model)
        return model.SerializeToString()


def plain(shape):
    graph = Graph(shape)
    for inside, outside in [(1, 16), (16, 32), (32, 64), (64, 128)]:
        graph.convolve(inside, outside).add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    return graph.add("GlobalAveragePool").add("Flatten").finish(128, 6)


def separable(shape):
    graph = Graph(shape).convolve(1, 16, 2)
    for inside, outside, stride in [(16, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2)]:
        graph.convolve(inside, inside, stride, inside).convolve(inside, outside, width=1)
    return graph.add("GlobalAveragePool").add("Flatten").finish(256, 10)


def recurrent(shape):
    _, frames, bands = shape
    graph = Graph(shape).add("Transpose", perm=[1, 0, 2])
    kept = 48
    weights = [graph.weight((1, 3 * kept, bands), 0.02), graph.weight((1, 3 * kept, kept), 0.1)]
    graph.add("GRU", *weights, graph.weight((1, 6 * kept), 0.1), outputs=2, use=1, hidden_size=kept, linear_before_reset=1)
    graph.add("Squeeze", graph_axis(graph))
    return graph.finish(kept, 4)


def graph_axis(graph):
    name = f"a{len(graph.weights)}"
    graph.weights.append(numpy_helper.from_array(np.array([0], dtype=np.int64), name))
    return name


def picture(samples, rate, mel):
    powers = librosa.feature.melspectrogram(
        y=samples,
        sr=rate,
        n_fft=mel["transform"],
        win_length=mel["frame"],
        hop_length=mel["hop"],
        center=mel["centred"],
        pad_mode="reflect",
        power=mel["exponent"],
        n_mels=mel["bands"],
        fmin=mel["from_hz"],
        fmax=mel["until_hz"],
        htk=mel["mel_scale"] == "htk",
        norm=None if mel["mel_scale"] == "htk" else "slaney",
    )
    logs = np.log(powers + mel["add"]) if mel["scale"] == "natural" else 10 * np.log10(powers + mel["add"])
    logs = (logs - mel["mean"]) / mel["deviation"]
    return logs if mel["layout"] == "bands_then_frames" else logs.T


def sound(rate, samples):
    """Bursts, a tone and a hum, as loud as sounds come."""
    seconds = np.arange(samples) / rate
    tone = np.sin(2 * np.pi * (CHANCE.uniform(100, 4_000) * seconds + CHANCE.uniform(-200, 200) * seconds**2))
    fall = np.exp(-np.maximum(0, seconds - CHANCE.uniform(0, 0.3)) * CHANCE.uniform(3, 30))
    mixed = 0.3 * tone * CHANCE.uniform(0, 1) + CHANCE.normal(0, 0.3, samples) * fall
    return (mixed * CHANCE.uniform(0.01, 1)).clip(-1, 1).astype(np.float32)


def softmax(outputs, temperature):
    shares = np.exp((outputs - outputs.max()) / temperature)
    return shares / shares.sum()


def probabilities(description, outputs):
    if description["scores"] == "one_of":
        each, join = softmax(outputs, description["temperature"]), sum
    else:
        each, join = 1 / (1 + np.exp(-outputs / description["temperature"])), max
    told = [join(each[at] for at in description["classes"][name]) for name in sorted(description["classes"])]
    return [float(one / max(1, sum(told))) for one in told]


def case(folder, name, network, description):
    (folder / f"{name}.onnx").write_bytes(network)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    key, rate, told, times = session.get_inputs()[0].name, description["rate_hz"], [], []
    for number in range(SOUNDS):
        samples = sound(rate, description["samples"])
        samples.tofile(folder / f"{name}-{number}.f32")
        for _ in range(TIMES):
            start = time.perf_counter()
            mel = description.get("mel")
            numbers = samples if mel is None else picture(samples, rate, mel).astype(np.float32)
            outputs = session.run(None, {key: numbers.reshape(description["shape"])})[0].reshape(-1)
            times.append((time.perf_counter() - start) * 1e3)
        told.append(probabilities(description, outputs))
    return {
        "name": name,
        "description": description,
        "rates_hz": [rate] * SOUNDS,
        "told": told,
        "peer_ms": statistics.median(times),
    }


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    decibels = dict(frame=1_024, hop=320, transform=1_024, bands=64, from_hz=50, until_hz=14_000, mel_scale="slaney",
                    exponent=2, add=1e-10, scale="decibels", centred=True, mean=-40.0, deviation=20.0,
                    layout="bands_then_frames")
    natural = dict(frame=512, hop=160, transform=512, bands=64, from_hz=125, until_hz=7_500, mel_scale="htk",
                   exponent=1, add=1e-3, scale="natural", centred=False, mean=0.0, deviation=1.0,
                   layout="frames_then_bands")
    common = dict(temperature=1.0, scores="one_of")
    cases = [
        case(folder, "plain", plain([1, 1, 64, 201]), dict(
            common, rate_hz=32_000, samples=64_000, shape=[1, 1, 64, 201], mel=decibels,
            classes={"gun_shot": [0, 1], "siren": [2], "crowd": [4]})),
        case(folder, "separable", separable([1, 1, 96, 64]), dict(
            common, rate_hz=16_000, samples=512 + 95 * 160, shape=[1, 1, 96, 64], mel=natural,
            classes={"gun_shot": [0], "glass_breaking": [1], "siren": [2, 3], "engine": [7]})),
        case(folder, "recurrent", recurrent([1, 96, 64]), dict(
            common, rate_hz=16_000, samples=512 + 95 * 160, shape=[1, 96, 64], mel=natural,
            classes={"gun_shot": [0], "scream": [3]})),
    ]
    taught = Path(speechmos.__file__).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    cases.append(case(folder, "dnsmos", taught.read_bytes(), dict(
        rate_hz=16_000, samples=144_160, shape=[1, 144_160], temperature=5.0, scores="each_alone",
        classes={"crowd": [0], "engine": [1], "other": [2]})))
    (folder / "networks.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
