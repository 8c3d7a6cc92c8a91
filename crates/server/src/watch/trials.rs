//! Replays of a past span with other settings: one at a time on a node, some documents at a time, apart from the live
//! desks. The results of the last few stay in memory, for a day.
//!
//! Not here: what differs (`webwatch::pipeline::trial`), who may ask ([`crate::api::watch`]).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use base::Timestamp;
use base::ids::OrganisationId;
use serde::Serialize;
use store::watch::Day;
use utoipa::ToSchema;
use webwatch::Trust;
use webwatch::detect::Profile;
use webwatch::detect::model::{Model, Verdict};
use webwatch::pipeline::{Pipeline, Settings, Trial, Trialled, Watch};

use super::desk::{Desk, Entry};
use super::{DeskError, lock};
use crate::jobs::{Job, Jobs};
use crate::problem::Problem;
use crate::state::App;

/// Longest span, in days.
pub const SPAN_DAYS_MAX: i64 = 14;
/// How much of what came before is taken too, so that what is known and usual is as it was, in days.
const BEFORE_DAYS: i64 = 7;
/// Most documents of one replay, those before its span included.
pub const DOCUMENTS_MAX: u64 = 200_000;
/// Longest time that one may take, in seconds.
const TIME_S_MAX: i64 = 1_800;
/// Replays of an organisation that are remembered, the latest.
const KEPT_MAX: usize = 5;
/// Documents that are taken in one go.
const PAGE: usize = 200;
/// Rest after each go, in milliseconds: the live desk goes first.
const REST_MS: u64 = 10;

/// What is to be replayed, and what is to be other than it is.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialWanted {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How many signals fit in a shift, and how long that is.
    pub shift: Option<(u32, u16)>,
    /// A profile as it might be, in the place of the one with its id.
    pub profile: Option<Profile>,
    /// Which model of a language (ISO 639-1), by its number; none for no model.
    pub models: BTreeMap<String, Option<u32>>,
}

/// Where a replay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WatchReplayState)]
pub enum TrialState {
    /// Another one goes first.
    Waiting,
    /// It is under way.
    Running,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
}

/// A replay as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialShown {
    /// Its id.
    pub id: String,
    /// What was asked.
    pub wanted: TrialWanted,
    /// When it was asked.
    pub made: Timestamp,
    /// Where it is.
    pub state: TrialState,
    /// Documents taken, and how many there are.
    pub progress: (u64, u64),
    /// Signals that analysts were shown in the span.
    pub shown: u32,
    /// What it found.
    pub found: Option<Trialled>,
}

/// What of the past is still kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = WatchReplayKept)]
pub struct TrialKept {
    /// The day of the oldest document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Documents that are kept.
    pub documents: u64,
}

/// The replays of a node.
pub type Trials = Jobs<TrialShown>;

impl Job for TrialShown {
    const KEPT_MAX: usize = KEPT_MAX;

    fn id(&self) -> &str {
        &self.id
    }

    fn made(&self) -> Timestamp {
        self.made
    }

    fn is_under_way(&self) -> bool {
        matches!(self.state, TrialState::Waiting | TrialState::Running)
    }
}

/// What a replay reads: made ready at the desk, then apart from it.
pub struct Prepared {
    trial: Trial,
    trust: HashMap<String, Trust>,
    days: Vec<Day>,
    total: u64,
    shown: u32,
}

impl Desk {
    /// What of the past could be replayed. Waits for the disk.
    pub fn kept(&self) -> Result<TrialKept, DeskError> {
        let days = self.store.watch()?.documents_per_day(&self.of)?;
        Ok(TrialKept {
            since: days.first().map(|(day, _)| day.begin()),
            documents: days.iter().map(|(_, count)| count).sum(),
        })
    }

    /// Makes a replay ready; what is wrong with it is said. Waits for the disk.
    pub fn prepare(&self, wanted: &TrialWanted) -> Result<Prepared, Problem> {
        let (first, last) = (Day::of(wanted.from.plus_seconds(-BEFORE_DAYS * 86_400)), Day::of(wanted.until));
        let mut days = self.store.watch().map_err(DeskError::from)?.documents_per_day(&self.of)?;
        days.retain(|(day, _)| *day >= first && *day <= last);
        let total: u64 = days.iter().map(|(_, count)| count).sum();
        if days.iter().all(|(day, _)| *day < Day::of(wanted.from)) {
            return Err(Problem::fault("from", "is before anything that is kept", "choose another span"));
        }
        if total > DOCUMENTS_MAX {
            let mend =
                format!("choose a shorter span: at most {DOCUMENTS_MAX} documents, with the week before");
            return Err(Problem::fault("until", "is too far: there are too many documents", mend));
        }
        // Room for every signature, and none for more than there are.
        let signatures = u32::try_from(total).unwrap_or(u32::MAX).max(1);
        let settings = Settings { signatures_max: signatures, ..self.settings() };
        let now = Watch { settings, models: self.models.clone(), ..self.watched_now() };
        let mut changed = Watch { settings, models: self.models.clone(), ..self.watched_now() };
        if let Some((signals_per_shift, shift_hours)) = wanted.shift {
            changed.settings = Settings { signals_per_shift, shift_hours, ..settings };
        }
        if let Some(profile) = &wanted.profile {
            changed.profiles.retain(|one| one.id != profile.id);
            changed.profiles.push(profile.clone());
        }
        for (language, number) in &wanted.models {
            changed.models.retain(|one| one.language != *language);
            if let Some(number) = number {
                changed.models.push(self.model(language, *number)?.ok_or_else(|| {
                    Problem::fault("models", "has no such model", "choose one that is listed")
                })?);
            }
        }
        let pipeline = |watch| Pipeline::new(watch).map_err(DeskError::from);
        let judged = self.judgements.iter().filter(|one| one.verdict != Verdict::Duplicate);
        let judged = judged.map(|one| (one.document.clone(), one.verdict == Verdict::Relevant)).collect();
        let raised = |at: Timestamp| at >= wanted.from && at < wanted.until;
        let shown = self.signals(|one| raised(one.signal.raised)).len();
        Ok(Prepared {
            trial: Trial::new(pipeline(now)?, pipeline(changed)?, wanted.from, judged),
            trust: self.sources().map(|one| (one.id.clone(), one.trust)).collect(),
            days: days.into_iter().map(|(day, _)| day).collect(),
            total,
            shown: u32::try_from(shown).unwrap_or(u32::MAX),
        })
    }

