//! The eye before simulated streets with a known truth: motion, masks, stills, tracks, events, health, turning.

use sim::scene::picture::{Actor, Building, Fault, Filming, Kind, Lens, Stage, Truth, Weather};

use crate::bulletin::{HealthState, Movement};
use crate::eye::camera::{Camera, Sight};
use crate::eye::events::{Event, Line, Rules, Zone};
use crate::eye::ground::{Ground, Pose, Spot};
use crate::eye::mask::Mask;
use crate::eye::motion::{Blob, MotionSettings, Whole};
use crate::eye::sight::Ellipse;
use crate::eye::turn::{Angles, Mount};
use crate::eye::{Frame, still};
use crate::limits::STILL_BYTES_MAX;
use crate::plan::{Moment, Point};

const LENS: Lens = Lens {
    at: [0.0, 0.0],
    height_m: 6.0,
    heading_deg: 0.0,
    down_deg: 16.0,
    field_deg: 60.0,
    width: 384,
    height: 288,
};

fn walker(path: &[(f64, [f64; 2])]) -> Actor {
    Actor { kind: Kind::Walker, grey: 30, path: path.to_vec() }
}

fn crossing() -> Actor {
    walker(&[(8.0, [-14.0, 20.0]), (28.0, [14.0, 24.0])])
}

fn stage(actors: Vec<Actor>, weather: Weather) -> Stage {
    let corners = [[-40.0, 50.0], [40.0, 50.0], [40.0, 60.0], [-40.0, 60.0]].to_vec();
    Stage { buildings: vec![Building { corners, height_m: 9.0 }], actors, weather }
}

fn ground_of(lens: &Lens) -> Ground {
    Ground::of_pose(&Pose {
        at: Point::new(lens.at[0], lens.at[1]),
        height_m: lens.height_m,
        heading_deg: lens.heading_deg,
        down_deg: lens.down_deg,
        field_deg: lens.field_deg,
        aspect: lens.width as f64 / lens.height as f64,
    })
}

fn camera(mask: Mask, rules: Rules, settings: MotionSettings) -> Camera {
    let mut camera = Camera::new(mask, rules, settings, Vec::new());
    camera.looks_at(ground_of(&LENS));
    camera
}

fn plain() -> Camera {
    camera(Mask::default(), Rules::default(), MotionSettings::default())
}

fn moment(second: f64) -> Moment {
    Moment::from_micros(0).plus_seconds(second)
}

/// Films from one second to another and has the camera see it.
fn watch(
    film: &mut Filming,
    camera: &mut Camera,
    seconds: (u32, u32),
    mut each: impl FnMut(f64, &Camera, &Sight, &[Truth]),
) -> Vec<(Movement, bool, f64)> {
    let mut told = Vec::new();
    for step in seconds.0 * 5..seconds.1 * 5 {
        let second = f64::from(step) / 5.0;
        let frame = Frame::new(moment(second), LENS.width, film.frame(second)).unwrap();
        let sight = camera.see(frame);
        told.extend(sight.events.iter().map(|Event { what, began, .. }| (*what, *began, second)));
        each(second, camera, &sight, &film.truth(second));
    }
    told
}

// ---- motion

#[test]
fn a_walker_is_one_blob_where_it_is() {
    for weather in [Weather::default(), Weather { sun: true, ..Weather::default() }] {
        let mut film = Filming::new(stage(vec![crossing()], weather.clone()), LENS, 11);
        let (mut frames, mut found, mut extra) = (0, 0, 0);
        watch(&mut film, &mut plain(), (0, 26), |second, _, sight, truth| {
            if second < 10.0 {
                return;
            }
            frames += 1;
            let [left, top, right, bottom] = truth[0].corners;
            let near = |x: f64, y: f64| {
                (left - 6.0..right + 6.0).contains(&x) && (top - 4.0..bottom + 8.0).contains(&y)
            };
            let (mine, others): (Vec<Blob>, Vec<Blob>) =
                sight.moving.blobs.iter().copied().partition(|blob| near(blob.foot().0, blob.foot().1 - 1.0));
            found += usize::from(!mine.is_empty());
            extra += others.len();
        });
        assert!(found * 100 >= frames * 97, "{weather:?}: found in {found} of {frames}");
        assert!(extra * 20 <= frames, "{weather:?}: {extra} blobs too many in {frames} frames");
    }
}

