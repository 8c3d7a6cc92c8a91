//! The street as its readers have it.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use base::clock::Timestamp;

use super::*;

#[test]
fn every_camera_can_be_calibrated_and_each_place_is_out_in_the_open() {
    for eye in &EYES {
        assert_eq!(eye.landmarks().len(), 5, "{}", eye.id);
    }
    let inside = |[east, north]: [f64; 2]| {
        OUTLINES.iter().any(|corners| {
            let next = corners.iter().cycle().skip(1);
            let crosses = |(a, b): (&[f64; 2], &[f64; 2])| {
                (a[1] > north) != (b[1] > north)
                    && east < (b[0] - a[0]) * (north - a[1]) / (b[1] - a[1]) + a[0]
            };
            corners.iter().zip(next).filter(|pair| crosses(*pair)).count() % 2 == 1
        })
    };
    let places = EARS.iter().map(|ear| ear.at).chain(EYES.iter().map(|eye| eye.at));
    for place in places.chain([BANG_AT, FIREWORK_AT, SHOUT_AT]) {
        assert!(!inside(place), "{place:?}");
    }
}

#[test]
fn some_hear_the_bang_straight_and_some_round_a_corner() {
    let walls = surroundings();
    let bang = Spot::new(BANG_AT[0], BANG_AT[1], 1.5);
    let late: Vec<bool> = EARS
        .iter()
        .map(|ear| {
            let at = Spot::new(ear.at[0], ear.at[1], EAR_HEIGHT_M);
            walls.first(bang, at).metres > bang.distance_m(at) + 0.5
        })
        .collect();
    assert_eq!(late, [false, false, false, false, true, true]);
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "the street is played in real time")]
async fn readers_may_come_late_leave_and_come_back() {
    let folder = std::env::temp_dir().join(format!("belfry-street-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let clock: Arc<dyn base::clock::Clock> = Arc::new(base::system::SystemClock);
    let before = clock.now();
    let street = Street { folder: folder.clone(), clock: clock.clone(), seed: 1, played: None };
    let playing = street.begin().await.unwrap();
    assert_eq!(playing.heads.len(), 1);
    let read = |name: &str, bytes: usize| {
        let path = folder.join(name);
        tokio::task::spawn_blocking(move || {
            let mut read = vec![0; bytes];
            std::fs::File::open(path).unwrap().read_exact(&mut read).unwrap();
            read
        })
    };
    // Who comes back before the pipe saw them go goes on in the middle of the film, once.
    let mut from_the_start = 0;
    for _ in 0..5 {
        let film = read("camera-west.y4m", 60 + 2 * PICTURE[0] * PICTURE[1]).await.unwrap();
        if film.starts_with(b"YUV4MPEG2 W384 H216 F5:1 Ip A1:1 Cmono\nFRAME\n") {
            from_the_start += 1;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(from_the_start >= 2, "a reader has the film from its start: {from_the_start} of 5");
    let block = read("array-south.pcm", 16 + 4 * 4 * 2_400).await.unwrap();
    assert_eq!(&block[..4], b"BLK1");
    assert_eq!(block[4..8], 2_400_u32.to_le_bytes());
    let micros = i64::from_le_bytes(block[8..16].try_into().unwrap());
    let since_ms = Timestamp::from_millis(micros / 1_000).millis_since(before);
    assert!((-50..60_000).contains(&since_ms), "{since_ms}");
    drop(playing);
    std::fs::remove_dir_all(&folder).unwrap();
}