    /// What is watched for now, without mutes: those of today are not those of then.
    fn watched_now(&self) -> Watch {
        self.wanted(&self.store.directory(), self.profiles().to_vec(), self.events().to_vec())
    }

    fn model(&self, language: &str, number: u32) -> Result<Option<Model>, Problem> {
        let kept = self.store.watch()?.models(&self.of)?;
        let found = kept.into_iter().find(|one| one.language == language && one.version == number);
        // One that this version cannot read is as good as none.
        Ok(found.and_then(|one| Model::from_bytes(&one.bytes).ok()))
    }
}

/// Begins a replay, which goes on by itself. `None` while the organisation has one under way.
pub async fn begin(
    app: &App,
    of: OrganisationId,
    wanted: TrialWanted,
) -> Result<Option<TrialShown>, Problem> {
    let (asked, at) = (wanted.clone(), of.clone());
    let prepared = app
        .in_thread(move |app| {
            let desk = app.watching.desk(&at, app.now())?;
            lock(&desk).prepare(&asked)
        })
        .await?;
    let shown = TrialShown {
        id: hex::encode(base::random::bytes::<8>(&*app.random)),
        wanted,
        made: app.now(),
        state: TrialState::Waiting,
        progress: (0, prepared.total),
        shown: prepared.shown,
        found: None,
    };
    if !app.watching.trials.add(&of, shown.clone()) {
        return Ok(None);
    }
    let (app, one) = (app.clone(), shown.clone());
    tokio::spawn(async move {
        let trials = &app.watching.trials;
        match run(&app, &of, &one, prepared).await {
            Ok(Some(found)) => trials.change(&of, &one.id, |shown| {
                shown.state = TrialState::Done;
                shown.found = Some(found);
            }),
            // It was ended, or the node stops.
            Ok(None) => trials.end(&of, &one.id),
            Err(error) => {
                tracing::error!(?error, "a replay could not be done");
                trials.change(&of, &one.id, |shown| shown.state = TrialState::Failed)
            }
        }
    });
    Ok(Some(shown))
}

/// Runs one to its end; `None` when it was ended before.
async fn run(
    app: &App,
    of: &OrganisationId,
    shown: &TrialShown,
    prepared: Prepared,
) -> Result<Option<Trialled>, Problem> {
    let trials = &app.watching.trials;
    let Some(_turn) = trials.hold_turn().await else { return Ok(None) };
    if !trials.change(of, &shown.id, |one| one.state = TrialState::Running) {
        return Ok(None);
    }
    let started = app.now();
    let (until, mut prepared, mut done) = (shown.wanted.until, prepared, 0u64);
    for day in std::mem::take(&mut prepared.days) {
        let mut after = Some(0);
        while let Some(from) = after {
            let owner = of.clone();
            let page = app.in_thread(move |app| take_page(app, &owner, (day, from), until, prepared));
            let (back, count, next) = page.await?;
            (prepared, after) = (back, next);
            done += count;
            if *app.stopping.borrow() || !trials.change(of, &shown.id, |one| one.progress.0 = done) {
                return Ok(None);
            }
            if app.now().millis_since(started) > TIME_S_MAX * 1000 {
                return Err(Problem::Conflict("it took too long: choose a shorter span".into()));
            }
            #[allow(clippy::disallowed_methods, reason = "the rim: the live desk goes first")]
            tokio::time::sleep(Duration::from_millis(REST_MS)).await;
        }
    }
    let finished = app.in_thread(move |_| Ok(prepared.trial.finish(until)));
    finished.await.map(Some)
}

/// Takes some documents of a day, those after one of them. Gives how many, and after which to go on.
fn take_page(
    app: &App,
    of: &OrganisationId,
    (day, after): (Day, i64),
    until: Timestamp,
    mut prepared: Prepared,
) -> Result<(Prepared, u64, Option<i64>), Problem> {
    let page = app.store.watch()?.documents_after(of, day, after, PAGE)?;
    let (count, last) = (page.len() as u64, page.last().map(|(number, _)| *number));
    for (_, kept) in page.into_iter().filter(|(_, kept)| kept.arrived < until) {
        // Of a source that is watched no more there is no trust to go by; the desk leaves it out too.
        let Some(trust) = prepared.trust.get(&kept.source) else { continue };
        let entry: Entry = serde_json::from_str(&kept.json).map_err(DeskError::from)?;
        prepared.trial.take(*trust, &entry.document);
    }
    Ok((prepared, count, last))
}