#[test]
fn noise_and_rain_are_not_motion() {
    let weather = Weather { noise: 4.0, rain: 150, ..Weather::default() };
    let mut film = Filming::new(stage(vec![], weather), LENS, 12);
    let mut blobs = 0;
    watch(&mut film, &mut plain(), (0, 40), |second, _, sight, _| {
        blobs += if second > 20.0 { sight.moving.blobs.len() } else { 0 };
    });
    assert!(blobs <= 5, "{blobs} blobs in 100 frames of rain");
}

#[test]
fn light_that_changes_everywhere_is_not_motion() {
    let light = vec![(10.0, 1.0), (10.4, 0.7), (20.0, 0.7), (20.2, 1.1)];
    let mut film = Filming::new(stage(vec![crossing()], Weather { light, ..Weather::default() }), LENS, 13);
    let (mut most, mut tracked) = (0, 0);
    watch(&mut film, &mut plain(), (0, 27), |second, camera, sight, _| {
        if second > 9.0 {
            most = most.max(sight.moving.blobs.len());
            tracked += camera.tracks().len();
        }
    });
    assert!(most <= 3, "{most} blobs");
    assert!((70..=110).contains(&tracked), "the walker is followed through it: {tracked} of 90 frames");
}

#[test]
fn a_covered_lens_is_not_motion_and_nothing_is_forgotten() {
    let mut film = Filming::new(stage(vec![crossing()], Weather::default()), LENS, 14);
    let mut camera = plain();
    watch(&mut film, &mut camera, (0, 12), |_, _, _, _| {});
    film.set_fault(Fault::Covered);
    let mut wholes = Vec::new();
    watch(&mut film, &mut camera, (12, 18), |_, _, sight, _| {
        assert_eq!(sight.moving.blobs, [], "nothing moves behind a cover");
        wholes.push(sight.moving.whole);
    });
    assert!(wholes.iter().all(|one| *one == Whole::Other), "{wholes:?}");
    film.set_fault(Fault::None);
    let mut blobs = 0;
    watch(&mut film, &mut camera, (18, 24), |_, _, sight, _| blobs += sight.moving.blobs.len());
    assert!((28..=33).contains(&blobs), "the walker is there again at once: {blobs} in 30 frames");
}

#[test]
fn what_stays_becomes_background() {
    let bag = Actor { kind: Kind::Bag, grey: 230, path: vec![(8.0, [2.0, 15.0]), (100.0, [2.0, 15.0])] };
    let mut film = Filming::new(stage(vec![bag], Weather::default()), LENS, 15);
    let settings = MotionSettings { absorb_s: 20.0, ..MotionSettings::default() };
    let mut camera = camera(Mask::default(), Rules::default(), settings);
    let (mut early, mut late) = (0, 0);
    watch(&mut film, &mut camera, (0, 45), |second, _, sight, _| {
        let blobs = sight.moving.blobs.len();
        *(if second < 25.0 { &mut early } else { &mut late }) +=
            if !(25.0..=35.0).contains(&second) { blobs } else { 0 };
    });
    assert!(early > 60 && late == 0, "{early} {late}");
}

// ---- masks and stills

fn left_half() -> Mask {
    let corners = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)].map(|(x, y)| Spot::new(x, y));
    Mask::new(vec![corners.to_vec()]).unwrap()
}

