//! What lists, maps and counts need of every item, kept in memory: one scan answers any mix of filters,
//! exactly, over nothing but what the caller may see.
//!
//! Not here: content, which stays sealed on disk. About 70 bytes an item; rebuilt from the read model at start.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use base::Timestamp;
use base::geo::Bounds;
use base::ids::{OrganisationId, SiteId, ZoneId};
use policy::Sight;
use record::Kind;
use record::label::VisibilityLabel;
use record::rating::{Severity, Urgency};

use crate::sql::{Connection, NONE, Walk};

/// Where an item is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ItemState {
    /// Shared and standing.
    Live = 0,
    /// Withdrawn by its originator; its content can still be read.
    Retracted = 1,
    /// Its content is destroyed.
    Erased = 2,
}

impl ItemState {
    pub(crate) fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Live,
            1 => Self::Retracted,
            _ => Self::Erased,
        }
    }
}

/// One item, as narrow as it gets. Seconds since 1970 as `u32`: to the year 2106.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Arrival order; never leaves the node unsealed.
    pub(crate) row: u32,
    pub(crate) changed: u32,
    pub(crate) label: u32,
    /// Row of the first item of its thread.
    pub(crate) thread: u32,
    pub(crate) arrived_s: u32,
    pub(crate) valid_from_s: u32,
    pub(crate) valid_until_s: u32,
    /// All zero when it has no shape; nothing of ours lies in the Gulf of Guinea.
    pub(crate) bounds: Option<Bounds>,
    pub(crate) originator: u16,
    pub(crate) site: u16,
    pub(crate) zone: u16,
    pub(crate) asked: u16,
    pub(crate) kind: u8,
    pub(crate) urgency: u8,
    pub(crate) severity: u8,
    pub(crate) state: ItemState,
}

/// Names as small numbers; 0 is "none".
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<Box<str>, u16>,
    names: Vec<Box<str>>,
}

impl Names {
    /// The number of a name, given when first met. The 65,535th and later names share one number and are
    /// found by no filter; the directory is far smaller.
    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let Ok(number) = u16::try_from(self.names.len() + 1) else { return u16::MAX };
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    fn find(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }

    fn name(&self, number: u16) -> Option<&str> {
        self.names.get(usize::from(number).checked_sub(1)?).map(AsRef::as_ref)
    }
}

/// All rows, in order of arrival.
#[derive(Default)]
pub(crate) struct Columns {
    rows: Vec<Row>,
    organisations: Names,
    sites: Names,
    zones: Names,
    /// Per organisation the rows it has acknowledged.
    acknowledged: HashMap<u16, HashSet<u32>>,
}

/// Which items a list is about. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One of these kinds; empty: any.
    pub kinds: Vec<Kind>,
    /// In this zone.
    pub zone: Option<ZoneId>,
    /// At this site.
    pub site: Option<SiteId>,
    /// From this organisation.
    pub originator: Option<OrganisationId>,
    /// At least this urgent.
    pub urgency: Option<Urgency>,
    /// At least this severe.
    pub severity: Option<Severity>,
    /// Not acknowledged by this organisation, and not its own.
    pub unacknowledged_by: Option<OrganisationId>,
    /// Asked of this organisation.
    pub asked: Option<OrganisationId>,
    /// Valid at this instant, and not retracted.
    pub valid_at: Option<Timestamp>,
    /// Not yet begun at this instant, and not retracted.
    pub begins_after: Option<Timestamp>,
    /// Arrived at or after this instant.
    pub arrived_from: Option<Timestamp>,
    /// Arrived before this instant.
    pub arrived_until: Option<Timestamp>,
    /// Its shape meets this box.
    pub bounds: Option<Bounds>,
}

/// Counts over what the caller may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// All together.
    pub total: u64,
    /// By kind.
    pub by_kind: BTreeMap<Kind, u64>,
    /// By zone.
    pub by_zone: BTreeMap<String, u64>,
    /// By originator.
    pub by_originator: BTreeMap<String, u64>,
    /// By urgency.
    pub by_urgency: BTreeMap<Urgency, u64>,
    /// Not yet acknowledged by the caller's organisation.
    pub unacknowledged: u64,
}

