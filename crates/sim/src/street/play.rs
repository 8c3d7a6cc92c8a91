//! The street as it goes on: one thread makes the sound of all places, one per camera its pictures, at the pace of the clock.
//!
//! Not here: where everything is, and when what happens ([`super`]).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use base::clock::{Clock, Timestamp};

use super::camera::{self, Head, Shared};
use super::pipe::Pipe;
use super::{
    BANG_AT, BANG_S, DOWN_DEG, EARS, EYES, Eye, FIREWORK_AT, FIREWORK_S, FRAMES_PER_S, OUTLINE_HEIGHT_M,
    OUTLINES, RATE_HZ, ROUND_S, SHOUT_AT, SHOUT_S, surroundings,
};
use crate::Dice;
use crate::scene::picture::{Actor, Building, Filming, Kind, Stage};
use crate::scene::{Block, Clip, Sound, Soundscape, Spot};

/// A block of sound lasts so long, in milliseconds.
const BLOCK_MS: u32 = 100;
/// Who falls so far behind the clock leaves out what it missed, in milliseconds.
const BEHIND_MS_MAX: i64 = 1_000;
/// Wind and far traffic where the sensors are, in dB SPL.
const AROUND_DB: f64 = 55.0;
/// Seconds from one time that a recording is played to the next, from end to begin.
const PLAYED_PAUSE_S: f64 = 8.0;
/// Seconds before a recording is first played: until every background is known.
const PLAYED_AFTER_S: f64 = 12.0;
/// Metres that what happens in a later round is elsewhere, at most.
const ELSEWHERE_M: f64 = 6.0;
/// What each film begins with.
const FILM_HEAD: &[u8] = b"YUV4MPEG2 W384 H216 F5:1 Ip A1:1 Cmono\n";

/// A street that has not begun.
pub struct Street {
    /// Where its pipes are made: `ID.pcm` of each ear and `ID.y4m` of each camera.
    pub folder: PathBuf,
    /// Whose time it goes by.
    pub clock: Arc<dyn Clock>,
    /// Another number gives other noise and other passers-by.
    pub seed: u64,
    /// A recording at [`RATE_HZ`] that is played where somebody would shout, again and again, as loud as a shout.
    pub played: Option<Vec<f32>>,
}

/// A street that goes on until this is dropped.
pub struct Playing {
    stop: Arc<Stop>,
    /// The address of the device service of each camera that turns.
    pub heads: Vec<(&'static str, SocketAddr)>,
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.stop.now();
    }
}

impl Street {
    /// Makes the pipes and begins. Nobody needs to read them.
    pub async fn begin(self) -> Result<Playing> {
        let stop = Arc::new(Stop::default());
        let mut heads = Vec::new();
        let pace = Pace { clock: self.clock.clone(), start: self.clock.now(), stop: stop.clone() };
        for (number, eye) in EYES.iter().enumerate() {
            let head = Shared::new(Mutex::new(Head { pan_deg: 0.0, down_deg: DOWN_DEG }));
            if eye.turns {
                heads.push((eye.id, camera::serve(head.clone()).await?));
            }
            let pipe = Pipe::film(&self.folder.join(format!("{}.y4m", eye.id)), FILM_HEAD)?;
            let (pace, seed) = (pace.clone(), self.seed + number as u64);
            std::thread::Builder::new()
                .name("film".into())
                .spawn(move || film(eye, &head, &pipe, pace, seed))?;
        }
        let pipe = |id: &str| Pipe::sound(&self.folder.join(format!("{id}.pcm")));
        let pipes = EARS.iter().map(|ear| pipe(ear.id)).collect::<Result<Vec<_>>>()?;
        std::thread::Builder::new()
            .name("sound".into())
            .spawn(move || sound(self.seed, self.played, &pipes, pace))?;
        Ok(Playing { stop, heads })
    }
}

/// Seconds of the street and times of the clock.
#[derive(Clone)]
struct Pace {
    clock: Arc<dyn Clock>,
    start: Timestamp,
    stop: Arc<Stop>,
}