#[test]
fn nothing_under_a_mask_is_seen_or_kept() {
    let mut film = Filming::new(stage(vec![crossing()], Weather::default()), LENS, 16);
    let mut camera = camera(left_half(), Rules::default(), MotionSettings::default());
    let mut seen = 0;
    watch(&mut film, &mut camera, (0, 27), |_, _, sight, truth| {
        let right = truth.first().is_some_and(|one| one.corners[0] > 200.0);
        assert!(
            right || sight.moving.blobs.iter().all(|blob| blob.left + 1 >= 192),
            "{:?}",
            sight.moving.blobs
        );
        seen += usize::from(right && !sight.moving.blobs.is_empty());
    });
    assert!(seen > 20, "{seen}");
    let (grey, width) = decode(camera.still().unwrap().unwrap().png());
    let hidden = grey.iter().enumerate().filter(|(pixel, _)| pixel % width < 190);
    assert!(hidden.into_iter().all(|(_, grey)| *grey == 0), "the masked half of a still is blank");
    assert!(
        !camera.view().unwrap().sees(Point::new(-5.0, 20.0))
            && camera.view().unwrap().sees(Point::new(5.0, 20.0))
    );
}

#[test]
fn a_still_hides_who_it_was() {
    // Close by: a body of some hundred pixels.
    let near = walker(&[(6.0, [-3.0, 9.0]), (12.0, [3.0, 9.0])]);
    let mut film = Filming::new(stage(vec![near], Weather::default()), LENS, 17);
    let mut camera = plain();
    let mut checked = 0;
    watch(&mut film, &mut camera, (0, 11), |_, camera, sight, truth| {
        let Some(truth) = truth.first().filter(|_| sight.moving.whole == Whole::Known) else { return };
        let still: still::Still = camera.still().unwrap().unwrap();
        assert!(still.png().len() < STILL_BYTES_MAX / 4, "{} bytes", still.png().len());
        let (grey, width) = decode(still.png());
        let [left, top, right, bottom] = truth.corners.map(|one| one as usize);
        let high = bottom - top;
        if high < 45 || left < 40 || right > 340 {
            return;
        }
        checked += 1;
        // The head is the upper seventh. Nothing in it is finer than a square as large as itself.
        let mut patches = std::collections::BTreeSet::new();
        for row in top..top + high / 7 {
            for column in left..right {
                patches.insert(grey[row * width + column]);
            }
        }
        assert!(patches.len() <= 9, "{} greys in a head of {} rows", patches.len(), high / 7);
    });
    assert!(checked > 5, "{checked}");
}

/// The greys of a PNG and its width.
fn decode(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut grey = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut grey).unwrap();
    (grey, info.width as usize)
}

// ---- tracks and events

#[test]
fn walkers_that_pass_each_other_keep_their_numbers() {
    let (one, other) = (crossing(), walker(&[(8.0, [14.0, 17.0]), (28.0, [-14.0, 17.0])]));
    let mut film = Filming::new(stage(vec![one, other], Weather::default()), LENS, 18);
    let mut numbers = vec![std::collections::BTreeSet::new(); 2];
    let (mut off, mut pairs, mut frames) = (0.0, 0, 0);
    watch(&mut film, &mut plain(), (0, 26), |second, camera, _, truth| {
        if second < 11.0 {
            return;
        }
        assert!(camera.tracks().len() <= 3);
        for one in truth {
            frames += 1;
            let at = Point::new(one.at[0], one.at[1]);
            let nearest =
                camera.tracks().iter().min_by(|a, b| a.at.distance_m(at).total_cmp(&b.at.distance_m(at)));
            if let Some(track) = nearest.filter(|track| track.at.distance_m(at) < 1.5) {
                numbers[one.actor].insert(track.number);
                off += track.at.distance_m(at);
                pairs += 1;
            }
        }
    });
    assert!(pairs * 100 > frames * 95, "{pairs} of {frames}");
    assert!(off / f64::from(pairs) < 0.7, "{} m off", off / f64::from(pairs));
    assert!(numbers.iter().all(|one| one.len() == 1) && numbers[0] != numbers[1], "{numbers:?}");
}

