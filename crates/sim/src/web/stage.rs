//! What stands on each site at a moment: the script and the chatter, played by time. No network.
//!
//! Not here: how a site shows it.

use std::collections::{BTreeMap, VecDeque};

use base::Timestamp;
use serde::Serialize;

use super::chatter::{almost, say};
use super::script::{CALENDAR_MENDED_MS, CUES, Cue, DIES_AT_MS, Deed, Meant};
use crate::Dice;

/// A site of the small web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Local news: RSS.
    News,
    /// The municipality: Atom and pages.
    Municipality,
    /// The calendar of demonstrations: one page that changes.
    Calendar,
    /// A Mastodon-like server in Dutch.
    Plein,
    /// A Mastodon-like server in English.
    Square,
    /// A Jetstream-like stream in both.
    Jet,
    /// A feed that dies.
    Dying,
}

/// Most posts that stand on one site.
const POSTS_MAX: usize = 400;
/// Most chatter that is made up for at once, after the clock has jumped.
const CATCH_UP_MAX: usize = 2_000;
/// Of a thousand pieces of chatter: so many are copies, near copies, edits and deletions of earlier ones, and news.
const COPIES: usize = 60;
const NEAR_COPIES: usize = 60;
const EDITS: usize = 20;
const DELETIONS: usize = 20;
const NEWS: usize = 4;

/// A post or page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) site: Site,
    /// Rising with time: milliseconds, then a number.
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) language: String,
    pub(super) tags: Vec<String>,
    pub(super) posted: Timestamp,
    pub(super) edited: Option<Timestamp>,
}

/// What has just happened on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Posted(Post),
    Edited(Post),
    Deleted(Post),
}

/// What was really meant, and when it was really posted: what delay and recall are measured against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Which event it is about, such as `blockade`: one story.
    pub event: &'static str,
    /// What sort of thing it is, such as `announced_demonstration`.
    pub class: &'static str,
    /// Where: the id of a site in the sample area, or a street.
    pub place: &'static str,
    /// On which site it was said.
    pub site: Site,
    /// The site's own id of the post.
    pub id: String,
    /// `posted`, `edited` or `deleted`.
    pub deed: &'static str,
    /// When.
    pub posted_at: Timestamp,
}

/// All that stands.
pub(super) struct Stage {
    began: Timestamp,
    dice: Dice,
    /// Milliseconds between two pieces of chatter; `None` for silence.
    chatter_ms: Option<i64>,
    chatter_next: Timestamp,
    cue_next: usize,
    posts: BTreeMap<Site, VecDeque<Post>>,
    keys: BTreeMap<(Site, &'static str), u64>,
    truth: Vec<Truth>,
    serial: u64,
}

impl Stage {
    /// The stage as it stands at the start. `chatter_per_s`: pieces of chatter a second.
    pub(super) fn new(seed: u64, began: Timestamp, chatter_per_s: u32) -> Self {
        let chatter_ms = (chatter_per_s > 0).then(|| (1_000 / i64::from(chatter_per_s)).max(1));
        let mut stage = Self {
            began,
            dice: Dice::new(seed),
            chatter_ms,
            chatter_next: began,
            cue_next: 0,
            posts: BTreeMap::new(),
            keys: BTreeMap::new(),
            truth: Vec::new(),
            serial: 0,
        };
        stage.until(began.plus_millis(-1));
        stage
    }

    /// Plays on to `now`; gives what happened, in order.
    pub(super) fn until(&mut self, now: Timestamp) -> Vec<Change> {
        let mut changes = Vec::new();
        if let Some(step) = self.chatter_ms {
            let most = i64::try_from(CATCH_UP_MAX).unwrap_or(0) * step;
            self.chatter_next = self.chatter_next.max(now.plus_millis(-most));
        }
        loop {
            let cue = CUES.get(self.cue_next).map(|cue| (self.began.plus_millis(cue.at_ms), cue));
            let chatter = self.chatter_ms.map(|step| (self.chatter_next, step));
            match (cue, chatter) {
                (Some((at, cue)), _) if at <= now && chatter.is_none_or(|(next, _)| at <= next) => {
                    self.cue_next += 1;
                    changes.extend(self.play(cue, at));
                }
                (_, Some((at, step))) if at <= now => {
                    self.chatter_next = at.plus_millis(step);
                    changes.extend(self.chatter(at));
                }
                _ => return changes,
            }
        }
    }

