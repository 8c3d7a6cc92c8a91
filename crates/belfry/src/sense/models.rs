//! What tells sounds apart, from its file: a model that `belfry sense train` wrote, or a network of the operator's own in ONNX with
//! its description beside it (`bells.onnx` and `bells.toml`).
//!
//! Not here: telling sounds apart (`sense`).

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sense::ear::class::{Classifier, Model};
use sense::limits::SOUND_MODEL_BYTES_MAX;

/// Longest description of a network, in bytes.
#[cfg(feature = "onnx")]
const DESCRIPTION_BYTES_MAX: usize = 256 * 1024;

/// What a file holds, by its name.
pub(crate) fn classifier(file: &Path) -> Result<Box<dyn Classifier>> {
    match file.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("onnx") => network(file),
        _ => Ok(Box::new(model(file)?)),
    }
}

/// A model that was learned here.
pub(crate) fn model(file: &Path) -> Result<Model> {
    let bytes = bytes(file, SOUND_MODEL_BYTES_MAX)?;
    Model::from_bytes(&bytes).with_context(|| format!("{} is of no use", file.display()))
}

/// A network of the operator's own.
#[cfg(feature = "onnx")]
fn network(file: &Path) -> Result<Box<dyn Classifier>> {
    use sense::ear::class::network::Network;
    use sense::limits::SOUND_NETWORK_BYTES_MAX;

    let beside = file.with_extension("toml");
    let text = bytes(&beside, DESCRIPTION_BYTES_MAX)
        .with_context(|| format!("{} needs its description beside it", file.display()))?;
    let text = String::from_utf8(text).with_context(|| format!("{} is no text", beside.display()))?;
    let description =
        toml::from_str(&text).with_context(|| format!("{} cannot be used", beside.display()))?;
    let network = Network::from_bytes(&bytes(file, SOUND_NETWORK_BYTES_MAX)?, description);
    Ok(Box::new(network.with_context(|| format!("{} cannot be used", file.display()))?))
}

/// A network, in a belfry that was built without them.
#[cfg(not(feature = "onnx"))]
fn network(file: &Path) -> Result<Box<dyn Classifier>> {
    anyhow::bail!(
        "{} is a network in ONNX, and this belfry was built without them: build one with them by `cargo build --release --package \
         belfry --features onnx`",
        file.display()
    );
}

/// The whole of a file that is not longer than it may be.
fn bytes(file: &Path, most: usize) -> Result<Vec<u8>> {
    let at = || format!("cannot read {}", file.display());
    let size = std::fs::metadata(file).with_context(at)?.len();
    ensure!(size <= most as u64, "{} has {size} bytes, and at most {most} are read", file.display());
    std::fs::read(file).with_context(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let why = |name: &str| format!("{:#}", classifier(&folder.path().join(name)).err().unwrap());
        assert!(why("model").contains("cannot read"));
        std::fs::write(folder.path().join("bells.ONNX"), b"not really").unwrap();
        if cfg!(feature = "onnx") {
            assert!(why("bells.ONNX").contains("bells.toml"));
            std::fs::write(folder.path().join("bells.toml"), "rate_hz = 16000\nsample = 3").unwrap();
            assert!(why("bells.ONNX").contains("unknown field `sample`"), "{}", why("bells.ONNX"));
            let description =
                "rate_hz = 16000\nsamples = 3\nshape = [3]\nscores = \"one_of\"\nclasses = { siren = [0] }\n";
            std::fs::write(folder.path().join("bells.toml"), description).unwrap();
            assert!(why("bells.ONNX").contains("cannot be used as ONNX"), "{}", why("bells.ONNX"));
        } else {
            assert!(why("bells.ONNX").contains("--features onnx"));
        }
    }
}
