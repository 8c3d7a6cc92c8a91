//! A network of one multiplication, written here byte by byte: what goes in, what comes out, and what is refused.

use std::collections::BTreeMap;

use super::*;
use crate::plan::Moment;

const RATE: u32 = 16_000;

/// A field of a protocol buffer: a number.
fn number(field: u8, value: u64) -> Vec<u8> {
    let mut out = vec![field << 3];
    varint(value, &mut out);
    out
}

/// A field of a protocol buffer: bytes.
fn bytes(field: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![(field << 3) | 2];
    varint(value.len() as u64, &mut out);
    out.extend(value);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn value(name: &str, shape: &[usize]) -> Vec<u8> {
    let dims: Vec<u8> = shape.iter().flat_map(|one| bytes(1, &number(1, *one as u64))).collect();
    let tensor = [number(1, 1), bytes(2, &dims)].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
}

/// ONNX that multiplies `inputs` x of a shape by weights (numbers x outputs).
fn onnx(shape: &[usize], weights: &[f32], outputs: usize, inputs: usize) -> Vec<u8> {
    let numbers = weights.len() / outputs;
    let raw: Vec<u8> = weights.iter().flat_map(|one| one.to_le_bytes()).collect();
    let dims = [number(1, numbers as u64), number(1, outputs as u64)].concat();
    let tensor = [dims, number(2, 1), bytes(8, b"w"), bytes(9, &raw)].concat();
    let node = [bytes(1, b"x0"), bytes(1, b"w"), bytes(2, b"y"), bytes(4, b"MatMul")].concat();
    let takes: Vec<u8> = (0..inputs).flat_map(|at| bytes(11, &value(&format!("x{at}"), shape))).collect();
    let gives = bytes(12, &value("y", &[1, outputs]));
    let graph = [bytes(1, &node), bytes(2, b"g"), bytes(5, &tensor), takes, gives].concat();
    let opset = [bytes(1, b""), number(2, 13)].concat();
    [number(1, 8), bytes(7, &graph), bytes(8, &opset)].concat()
}

fn classes(of: &[(&str, &[usize])]) -> BTreeMap<String, Vec<usize>> {
    of.iter().map(|(word, outputs)| ((*word).to_owned(), outputs.to_vec())).collect()
}

/// Takes four samples and tells a shot by the first two.
fn description() -> Description {
    Description {
        rate_hz: RATE,
        samples: 4,
        shape: vec![1, 4],
        mel: None,
        scores: Scores::OneOf,
        temperature: 1.0,
        classes: classes(&[("siren", &[2]), ("gun_shot", &[0, 1])]),
    }
}

const WEIGHTS: [f32; 12] = [1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0];

fn window(samples: &[f32]) -> Window {
    Window::new(Moment::from_micros(0), RATE, vec![samples.to_vec()]).unwrap()
}

#[test]
fn outputs_become_classes_and_the_rest_is_unsure() {
    let network = Network::from_bytes(&onnx(&[1, 4], &WEIGHTS, 3, 1), description()).unwrap();
    assert_eq!(network.labels(), ["gun_shot", "siren"]);
    assert!(network.name().starts_with("onnx-"));
    let told = network.probabilities(&window(&[0.5, 0.25, -0.5, 0.0]));
    let shares = [0.5_f32.exp(), 0.5_f32.exp(), (-1.5_f32).exp()];
    let sum: f32 = shares.iter().sum();
    assert!((told[0] - (shares[0] + shares[1]) / sum).abs() < 1e-6, "{told:?}");
    assert!((told[1] - shares[2] / sum).abs() < 1e-6, "{told:?}");
    let likely = network.tell(&window(&[0.5, 0.25, -0.5, 0.0]));
    assert_eq!(likely[0].class, crate::Class::GunShot);

    // Named nowhere: its share is missing, so it is "unsure".
    let alone = Description { classes: classes(&[("siren", &[2])]), ..description() };
    let network = Network::from_bytes(&onnx(&[1, 4], &WEIGHTS, 3, 1), alone).unwrap();
    let told = network.probabilities(&window(&[0.5, 0.25, -0.5, 0.0]));
    assert!((told[0] - shares[2] / sum).abs() < 1e-6);
    // Silence says nothing, and a sound that is too short is followed by silence.
    assert_eq!(network.probabilities(&window(&[0.0; 9])), [0.0]);
    assert!(network.probabilities(&window(&[0.5]))[0] > 0.2);
}

#[test]
fn numbers_mean_what_the_description_says() {
    let of = |scores, temperature, outputs: &[f32]| {
        Description { scores, temperature, ..description() }.probabilities(outputs)
    };
    let near = |told: &[f32], wanted: &[f32]| {
        assert!(
            told.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-5),
            "{told:?} {wanted:?}"
        );
    };
    near(&of(Scores::OneOf, 1.0, &[1e4, 0.0, 0.0]), &[1.0, 0.0]);
    near(&of(Scores::OneOf, 1e6, &[3.0, 2.0, 1.0]), &[2.0 / 3.0, 1.0 / 3.0]);
    near(&of(Scores::EachAlone, 1.0, &[0.0, -9.0, -30.0]), &[0.5, 0.0]);
    near(&of(Scores::Probabilities, 1.0, &[0.2, 0.3, 0.4]), &[0.5, 0.4]);
    near(&of(Scores::ProbabilitiesEachAlone, 1.0, &[0.2, 0.3, 0.4]), &[0.3, 0.4]);
    // Two that are both likely are not more than certain together.
    near(&of(Scores::ProbabilitiesEachAlone, 1.0, &[0.0, 0.9, 0.9]), &[0.5, 0.5]);
}