    /// What stands on a site, oldest first.
    pub(super) fn posts(&self, site: Site) -> impl DoubleEndedIterator<Item = &Post> {
        self.posts.get(&site).into_iter().flatten()
    }

    pub(super) fn post(&self, site: Site, id: u64) -> Option<&Post> {
        self.posts(site).find(|post| post.id == id)
    }

    pub(super) fn truth(&self) -> &[Truth] {
        &self.truth
    }

    /// Whether the dying source has died.
    pub(super) fn is_dead(&self, now: Timestamp) -> bool {
        now.millis_since(self.began) >= DIES_AT_MS
    }

    /// Whether the calendar answers with an error page.
    pub(super) fn is_calendar_away(&self, now: Timestamp) -> bool {
        CALENDAR_MENDED_MS.contains(&now.millis_since(self.began))
    }

    fn play(&mut self, cue: &Cue, at: Timestamp) -> Option<Change> {
        let (change, deed) = match cue.deed {
            Deed::Post { title, text, author, language, tags } => {
                let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
                let post = self.add(cue.site, title, text.to_owned(), author.to_owned(), language, tags, at);
                self.keys.insert((cue.site, cue.key), post.id);
                (Change::Posted(post), "posted")
            }
            Deed::Edit { text } => {
                (self.edit(cue.site, *self.keys.get(&(cue.site, cue.key))?, text, at)?, "edited")
            }
            Deed::Delete => (self.delete(cue.site, *self.keys.get(&(cue.site, cue.key))?)?, "deleted"),
        };
        if let Some(Meant { event, class, place }) = cue.truth {
            let (Change::Posted(post) | Change::Edited(post) | Change::Deleted(post)) = &change;
            let (site, id) = (cue.site, post.id.to_string());
            self.truth.push(Truth { event, class, place, site, id, deed, posted_at: at });
        }
        Some(change)
    }

    fn chatter(&mut self, at: Timestamp) -> Option<Change> {
        let site =
            *self.dice.pick(&[Site::Plein, Site::Plein, Site::Square, Site::Jet]).unwrap_or(&Site::Plein);
        let chance = self.dice.below(1_000);
        let mut from = 0;
        let mut falls = |share: usize| {
            let fell = (from..from + share).contains(&chance);
            from += share;
            fell
        };
        if falls(NEWS) {
            let said = say(&self.dice, Some("nl"));
            let title = said.text.split(['.', '?', ',']).next().unwrap_or_default().to_owned();
            let text = format!("{} {}", said.text, say(&self.dice, Some("nl")).text);
            return Some(Change::Posted(self.add(
                Site::News,
                &title,
                text,
                "Lezers".into(),
                "nl",
                said.tags,
                at,
            )));
        }
        if falls(COPIES + NEAR_COPIES) {
            let text = self.any(site)?.text.clone();
            let text =
                if self.dice.below(COPIES + NEAR_COPIES) < COPIES { text } else { almost(&self.dice, &text) };
            let other = say(&self.dice, None);
            return Some(Change::Posted(self.add(
                site,
                "",
                text,
                other.author,
                other.language,
                Vec::new(),
                at,
            )));
        }
        if falls(EDITS) {
            let (id, text) = self.any(site).map(|post| (post.id, format!("{} (edit)", post.text)))?;
            return self.edit(site, id, &text, at);
        }
        if falls(DELETIONS) {
            let id = self.any(site)?.id;
            return self.delete(site, id);
        }
        let language = match site {
            Site::Plein => Some("nl"),
            Site::Square => Some("en"),
            _ => None,
        };
        let said = say(&self.dice, language);
        Some(Change::Posted(self.add(site, "", said.text, said.author, said.language, said.tags, at)))
    }