/// How much arrived in a part of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Activity {
    /// Items.
    pub total: u64,
    /// Alerts among them.
    pub alerts: u64,
}

/// Several items near each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Mean longitude in degrees.
    pub longitude: f64,
    /// Mean latitude in degrees.
    pub latitude: f64,
    /// How many.
    pub count: u64,
    /// The worst severity among them.
    pub severity: Severity,
}

/// What a map shows: single items when they are few, clusters when they are many.
#[derive(Debug, Clone, PartialEq)]
pub enum MapView {
    /// Rows of the items, newest first.
    Rows(Vec<u32>),
    /// Clusters, largest first.
    Clusters(Vec<Cluster>),
}

/// Filter words turned to numbers; `None` from [`Columns::compile`] means that nothing can match.
struct Compiled<'a> {
    kinds: u16,
    zone: Option<u16>,
    site: Option<u16>,
    originator: Option<u16>,
    asked: Option<u16>,
    urgency: u8,
    severity: u8,
    unacknowledged: Option<(u16, Option<&'a HashSet<u32>>)>,
    valid_at_s: Option<u32>,
    begins_after_s: Option<u32>,
    arrived_from_s: u32,
    arrived_until_s: u32,
    bounds: Option<Bounds>,
}

pub(crate) fn seconds(instant: Timestamp) -> u32 {
    u32::try_from(instant.seconds().clamp(0, i64::from(u32::MAX))).expect("clamped to its range")
}

impl Columns {
    pub(crate) fn organisation(&mut self, id: &str) -> u16 {
        self.organisations.number(id)
    }

    pub(crate) fn site(&mut self, id: &str) -> u16 {
        self.sites.number(id)
    }

    pub(crate) fn zone(&mut self, id: &str) -> u16 {
        self.zones.number(id)
    }

