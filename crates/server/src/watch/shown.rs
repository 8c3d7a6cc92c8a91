//! A signal as analysts have it before them: with its state, what was judged, and the item it was shared as.
//!
//! Not here: the signal itself (`webwatch::pipeline::Signal`).

use base::Timestamp;
use base::ids::{ItemId, MemberId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::detect::Class;
use webwatch::detect::model::Verdict;
use webwatch::pipeline::Signal;

/// Where a signal is on its way through the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignalState)]
pub enum State {
    /// It waits for an analyst.
    Open,
    /// It was judged.
    Judged,
    /// Its sources took back all of it.
    Withdrawn,
}

/// What an analyst said of a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignalJudged)]
pub struct Judged {
    /// What was said.
    pub verdict: Verdict,
    /// The class it should have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// The place it should have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// By whom.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

/// A signal as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignalShown)]
pub struct Shown {
    /// The signal.
    pub signal: Signal,
    /// The beginning of its leading document, masked.
    pub excerpt: String,
    /// Where it is.
    pub state: State,
    /// What was said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    /// The item it was shared as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

impl Shown {
    /// The signal without a word of what its sources took back: that there was one, its classes, places and numbers stay.
    pub(super) fn withdrawn(&self) -> Self {
        let mut signal = self.signal.clone();
        signal.story.title.clear();
        for term in &mut signal.score.terms {
            term.words.clear();
            term.spans.clear();
        }
        for hit in &mut signal.classes {
            hit.words.clear();
            hit.spans.clear();
        }
        for one in &mut signal.profiles {
            one.words.clear();
            one.spans.clear();
        }
        for one in &mut signal.places {
            one.words.clear();
            one.spans.clear();
        }
        signal.times.clear();
        Self { signal, excerpt: String::new(), state: State::Withdrawn, ..self.clone() }
    }
}