#[test]
fn what_cannot_be_used_is_told_so() {
    let bytes = onnx(&[1, 4], &WEIGHTS, 3, 1);
    let why = |change: fn(&mut Description)| {
        let mut wrong = description();
        change(&mut wrong);
        Network::from_bytes(&bytes, wrong).err().unwrap().to_string()
    };
    assert!(why(|one| one.rate_hz = 1).contains("rate_hz"));
    assert!(why(|one| one.samples = 0).contains("samples"));
    assert!(why(|one| one.shape = vec![1, 5]).contains("`shape` holds 5 numbers, and 4 go in"));
    assert!(why(|one| one.shape = vec![usize::MAX, 4]).contains("shape"));
    assert!(why(|one| one.temperature = 0.0).contains("temperature"));
    assert!(why(|one| one.classes = classes(&[])).contains("classes"));
    assert!(why(|one| one.classes = classes(&[("bang", &[0])])).contains("`bang`, which is no class"));
    assert!(why(|one| one.classes = classes(&[("siren", &[0]), ("drone", &[0])])).contains("output 0"));
    assert!(why(|one| one.classes = classes(&[("siren", &[3])])).contains("output 3, and the network has 3"));
    assert!(why(|one| one.mel = Some(mel())).contains("longer than `samples`"));
    assert!(why(|one| (one.samples, one.mel) = (800, Some(Mel { hop: 0, ..mel() }))).contains("hop"));
    assert!(
        why(|one| (one.samples, one.mel) = (800, Some(Mel { until_hz: 9e3, ..mel() }))).contains("until_hz")
    );
    for wrong in [&b"not ONNX"[..], &bytes[..bytes.len() / 2], &[]] {
        let error = Network::from_bytes(wrong, description()).err().unwrap();
        assert!(matches!(error, NotANetwork::Unread(_) | NotANetwork::Inputs(0)), "{error}");
    }
    let two = Network::from_bytes(&onnx(&[1, 4], &WEIGHTS, 3, 2), description()).err().unwrap();
    assert_eq!(two, NotANetwork::Inputs(2));
}

fn mel() -> Mel {
    Mel {
        frame: 400,
        hop: 160,
        transform: 512,
        bands: 8,
        from_hz: 100.0,
        until_hz: 8_000.0,
        mel_scale: MelScale::Htk,
        exponent: 2,
        add: 1e-6,
        scale: Scale::Natural,
        centred: false,
        mean: 0.0,
        deviation: 1.0,
        layout: Layout::FramesThenBands,
    }
}