    /// Adds a row at the end, or puts it in the place of the one with the same number.
    pub(crate) fn put(&mut self, row: Row) {
        match self.rows.binary_search_by_key(&row.row, |one| one.row) {
            Ok(at) => self.rows[at] = row,
            Err(at) => self.rows.insert(at, row),
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
    }

    pub(crate) fn remove(&mut self, row: u32) {
        if let Ok(at) = self.rows.binary_search_by_key(&row, |one| one.row) {
            self.rows.remove(at);
        }
        for rows in self.acknowledged.values_mut() {
            rows.remove(&row);
        }
    }

    pub(crate) fn acknowledge(&mut self, organisation: &str, row: u32) {
        let number = self.organisations.number(organisation);
        self.acknowledged.entry(number).or_default().insert(row);
    }

    /// A new version has not been acknowledged by anyone.
    pub(crate) fn forget_acknowledgements(&mut self, row: u32) {
        for rows in self.acknowledged.values_mut() {
            rows.remove(&row);
        }
    }

    pub(crate) fn get(&self, row: u32) -> Option<&Row> {
        self.rows.binary_search_by_key(&row, |one| one.row).ok().map(|at| &self.rows[at])
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The first row in which two sets of columns differ; their numbers for names may.
    pub(crate) fn first_difference(&self, other: &Self) -> Option<u32> {
        let named = |columns: &Self, row: &Row| {
            let organisation = |number| columns.organisations.name(number).map(str::to_owned);
            let done = columns.acknowledged.iter().filter(|(_, rows)| rows.contains(&row.row));
            let done: std::collections::BTreeSet<_> = done.map(|(number, _)| organisation(*number)).collect();
            let zone = columns.zones.name(row.zone).map(str::to_owned);
            let site = columns.sites.name(row.site).map(str::to_owned);
            let plain = Row { originator: 0, asked: 0, zone: 0, site: 0, ..row.clone() };
            (plain, organisation(row.originator), organisation(row.asked), zone, site, done)
        };
        let pairs = self.rows.iter().zip(&other.rows);
        let differs = pairs.into_iter().find(|(ours, theirs)| named(self, ours) != named(other, theirs));
        let longer = if self.rows.len() > other.rows.len() { &self.rows } else { &other.rows };
        let shorter = self.rows.len().min(other.rows.len());
        differs
            .map(|(ours, theirs)| ours.row.min(theirs.row))
            .or_else(|| longer.get(shorter).map(|row| row.row))
    }

    fn compile(&self, filter: &Filter) -> Option<Compiled<'_>> {
        let known = |names: &Names, name: Option<&str>| match name {
            None => Some(None),
            Some(name) => names.find(name).map(Some),
        };
        let own = filter.unacknowledged_by.as_ref();
        let unacknowledged = own.map(|own| {
            let number = self.organisations.find(own.as_str()).unwrap_or(u16::MAX);
            (number, self.acknowledged.get(&number))
        });
        Some(Compiled {
            kinds: filter.kinds.iter().fold(0, |set, kind| set | 1 << kind.code()),
            zone: known(&self.zones, filter.zone.as_ref().map(ZoneId::as_str))?,
            site: known(&self.sites, filter.site.as_ref().map(SiteId::as_str))?,
            originator: known(&self.organisations, filter.originator.as_ref().map(OrganisationId::as_str))?,
            asked: known(&self.organisations, filter.asked.as_ref().map(OrganisationId::as_str))?,
            urgency: filter.urgency.map_or(u8::MAX, Urgency::code),
            severity: filter.severity.map_or(u8::MAX, Severity::code),
            unacknowledged,
            valid_at_s: filter.valid_at.map(seconds),
            begins_after_s: filter.begins_after.map(seconds),
            arrived_from_s: filter.arrived_from.map_or(0, seconds),
            arrived_until_s: filter.arrived_until.map_or(u32::MAX, seconds),
            bounds: filter.bounds,
        })
    }

    /// Rows that match and that `sight` may see, newest first, starting before `before`.
    fn matching<'a>(
        &'a self,
        sight: &'a Sight,
        filter: &'a Compiled<'_>,
        before: Option<u32>,
    ) -> impl Iterator<Item = &'a Row> {
        let end = before.map_or(self.rows.len(), |before| self.rows.partition_point(|row| row.row < before));
        self.rows[..end].iter().rev().filter(|row| filter.takes(row) && sight.sees(row.label))
    }

    pub(crate) fn page(&self, sight: &Sight, filter: &Filter, before: Option<u32>, limit: usize) -> Vec<u32> {
        let Some(filter) = self.compile(filter) else { return Vec::new() };
        self.matching(sight, &filter, before).take(limit).map(|row| row.row).collect()
    }

    /// Keeps of some rows those that match and that `sight` may see.
    pub(crate) fn retain(&self, sight: &Sight, filter: &Filter, rows: &mut Vec<u32>) {
        match self.compile(filter) {
            Some(filter) => rows
                .retain(|row| self.get(*row).is_some_and(|row| filter.takes(row) && sight.sees(row.label))),
            None => rows.clear(),
        }
    }

    pub(crate) fn counts(&self, sight: &Sight, filter: &Filter) -> Counts {
        let Some(compiled) = self.compile(filter) else { return Counts::default() };
        self.tally(sight, self.matching(sight, &compiled, None))
    }

    /// How much arrived in each of some equal parts of a period, under a sight; of it, how many alerts.
    pub(crate) fn activity(
        &self,
        sight: &Sight,
        filter: &Filter,
        period: (Timestamp, Timestamp),
        parts: usize,
    ) -> Vec<Activity> {
        let mut counted = vec![Activity::default(); parts];
        let (from, length) = (period.0.millis(), period.1.millis_since(period.0));
        let window = Filter { arrived_from: Some(period.0), arrived_until: Some(period.1), ..filter.clone() };
        let Some(compiled) = self.compile(&window) else { return counted };
        for row in self.matching(sight, &compiled, None) {
            let since = i128::from(i64::from(row.arrived_s) * 1_000 - from).max(0);
            let part = since * i128::try_from(parts).unwrap_or(1) / i128::from(length.max(1));
            let Some(one) = usize::try_from(part).ok().and_then(|part| counted.get_mut(part)) else {
                continue;
            };
            one.total += 1;
            one.alerts += u64::from(row.kind == Kind::Alert.code());
        }
        counted
    }

    /// Counts over some rows, each given once, as far as they match and `sight` may see them.
    pub(crate) fn counts_of(&self, sight: &Sight, filter: &Filter, rows: &[u32]) -> Counts {
        let Some(filter) = self.compile(filter) else { return Counts::default() };
        let rows = rows.iter().filter_map(|row| self.get(*row));
        self.tally(sight, rows.filter(|row| filter.takes(row) && sight.sees(row.label)))
    }

    fn tally<'a>(&'a self, sight: &Sight, rows: impl Iterator<Item = &'a Row>) -> Counts {
        let own = self.organisations.find(sight.organisation().as_str()).unwrap_or(u16::MAX);
        let done = self.acknowledged.get(&own);
        let (mut kinds, mut urgencies) = ([0u64; 16], [0u64; 16]);
        let mut zones = vec![0u64; self.zones.names.len() + 1];
        let mut originators = vec![0u64; self.organisations.names.len() + 1];
        let mut counts = Counts::default();
        for row in rows {
            counts.total += 1;
            kinds[usize::from(row.kind & 15)] += 1;
            urgencies[usize::from(row.urgency & 15)] += 1;
            if let Some(count) = zones.get_mut(usize::from(row.zone)) {
                *count += 1;
            }
            if let Some(count) = originators.get_mut(usize::from(row.originator)) {
                *count += 1;
            }
            if row.originator != own && !done.is_some_and(|done| done.contains(&row.row)) {
                counts.unacknowledged += 1;
            }
        }
        let named = |counts: &[u64], names: &Names| {
            let pairs = (0u16..).zip(counts).filter(|(_, count)| **count > 0);
            pairs.filter_map(|(n, count)| Some((names.name(n)?.to_owned(), *count))).collect()
        };
        counts.by_zone = named(&zones, &self.zones);
        counts.by_originator = named(&originators, &self.organisations);
        let coded = |counts: &[u64; 16]| -> Vec<(u8, u64)> {
            (0u8..).zip(*counts).filter(|(_, count)| *count > 0).collect()
        };
        counts.by_kind =
            coded(&kinds).into_iter().filter_map(|(code, n)| Some((Kind::from_code(code)?, n))).collect();
        counts.by_urgency = coded(&urgencies)
            .into_iter()
            .filter_map(|(code, n)| Some((Urgency::from_code(code)?, n)))
            .collect();
        counts
    }

    /// Single items while at most `items_max` match, else clusters on a grid of `cells` by `cells`.
    pub(crate) fn map(&self, sight: &Sight, filter: &Filter, items_max: usize, cells: u32) -> MapView {
        let Some(compiled) = self.compile(filter) else { return MapView::Rows(Vec::new()) };
        let Some(bounds) = compiled.bounds else { return MapView::Rows(Vec::new()) };
        let mut rows = Vec::new();
        let mut found = self.matching(sight, &compiled, None);
        for row in found.by_ref() {
            rows.push(row);
            if rows.len() > items_max {
                break;
            }
        }
        if rows.len() <= items_max {
            return MapView::Rows(rows.into_iter().map(|row| row.row).collect());
        }
        let mut grid = Grid::new(bounds, cells);
        rows.into_iter().chain(found).for_each(|row| grid.add(row));
        MapView::Clusters(grid.clusters())
    }

    /// Rows of items that changed after an entry, oldest change first, at most `limit`.
    pub(crate) fn changed_after(&self, sight: &Sight, seq: u32, limit: usize) -> Vec<u32> {
        let mut rows: Vec<_> =
            self.rows.iter().filter(|row| row.changed > seq && sight.sees(row.label)).collect();
        rows.sort_by_key(|row| row.changed);
        rows.into_iter().take(limit).map(|row| row.row).collect()
    }
}