    /// Any piece of chatter on a site; what the script said stays as the script wants it.
    fn any(&self, site: Site) -> Option<&Post> {
        let scripted: Vec<u64> = self.keys.values().copied().collect();
        let free: Vec<&Post> = self.posts(site).filter(|post| !scripted.contains(&post.id)).collect();
        self.dice.pick(&free).copied()
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a post, each once")]
    fn add(
        &mut self,
        site: Site,
        title: &str,
        text: String,
        author: String,
        language: &str,
        tags: Vec<String>,
        at: Timestamp,
    ) -> Post {
        self.serial += 1;
        let id = u64::try_from(at.millis()).unwrap_or(0) << 16 | (self.serial & 0xffff);
        let (title, language) = (title.to_owned(), language.to_owned());
        let post = Post { site, id, title, text, author, language, tags, posted: at, edited: None };
        let posts = self.posts.entry(site).or_default();
        posts.push_back(post.clone());
        if posts.len() > POSTS_MAX {
            posts.pop_front();
        }
        post
    }

    fn edit(&mut self, site: Site, id: u64, text: &str, at: Timestamp) -> Option<Change> {
        let post = self.posts.get_mut(&site)?.iter_mut().find(|post| post.id == id)?;
        text.clone_into(&mut post.text);
        post.edited = Some(at);
        Some(Change::Edited(post.clone()))
    }

    fn delete(&mut self, site: Site, id: u64) -> Option<Change> {
        let posts = self.posts.get_mut(&site)?;
        let at = posts.iter().position(|post| post.id == id)?;
        posts.remove(at).map(Change::Deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }

    #[test]
    fn one_seed_one_day_however_it_is_stepped() {
        let mut fine = Stage::new(7, start(), 20);
        let mut coarse = Stage::new(7, start(), 20);
        let stepped: Vec<Change> =
            (0..1_200).flat_map(|step| fine.until(start().plus_millis(step * 50))).collect();
        let at_once = coarse.until(start().plus_millis(1_199 * 50));
        assert_eq!(stepped, at_once);
        assert!((1_150..=1_230).contains(&stepped.len()), "20 a second and the script: {}", stepped.len());
        let mut other = Stage::new(8, start(), 20);
        assert_ne!(other.until(start().plus_millis(1_199 * 50)), at_once);
    }

    #[test]
    fn there_are_copies_edits_and_deletions() {
        let mut stage = Stage::new(7, start(), 20);
        let changes = stage.until(start().plus_seconds(90));
        let count = |of: fn(&Change) -> bool| changes.iter().filter(|change| of(change)).count();
        assert!(count(|change| matches!(change, Change::Edited(_))) > 10);
        assert!(count(|change| matches!(change, Change::Deleted(_))) > 10);
        let mut texts: Vec<&str> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Posted(post) => Some(&*post.text),
                _ => None,
            })
            .collect();
        let all = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert!(all - texts.len() > 40, "{} of {all} are copies", all - texts.len());
    }

    #[test]
    fn the_script_is_played_to_the_second_and_its_truth_is_kept() {
        let mut stage = Stage::new(7, start(), 0);
        assert!(stage.posts(Site::News).count() >= 2, "something stands there already");
        assert!(stage.until(start().plus_millis(39_999)).len() >= 5);
        let changes = stage.until(start().plus_seconds(40));
        let [Change::Posted(post)] = &changes[..] else { panic!("{changes:?}") };
        assert!(post.text.contains("glue the locks"));
        let truth = stage.truth().last().unwrap();
        assert_eq!(
            (truth.event, truth.class, truth.posted_at),
            ("blockade", "disruption", start().plus_seconds(40))
        );
        assert_eq!(truth.id, post.id.to_string());
        stage.until(start().plus_seconds(3_600));
        let of = |deed| stage.truth().iter().filter(|truth| truth.deed == deed).count();
        assert_eq!((of("edited"), of("deleted")), (2, 1));
        assert!(stage.is_dead(start().plus_seconds(60)) && !stage.is_dead(start().plus_seconds(59)));
    }

    #[test]
    fn what_stands_has_an_end_and_so_has_catching_up() {
        let mut stage = Stage::new(7, start(), 1_000);
        let changes = stage.until(start().plus_seconds(86_400));
        assert!(changes.len() <= CATCH_UP_MAX + CUES.len() + 1, "{}", changes.len());
        assert!(stage.posts.values().all(|posts| posts.len() <= POSTS_MAX));
    }
}
