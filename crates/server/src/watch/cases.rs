//! Cases of one desk: stories whose documents are held longer, with a stated reason and an end.
//!
//! Not here: the files ([`store::watch::Case`]), who may open one and its entry in the ledger ([`crate::api::watch`]).

use base::Timestamp;
use store::watch::{Case, CaseStory, Holding, KeptDocument};
use webwatch::Document;
use webwatch::stories::title_of;

use super::desk::{Desk, Entry};
use super::{DeskError, Shown};

/// A case and how much it holds.
pub type CaseHeld = (Case, Holding);

/// A story that a case holds, with its documents.
pub struct HeldStory {
    /// That it is held.
    pub story: CaseStory,
    /// What it is called: as the desk calls it, or by its first document; empty when none is left.
    pub title: String,
    /// Its documents, the latest first, and until when each is kept outside of the case.
    pub documents: Vec<(Timestamp, Document)>,
    /// The signal it is, while there is one.
    pub signal: Option<Shown>,
}

impl Desk {
    /// The cases, the latest first. Waits for the disk.
    pub fn cases(&self, now: Timestamp) -> Result<Vec<CaseHeld>, DeskError> {
        Ok(self.store.watch()?.cases(&self.of, now)?)
    }

    /// One case. Waits for the disk.
    pub fn case(&self, id: &str, now: Timestamp) -> Result<Option<CaseHeld>, DeskError> {
        Ok(self.store.watch()?.case(&self.of, id, now)?)
    }

    /// What a case holds, the story that was added last first. Waits for the disk.
    pub fn held(&self, case: &str) -> Result<Vec<HeldStory>, DeskError> {
        let watch = self.store.watch()?;
        let mut documents = Vec::new();
        for one in watch.held_documents(&self.of, case)? {
            documents.push((one.story, one.until, serde_json::from_str::<Entry>(&one.json)?.document));
        }
        let stories = watch.case_stories(&self.of, case)?.into_iter().map(|story| {
            let of_it: Vec<(Timestamp, Document)> = documents
                .iter()
                .filter(|(of, _, _)| *of == story.story)
                .map(|(_, until, document)| (*until, document.clone()))
                .collect();
            let known = self.story(&story.story).map(|one| one.title.clone());
            let first = of_it.last().map(|(_, document)| title_of(document));
            let title = first.map(|first| known.filter(|one| !one.is_empty()).unwrap_or(first));
            let title = title.unwrap_or_default();
            let signal = self.signal(&story.story).cloned();
            HeldStory { story, title, documents: of_it, signal }
        });
        Ok(stories.collect())
    }

    /// Opens a case or changes one. Waits for the disk.
    pub fn put_case(&self, case: &Case) -> Result<(), DeskError> {
        Ok(self.store.watch()?.put_case(case)?)
    }

    /// Has a case hold a story, with what is still kept of it and what comes to it. `false` when there is no such case, or
    /// nothing is kept of the story. Waits for the disk.
    pub fn hold(&mut self, case: &str, story: &CaseStory) -> Result<bool, DeskError> {
        let documents = self.store.watch()?.documents_of(&self.of, &story.story, story.added)?;
        if documents.is_empty() || !self.store.watch()?.hold(&self.of, case, story, &documents)? {
            return Ok(false);
        }
        self.held_stories.insert(story.story.clone());
        Ok(true)
    }

    /// Whether anything is kept of a story that could be held. Waits for the disk.
    pub fn can_hold(&self, story: &str, now: Timestamp) -> Result<bool, DeskError> {
        Ok(!self.store.watch()?.documents_of(&self.of, story, now)?.is_empty())
    }

    /// A case lets go of a story. Says whether it held it. Waits for the disk.
    pub fn let_go(&mut self, case: &str, story: &str) -> Result<bool, DeskError> {
        let there = self.store.watch()?.let_go(&self.of, case, story)?;
        self.held_stories = self.store.watch()?.held_stories(&self.of)?;
        Ok(there)
    }

    /// Closes a case; what only it held is destroyed. Says whether there was one. Waits for the disk.
    pub fn close_case(&mut self, case: &str) -> Result<bool, DeskError> {
        let there = self.store.watch()?.end_case(&self.of, case)?;
        self.held_stories = self.store.watch()?.held_stories(&self.of)?;
        Ok(there)
    }

    /// Cases that hold a story hold what came to it too.
    pub(super) fn hold_more(&self, kept: &[KeptDocument]) -> Result<(), DeskError> {
        let of_held =
            |one: &&KeptDocument| one.story.as_ref().is_some_and(|id| self.held_stories.contains(id));
        let more: Vec<KeptDocument> = kept.iter().filter(of_held).cloned().collect();
        if more.is_empty() { Ok(()) } else { Ok(self.store.watch()?.hold_more(&more)?) }
    }
}