impl Compiled<'_> {
    fn takes(&self, row: &Row) -> bool {
        let is = |wanted: Option<u16>, found: u16| wanted.is_none_or(|wanted| wanted == found);
        (self.kinds == 0 || self.kinds & (1 << row.kind) != 0)
            && row.urgency <= self.urgency
            && row.severity <= self.severity
            && (self.arrived_from_s..=self.arrived_until_s).contains(&row.arrived_s)
            && row.state != ItemState::Erased
            && is(self.zone, row.zone)
            && is(self.site, row.site)
            && is(self.originator, row.originator)
            && is(self.asked, row.asked)
            && self.valid_at_s.is_none_or(|at| {
                row.valid_from_s <= at && at < row.valid_until_s && row.state == ItemState::Live
            })
            && self.begins_after_s.is_none_or(|at| row.valid_from_s > at && row.state == ItemState::Live)
            && self.bounds.is_none_or(|wanted| row.bounds.is_some_and(|found| found.meets(&wanted)))
            && self.unacknowledged.as_ref().is_none_or(|(own, done)| {
                row.originator != *own && !done.is_some_and(|done| done.contains(&row.row))
            })
    }
}

/// A grid of cells over a box, each with the sum of what is in it.
struct Grid {
    bounds: Bounds,
    cells: u32,
    sums: HashMap<u32, (u64, i64, i64, u8)>,
}

