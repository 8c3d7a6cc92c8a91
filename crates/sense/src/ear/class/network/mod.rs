//! A network of the operator's own, in ONNX, with a description of what goes in and what comes out ([`Description`]): it tells sounds
//! apart in the place of a model that was learned here.
//!
//! The file is calculated with, never run as a program; it reads no other file and reaches no network.
//!
//! Not here: reading files (`belfry sense`), and learning a network.

mod description;
mod input;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tract_onnx::prelude::*;

use super::Classifier;
use super::file::sum_of;
use crate::ear::Window;
use crate::limits::SOUND_NETWORK_BYTES_MAX;
pub use description::{Description, Layout, Mel, MelScale, NotADescription, Scale, Scores};
use input::Input;

/// A network that tells sounds apart.
pub struct Network {
    description: Description,
    labels: Vec<String>,
    input: Input,
    plan: Arc<TypedRunnableModel>,
    name: String,
}

/// Why a network cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotANetwork {
    /// Its description does not hold together.
    #[error(transparent)]
    Description(#[from] NotADescription),
    /// More than is read.
    #[error("the network has more than {SOUND_NETWORK_BYTES_MAX} bytes: export a smaller one")]
    Long,
    /// Not ONNX, or with something in it that cannot be calculated here.
    #[error("the network cannot be used as ONNX: {0}")]
    Unread(String),
    /// One thing goes in.
    #[error("the network takes {0} inputs; it must take one: leave the others out when it is exported")]
    Inputs(usize),
    /// A class is taken from an output that is not there.
    #[error("`classes` names output {wanted}, and the network has {count}, counted from 0")]
    Output {
        /// The output that was named.
        wanted: usize,
        /// How many there are.
        count: usize,
    },
}

impl Network {
    /// From the bytes of an ONNX file. It is tried once on silence, so that what cannot work is told before it is needed.
    pub fn from_bytes(bytes: &[u8], description: Description) -> Result<Self, NotANetwork> {
        description.check()?;
        if bytes.len() > SOUND_NETWORK_BYTES_MAX {
            return Err(NotANetwork::Long);
        }
        let unread = |error: TractError| NotANetwork::Unread(format!("{error:#}"));
        let read = tract_onnx::onnx().model_for_read(&mut &*bytes).map_err(unread)?;
        let inputs = read.inputs.len();
        if inputs != 1 {
            return Err(NotANetwork::Inputs(inputs));
        }
        let shape = f32::fact(&description.shape);
        let plan = read.with_input_fact(0, shape.into()).and_then(InferenceModelExt::into_optimized);
        let plan = plan.and_then(IntoRunnable::into_runnable).map_err(unread)?;
        let input = Input::new(&description);
        let name = format!("onnx-{:016x}", sum_of(bytes));
        let labels = description.classes.keys().cloned().collect();
        let network = Self { description, labels, input, plan, name };
        let count = network.outputs(&vec![0.0; network.description.samples]).map_err(unread)?.len();
        let named = network.description.classes.values().flatten().copied();
        match named.max().filter(|most| *most >= count) {
            Some(wanted) => Err(NotANetwork::Output { wanted, count }),
            None => Ok(network),
        }
    }

    /// What comes out for so many samples.
    fn outputs(&self, samples: &[f32]) -> TractResult<Vec<f32>> {
        let input = Tensor::from_shape(&self.description.shape, &self.input.of(samples))?;
        let outputs = self.plan.run(tvec!(input.into()))?;
        let first = outputs.first().ok_or_else(|| TractError::msg("nothing comes out"))?;
        let numbers = first.cast_to::<f32>()?;
        Ok(numbers.to_plain_array_view::<f32>()?.iter().copied().collect())
    }
}

impl Classifier for Network {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn probabilities(&self, window: &Window) -> Vec<f32> {
        let piece = input::piece(window, self.description.rate_hz, self.description.samples);
        let outputs = piece.and_then(|samples| self.outputs(&samples).ok());
        // Something that is no number says nothing.
        match outputs.filter(|all| all.iter().all(|one| one.is_finite())) {
            Some(outputs) => self.description.probabilities(&outputs),
            None => vec![0.0; self.labels.len()],
        }
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