fn tone(hz: f32, rate_hz: u32, samples: usize) -> Vec<f32> {
    (0..samples).map(|at| 0.5 * (std::f32::consts::TAU * hz * at as f32 / rate_hz as f32).sin()).collect()
}

#[test]
fn a_tone_stands_in_its_band_and_the_layout_turns_it() {
    let describe = |mel: Mel| Description { samples: 1_600, mel: Some(mel), ..description() };
    let rows = |mel: Mel| Input::new(&describe(mel)).of(&tone(2_000.0, RATE, 1_600));
    let flat = rows(mel());
    assert_eq!(flat.len(), 8 * 8);
    let loudest = |of: &[f32]| (0..8).max_by(|one, two| of[*one].total_cmp(&of[*two])).unwrap();
    // 2 kHz is 1521 mel, of 150 to 2840 in nine steps: nearest to the fifth edge.
    assert!(flat.chunks(8).all(|frame| loudest(frame) == 4), "{flat:?}");
    let turned = rows(Mel { layout: Layout::BandsThenFrames, ..mel() });
    assert!((0..8).all(|frame| (turned[4 * 8 + frame] - flat[frame * 8 + 4]).abs() < 1e-6));
    let centred = rows(Mel { centred: true, mel_scale: MelScale::Slaney, scale: Scale::Decibels, ..mel() });
    assert_eq!(centred.len(), 11 * 8);
    let spread = rows(Mel { mean: 2.0, deviation: 4.0, ..mel() });
    assert!((spread[4] - (flat[4] - 2.0) / 4.0).abs() < 1e-6);
    // A band's power by hand: the window's share at the tone, squared, times the triangle's weights, within a percent.
    let mut sum = 0.0;
    for bin in 0..=256_u16 {
        let hz = f32::from(bin) * 31.25;
        let to_mel = |hz: f32| 2_595.0 * (1.0 + hz / 700.0).log10();
        let edge = |at: f32| {
            let low = to_mel(100.0);
            700.0 * (10f32.powf((low + (to_mel(8_000.0) - low) * at / 9.0) / 2_595.0) - 1.0)
        };
        let weight =
            ((hz - edge(4.0)) / (edge(5.0) - edge(4.0))).min((edge(6.0) - hz) / (edge(6.0) - edge(5.0)));
        let (mut re, mut im) = (0.0, 0.0);
        for (at, sample) in tone(2_000.0, RATE, 400).iter().enumerate() {
            let shape = (std::f32::consts::PI * at as f32 / 400.0).sin().powi(2);
            let angle = std::f32::consts::TAU * f32::from(bin) * at as f32 / 512.0;
            (re, im) = (re + shape * sample * angle.cos(), im - shape * sample * angle.sin());
        }
        sum += weight.max(0.0) * (re * re + im * im);
    }
    assert!((flat[4] - sum.ln()).abs() < 0.01, "{} {}", flat[4], sum.ln());
}

#[test]
fn another_rate_is_the_same_sound() {
    let at_48 = Window::new(Moment::from_micros(0), 48_000, vec![tone(1_000.0, 48_000, 48_000)]).unwrap();
    let piece = input::piece(&at_48, RATE, 16_000).unwrap();
    let wanted = tone(1_000.0, RATE, 16_000);
    let off = piece.iter().zip(&wanted).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    assert!(off < 1e-3, "{off}");
    let low = Window::new(Moment::from_micros(0), 8_000, vec![tone(1_000.0, 8_000, 8_000)]).unwrap();
    let piece = input::piece(&low, RATE, 16_000).unwrap();
    assert!(piece.iter().zip(&wanted).all(|(one, other)| (one - other).abs() < 1e-3));
}

#[test]
fn of_a_longer_sound_the_loudest_piece_goes_in() {
    let mut samples = vec![0.001; 32_000];
    samples[20_000] = 1.0;
    let piece = input::piece(&window(&samples), RATE, 1_600).unwrap();
    let loudest = piece.iter().position(|one| *one > 0.5).unwrap();
    assert!((300..=600).contains(&loudest), "{loudest}");
}