#[test]
fn what_happens_on_the_ground_is_told() {
    let corners =
        [(-8.0, 12.0), (8.0, 12.0), (8.0, 24.0), (-8.0, 24.0)].map(|(e, n)| Point::new(e, n)).to_vec();
    let zone = Zone {
        name: "square".into(),
        corners,
        stay_s: Some(25.0),
        left_s: Some(12.0),
        crowd: None,
        sudden: false,
    };
    // From right to left when looking north is wrong.
    let line =
        Line { name: "gate".into(), from: Point::new(5.0, 10.0), to: Point::new(5.0, 40.0), both: false };
    let carrier =
        walker(&[(8.0, [14.0, 18.0]), (16.0, [2.0, 18.0]), (18.0, [2.0, 18.0]), (28.0, [-16.0, 18.0])]);
    let bag = Actor { kind: Kind::Bag, grey: 235, path: vec![(17.0, [2.0, 18.0]), (60.0, [2.0, 18.0])] };
    let mut film = Filming::new(stage(vec![carrier, bag], Weather::default()), LENS, 19);
    let rules = Rules { lines: vec![line], zones: vec![zone] };
    let mut camera = camera(Mask::default(), rules, MotionSettings::default());
    let told = watch(&mut film, &mut camera, (0, 45), |_, _, _, _| {});
    let what: Vec<_> = told.iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(what, [(Movement::LineCrossed, true), (Movement::LeftObject, true)], "{told:?}");
    assert!((9.0..16.0).contains(&told[0].2) && (29.0..40.0).contains(&told[1].2), "{told:?}");
}

#[test]
fn movement_that_starts_with_a_sound_is_found_near_it() {
    let startled =
        walker(&[(6.0, [-9.0, 18.0]), (14.0, [0.0, 18.0]), (18.0, [0.0, 18.0]), (22.0, [14.0, 18.0])]);
    let mut film = Filming::new(stage(vec![startled], Weather::default()), LENS, 20);
    let mut camera = plain();
    watch(&mut film, &mut camera, (0, 21), |_, _, _, _| {});
    let ellipse = Ellipse { at: Point::new(1.0, 20.0), major_m: 6.0, minor_m: 4.0, towards_deg: 45.0 };
    let near = camera.near(&ellipse, moment(17.8), 2.0, 3.0, 5.0);
    assert_eq!(near.len(), 1, "{near:?}");
    assert!(near[0].started_s.is_some_and(|started| started.abs() < 1.2), "{near:?}");
    let elsewhere = Ellipse { at: Point::new(-30.0, 40.0), ..ellipse };
    assert_eq!(camera.near(&elsewhere, moment(17.8), 2.0, 3.0, 5.0), []);
}

/// The box of somebody 1.75 m high and 0.6 m wide who stands somewhere.
fn told_box(ground: &Ground, at: Point) -> [Spot; 2] {
    let foot = ground.spot(at).unwrap();
    let metre = 1.0 / ground.metres_across(foot).unwrap();
    let (wide, high) = (0.6 * metre, 1.75 * metre * 4.0 / 3.0);
    [Spot::new(foot.x - wide / 2.0, foot.y - high), Spot::new(foot.x + wide / 2.0, foot.y)]
}

#[test]
fn what_a_camera_tells_itself_is_preferred_while_it_does() {
    let mut film = Filming::new(stage(vec![crossing()], Weather::default()), LENS, 23);
    let mut camera = plain();
    let ground = ground_of(&LENS);
    // The one who walks in the picture is not who the camera tells of.
    let (mut told_s, mut own_s) = (0, 0);
    for step in 0..130 {
        let second = f64::from(step) / 5.0;
        camera.see(Frame::new(moment(second), LENS.width, film.frame(second)).unwrap());
        let told = Point::new(10.0 - 0.6 * second, 14.0);
        if (9.0..17.0).contains(&second) {
            camera.told(
                moment(second + 0.03),
                &[told_box(&ground, told), [Spot::new(0.9, 0.9), Spot::new(0.1, 0.1)]],
            );
        }
        let near = |at: Point| camera.tracks().iter().any(|one| one.at.distance_m(at) < 1.0);
        if (11.0..17.0).contains(&second) {
            assert!(near(told) && camera.tracks().len() <= 2, "{second}: {:?}", camera.tracks());
            told_s += 1;
        } else if (21.0..25.0).contains(&second) {
            let [east, north] = film.truth(second)[0].at;
            own_s += u32::from(near(Point::new(east, north)));
            assert!(!near(told), "{second}");
        }
    }
    assert!(told_s == 30 && own_s >= 19, "{told_s} {own_s}");
}