/// Whether it is over; who waits is woken.
#[derive(Default)]
struct Stop {
    over: Mutex<bool>,
    woken: Condvar,
}

impl Stop {
    fn now(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.woken.notify_all();
    }

    /// Waits for so long, or until it is over. Whether it is.
    fn within(&self, wait: Duration) -> bool {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.woken.wait_timeout_while(over, wait, |over| !*over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Pace {
    fn at(&self, second: f64) -> Timestamp {
        #[allow(clippy::cast_possible_truncation, reason = "a demonstration ends before its milliseconds do")]
        self.start.plus_millis((second * 1e3) as i64)
    }

    /// Waits until a second has come. Gives how many seconds were missed, and goes on after them; `None`: it is over.
    fn wait(&mut self, second: f64) -> Option<f64> {
        let wait_ms = self.at(second).millis_since(self.clock.now());
        if wait_ms < -BEHIND_MS_MAX {
            return Some(-wait_ms as f64 / 1e3);
        }
        let wait = Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0));
        (!self.stop.within(wait)).then_some(0.0)
    }
}

fn sound(seed: u64, played: Option<Vec<f32>>, pipes: &[Pipe], mut pace: Pace) {
    let mut scene =
        Soundscape::new(seed, RATE_HZ, surroundings(), EARS.iter().map(super::Ear::sensor).collect());
    scene.around(AROUND_DB, 6);
    let block = (RATE_HZ * BLOCK_MS / 1_000) as usize;
    let seconds = f64::from(BLOCK_MS) / 1e3;
    let played = played.map(|samples| {
        let peak = samples.iter().fold(1e-6_f32, |most, one| most.max(one.abs()));
        let samples: Vec<f32> = samples.iter().map(|one| one / peak).collect();
        let lasts = samples.len() as f64 / f64::from(RATE_HZ);
        (Clip::of(&samples), lasts + PLAYED_PAUSE_S)
    });
    let (mut from_s, mut round, mut next_played_s) = (0.0, 0_u64, PLAYED_AFTER_S);
    loop {
        if from_s >= round as f64 * ROUND_S {
            happen(&mut scene, seed, round);
            round += 1;
        }
        if let Some((clip, every_s)) = &played
            && from_s + seconds >= next_played_s
        {
            scene.happens(next_played_s, spot(SHOUT_AT, 1.6), clip, Sound::Shout.level_db());
            next_played_s += every_s;
        }
        match pace.wait(from_s + seconds) {
            None => return,
            // As a recorder that lost its time: what comes next was just now.
            Some(missed_s) => pace.start = pace.at(missed_s),
        }
        for (number, pipe) in pipes.iter().enumerate() {
            let heard = scene.next(number, block);
            if !pipe.give(framed(&pace, &heard)) {
                return;
            }
        }
        from_s += seconds;
    }
}

/// What happens in a round.
fn happen(scene: &mut Soundscape, seed: u64, round: u64) {
    let from_s = round as f64 * ROUND_S;
    let dice = Dice::new(seed ^ round);
    for (sound, at_s, place) in [
        (Sound::GunShot { supersonic: false }, BANG_S, BANG_AT),
        (Sound::Firework, FIREWORK_S, FIREWORK_AT),
        (Sound::Shout, SHOUT_S, SHOUT_AT),
    ] {
        let clip = sound.clip(RATE_HZ, 1.5, &dice);
        scene.happens(from_s + at_s, spot(elsewhere(seed, round, place), 1.5), &clip, sound.level_db());
    }
}

/// Where something happens in a round: the first time where it is said, then near it.
fn elsewhere(seed: u64, round: u64, place: [f64; 2]) -> [f64; 2] {
    if round == 0 {
        return place;
    }
    let dice = Dice::new(seed.wrapping_mul(31).wrapping_add(round));
    place.map(|metres| metres + ELSEWHERE_M * dice.around())
}

fn spot([east_m, north_m]: [f64; 2], up_m: f64) -> Spot {
    Spot::new(east_m, north_m, up_m)
}

/// A block as `belfry sense` reads it with `framed = true`.
fn framed(pace: &Pace, block: &Block) -> Vec<u8> {
    let samples = block.channels.first().map_or(0, Vec::len);
    #[allow(clippy::cast_possible_truncation, reason = "microseconds of a demonstration")]
    let micros = pace.start.millis() * 1_000 + (block.from_s * 1e6) as i64;
    let mut bytes = b"BLK1".to_vec();
    bytes.extend(u32::try_from(samples).unwrap_or(0).to_le_bytes());
    bytes.extend(micros.to_le_bytes());
    for at in 0..samples {
        for channel in &block.channels {
            bytes.extend(channel[at].to_le_bytes());
        }
    }
    bytes
}

fn film(eye: &Eye, head: &Shared, pipe: &Pipe, mut pace: Pace, seed: u64) {
    let buildings =
        OUTLINES.iter().map(|corners| Building { corners: corners.to_vec(), height_m: OUTLINE_HEIGHT_M });
    let stage = Stage { buildings: buildings.collect(), ..Stage::default() };
    let mut filming = Filming::new(stage, eye.lens(), seed);
    let (mut second, mut round) = (0.0, 0_u64);
    loop {
        if second >= round as f64 * ROUND_S {
            filming.cast(cast(seed, round));
            round += 1;
        }
        match pace.wait(second) {
            None => return,
            Some(missed_s) => second += missed_s,
        }
        let Head { pan_deg, down_deg } = camera::read(head);
        filming.turn((eye.heading_deg + pan_deg).rem_euclid(360.0), down_deg);
        if !pipe.give(filming.frame(second)) {
            return;
        }
        second += 1.0 / f64::from(FRAMES_PER_S);
    }
}

/// Who walks by in a round: some who run from the bang, and others who come and go.
fn cast(seed: u64, round: u64) -> Vec<Actor> {
    let from_s = round as f64 * ROUND_S;
    let dice = Dice::new(seed.wrapping_mul(97).wrapping_add(round));
    let [east, north] = elsewhere(seed, round, BANG_AT);
    let walker = |grey: u8, path: Vec<(f64, [f64; 2])>| Actor { kind: Kind::Walker, grey, path };
    let bang_s = from_s + BANG_S;
    // From where, past which place after the bang, and to where: metres from it.
    let runs = [
        ([-6.0, -2.0], [-9.0, -14.0], [-20.0, -60.0]),
        ([12.0, 30.0], [8.0, 18.0], [20.0, 60.0]),
        ([4.0, -10.0], [11.0, -16.0], [60.0, -40.0]),
        ([-4.0, 12.0], [-5.0, 20.0], [-10.0, 70.0]),
    ];
    let mut actors = Vec::new();
    for (grey, (from, past, to)) in [60, 205, 40, 225].into_iter().zip(runs) {
        let at = |[aside, ahead]: [f64; 2]| [east + aside, north + ahead];
        let path = vec![
            (bang_s - 20.0, at(from)),
            (bang_s + 0.5, at([from[0] * 0.7, from[1] * 0.7])),
            (bang_s + 8.0, at(past)),
            (bang_s + 20.0, at(to)),
        ];
        actors.push(walker(grey, path));
    }
    for eye in &EYES {
        let mut at_s = from_s + 5.0;
        while at_s < from_s + ROUND_S - 40.0 {
            let away = 16.0 + 5.0 * (1.0 + dice.around());
            let aside = 14.0 + 6.0 * dice.around();
            let place = |aside: f64| {
                let (sin, cos) = eye.heading_deg.to_radians().sin_cos();
                [eye.at[0] + away * sin + aside * cos, eye.at[1] + away * cos - aside * sin]
            };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "40 to 220")]
            let grey = (130.0 + 90.0 * dice.around()) as u8;
            let lasts_s = 2.0 * aside / 1.3;
            actors.push(walker(grey, vec![(at_s, place(-aside)), (at_s + lasts_s, place(aside))]));
            at_s += 30.0 + 15.0 * dice.around();
        }
    }
    actors
}