impl Grid {
    fn new(bounds: Bounds, cells: u32) -> Self {
        Self { bounds, cells: cells.max(1), sums: HashMap::new() }
    }

    fn add(&mut self, row: &Row) {
        let Some(shape) = row.bounds else { return };
        let (x, y) = shape.middle();
        let column = cell(x, self.bounds.west, self.bounds.east, self.cells);
        let line = cell(y, self.bounds.south, self.bounds.north, self.cells);
        let sum = self.sums.entry(line * self.cells + column).or_insert((0, 0, 0, u8::MAX));
        sum.0 += 1;
        sum.1 += i64::from(x);
        sum.2 += i64::from(y);
        sum.3 = sum.3.min(row.severity);
    }

    fn clusters(self) -> Vec<Cluster> {
        let mut cells: Vec<_> = self.sums.into_iter().collect();
        cells.sort_by_key(|(cell, sum)| (std::cmp::Reverse(sum.0), *cell));
        let degrees = |sum: i64, count: u64| {
            #[allow(clippy::cast_precision_loss, reason = "a mean to be drawn: a metre does not matter")]
            let mean = sum as f64 / count as f64;
            mean / base::geo::UNITS_PER_DEGREE
        };
        cells
            .into_iter()
            .map(|(_, (count, x, y, severity))| Cluster {
                longitude: degrees(x, count),
                latitude: degrees(y, count),
                count,
                severity: Severity::from_code(severity).unwrap_or_default(),
            })
            .collect()
    }
}

/// Which of `cells` equal parts of `from..to` a value is in; values outside go to the nearest.
fn cell(value: i32, from: i32, to: i32, cells: u32) -> u32 {
    let width = (i64::from(to) - i64::from(from)).max(1);
    let at = (i64::from(value) - i64::from(from)).clamp(0, width - 1);
    u32::try_from(at * i64::from(cells) / width).expect("below the number of cells")
}

/// Every visibility label that exists, by number.
#[derive(Default)]
pub(crate) struct Labels {
    pub(crate) by_id: Vec<Option<Arc<VisibilityLabel>>>,
}

impl Labels {
    pub(crate) fn load(connection: &Connection) -> Result<Self, crate::StoreError> {
        let mut labels = Self::default();
        let statement = connection.prepare("SELECT id, key FROM label");
        statement.walk(NONE, |row| {
            let key: String = row.get(1)?;
            let label = Arc::new(crate::fold::parse_label(&key)?);
            labels.put(row.get(0)?, label);
            Ok(Walk::On)
        })?;
        Ok(labels)
    }

    pub(crate) fn put(&mut self, id: u32, label: Arc<VisibilityLabel>) {
        let at = id as usize;
        if self.by_id.len() <= at {
            self.by_id.resize(at + 1, None);
        }
        self.by_id[at] = Some(label);
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Arc<VisibilityLabel>> {
        self.by_id.get(id as usize)?.as_ref()
    }
}