#[test]
fn what_a_camera_tells_of_under_a_mask_is_left_out() {
    let mut film = Filming::new(stage(Vec::new(), Weather::default()), LENS, 24);
    let mut camera = camera(left_half(), Rules::default(), MotionSettings::default());
    let ground = ground_of(&LENS);
    for step in 0..20 {
        let second = f64::from(step) / 5.0;
        camera.see(Frame::new(moment(second), LENS.width, film.frame(second)).unwrap());
        let boxes = [-4.0, 4.0].map(|east| told_box(&ground, Point::new(east, 16.0)));
        camera.told(moment(second), &boxes);
    }
    let east: Vec<f64> = camera.tracks().iter().map(|one| one.at.east_m).collect();
    assert!(east.len() == 1 && east[0] > 3.0, "{east:?}");
}

// ---- health and turning

#[test]
fn faults_are_told_and_weather_is_not() {
    let check = |fault: Fault, light: Vec<(f64, f64)>, expect: HealthState| {
        let mut film =
            Filming::new(stage(vec![crossing()], Weather { light, ..Weather::default() }), LENS, 21);
        let mut camera = plain();
        let mut state = HealthState::Learning;
        watch(&mut film, &mut camera, (0, 40), |_, _, sight, _| state = sight.fitness.state);
        assert_eq!(state, HealthState::Working);
        film.set_fault(fault);
        watch(&mut film, &mut camera, (40, 75), |_, _, sight, _| state = sight.fitness.state);
        assert_eq!(state, expect, "{fault:?}");
        film.set_fault(Fault::None);
        watch(&mut film, &mut camera, (75, 90), |_, _, sight, _| state = sight.fitness.state);
        assert_eq!(state, HealthState::Working, "after {fault:?}");
    };
    check(Fault::Covered, vec![], HealthState::Blocked);
    check(Fault::Blurred, vec![], HealthState::Defocused);
    check(Fault::Knocked(4.0), vec![], HealthState::Moved);
    check(Fault::None, vec![(45.0, 1.0), (50.0, 0.4)], HealthState::Working);
}

#[test]
fn a_camera_that_turned_sees_where_it_looks_now() {
    let east = walker(&[(12.0, [16.0, 8.0]), (30.0, [22.0, -8.0])]);
    let mut film = Filming::new(stage(vec![east], Weather::default()), LENS, 22);
    let mut camera = plain();
    watch(&mut film, &mut camera, (0, 8), |_, _, _, _| {});
    let mount =
        Mount { at: Point::new(0.0, 0.0), height_m: 6.0, heading_deg: 0.0, level_deg: 0.0, error_deg: None };
    let wish = mount.angles(Point::new(20.0, 0.0));
    assert!(camera.view().is_some_and(|view| !view.sees(Point::new(20.0, 0.0))));
    film.turn(wish.pan_deg, -wish.tilt_deg);
    camera.turns();
    watch(&mut film, &mut camera, (8, 11), |_, camera, sight, _| {
        assert!(sight.moving.blobs.is_empty() && camera.tracks().is_empty() && camera.view().is_none());
    });
    assert!(!film.is_turning());
    let rest = Angles { pan_deg: film.lens().heading_deg, tilt_deg: -film.lens().down_deg };
    camera.looks_at(Ground::of_pose(&mount.pose(rest, LENS.field_deg, 4.0 / 3.0)));
    assert!(camera.view().is_some_and(|view| view.sees(Point::new(20.0, 0.0))));
    let (mut off, mut frames) = (0.0, 0);
    watch(&mut film, &mut camera, (11, 28), |second, camera, _, truth| {
        if second > 19.0 {
            let at = Point::new(truth[0].at[0], truth[0].at[1]);
            let nearest = camera.tracks().iter().map(|track| track.at.distance_m(at)).min_by(f64::total_cmp);
            off += nearest.unwrap_or(10.0);
            frames += 1;
        }
    });
    assert!(off / f64::from(frames) < 0.8, "{} m off", off / f64::from(frames));
}
