//! The post at work against a node that is away first, and a camera that turns: both speak over real sockets.
//!
//! Not here: real cameras and sound cards (the tests of the program).

use std::fs;

use sense::bulletin::{Bulletin, Health};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::*;
use crate::sense::sender::sample_observation;

/// Something that answers requests: the head and body of each in, a status and a body out.
type Answering = Arc<dyn Fn(&str, &str) -> (u16, String) + Send + Sync>;

async fn serve(answering: Answering) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection, answering.clone()));
        }
    });
    port
}

async fn answer(mut connection: TcpStream, answering: Answering) {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let whole = end.and_then(|end| {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let body = end + 4..end + 4 + length.map_or(0, |length| length.parse().unwrap());
            (bytes.len() >= body.end)
                .then(|| (head, String::from_utf8_lossy(&bytes[body.clone()]).into_owned(), body.end))
        });
        if let Some((head, body, end)) = whole {
            let (status, answer) = answering(&head, &body);
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
            connection.write_all(answer.as_bytes()).await.unwrap();
            bytes.drain(..end);
        } else if connection.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// Notes what it is given, and tells of an observation at the first sound.
#[derive(Default)]
struct Recording {
    noted: Arc<Mutex<Vec<String>>>,
    heard: bool,
    told: bool,
}

impl Listening for Recording {
    fn hear(&mut self, sensor: &str, window: Window) {
        self.heard = true;
        lock(&self.noted).push(format!("heard {sensor} {window:?}"));
    }
    fn see(&mut self, camera: &str, frame: Frame) {
        lock(&self.noted).push(format!("saw {camera} {frame:?}"));
    }
    fn told(&mut self, camera: &str, _: Moment, boxes: &[[Spot; 2]]) {
        lock(&self.noted).push(format!("told of {} by {camera}", boxes.len()));
    }
    fn alarmed(&mut self, camera: &str, _: Moment, alarm: Alarm) {
        lock(&self.noted).push(format!("{alarm:?} at {camera}"));
    }
    fn clock(&mut self, sensor: &str, off_ms: f64) {
        lock(&self.noted).push(format!("clock {sensor} {}", off_ms > 900.0));
    }
    fn obey(&mut self, orders: Orders) {
        lock(&self.noted).push(format!("settings {}", orders.settings.version));
    }
    fn tick(&mut self, _: Moment) -> Told {
        let mut told = Told::default();
        if self.heard && !self.told {
            self.told = true;
            told.observations.push(sample_observation("one"));
            told.cues.push(("camera".into(), Point::new(50.0, 0.0)));
            let (observation, name) = ("one".into(), "a.png".into());
            told.stills.push(Still { observation, name, bytes: vec![1, 2, 3], media_type: "image/png" });
        }
        told
    }
}

fn settings(folder: &Path, node: u16, camera: u16) -> Config {
    let register = "{ name = \"a\", owner = \"b\", purpose = \"c\", legal_basis = \"d\", data = \"e\", \
                    personal_data = false, retention_days = 1, contact = \"f\" }";
    let folder = folder.display();
    Config::parse(&format!(
        "[node]\nurl = \"http://127.0.0.1:{node}\"\ntoken_file = \"{folder}/token\"\n\
         [post]\nname = \"test\"\norigin = [4.28, 52.09]\nstills = true\ngone_after_s = 2\n\
         [buffer]\nfolder = \"{folder}/buffer\"\n\
         [[sensors]]\nid = \"ear\"\nat = [4.28, 52.09]\nregister = {register}\n\
         input = {{ from = \"pcm\", path = \"{folder}/sound\", sample = \"s16le\", framed = true, rate_hz = 8000 }}\n\
         [[sensors]]\nid = \"camera\"\nkind = \"camera\"\nat = [4.28, 52.09]\nheight_m = 50\nregister = {register}\n\
         input = {{ from = \"video\", path = \"{folder}/absent\" }}\n\
         ptz = {{ url = \"http://127.0.0.1:{camera}/onvif/device_service\", credentials_file = \"{folder}/camera\" }}\n\
         onvif = {{ url = \"http://127.0.0.1:{camera}/onvif/device_service\", credentials_file = \"{folder}/camera\" }}\n"
    ))
    .unwrap()
}

/// What a camera answers that demands a password. The answers are as short as the standard allows.
fn camera(head: &str, body: &str) -> (u16, String) {
    let answer = |body: &str| (200, format!("<s:Envelope xmlns:s='s'><s:Body>{body}</s:Body></s:Envelope>"));
    let asked = |word: &str| body.contains(&format!("<{word} "));
    if asked("GetSystemDateAndTime") {
        return answer(
            "<UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time>\
             <Date><Year>2001</Year><Month>2</Month><Day>3</Day></Date></UTCDateTime>",
        );
    }
    assert!(
        body.contains("<w:Username>me</w:Username>") && body.contains("<u:Created>2001-02-03T01:0"),
        "{body}"
    );
    assert!(!body.contains("hidden"), "a password is proved, not sent");
    if asked("GetCapabilities") {
        let service = |name: &str| format!("<{name}><XAddr>http://192.0.2.1/{name}</XAddr></{name}>");
        answer(&(service("Media") + &service("PTZ") + &service("Events")))
    } else if asked("GetProfiles") && head.starts_with("post /media ") {
        answer("<Profiles token='still'/><Profiles token='turning'><PTZConfiguration/></Profiles>")
    } else if asked("CreatePullPointSubscription") && head.starts_with("post /events ") {
        assert!(body.contains("EventPortType/CreatePullPointSubscriptionRequest</a:Action>"), "{body}");
        answer(
            "<SubscriptionReference><Address>http://192.0.2.1/one?a=1</Address><ReferenceParameters>\
             <n:Id xmlns:n='n'>7</n:Id></ReferenceParameters></SubscriptionReference>",
        )
    } else if asked("PullMessages") && head.starts_with("post /one?a=1 ") {
        assert!(body.contains("<r:Id xmlns:r=\"n\" a:IsReferenceParameter=\"true\">7</r:Id>"), "{body}");
        answer(
            "<NotificationMessage><Topic>tns1:VideoSource/MotionAlarm</Topic><Message><Message \
             UtcTime='2001-02-03T01:02:03Z' PropertyOperation='Changed'><Data><SimpleItem Name='State' \
             Value='true'/></Data></Message></Message></NotificationMessage>",
        )
    } else if asked("AbsoluteMove") && head.starts_with("post /ptz ") && body.contains("turning") {
        answer("<AbsoluteMoveResponse/>")
    } else {
        (500, "<Envelope><Fault><Reason><Text>what?</Text></Reason></Fault></Envelope>".into())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_heard_while_the_node_is_away_reaches_it_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "letmein\n").unwrap();
    fs::write(folder.path().join("camera"), "me:hidden\n").unwrap();
    // A second ahead, so that the clock of the pipe is told as off.
    let mut sound = b"BLK1".to_vec();
    sound.extend(800_u32.to_le_bytes());
    sound.extend((now().micros() + 1_000_000).to_le_bytes());
    sound.extend([0, 64].repeat(800));
    fs::write(folder.path().join("sound"), sound).unwrap();

    let seen: Arc<Mutex<Vec<Bulletin>>> = Arc::default();
    let (turned, still, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (bulletins, stilled, is_done) = (seen.clone(), still.clone(), done.clone());
    let asked = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let node = serve(Arc::new(move |head, body| {
        assert!(head.contains("authorization: bearer letmein"), "{head}");
        if head.starts_with("put /api/v1/sense/observations/one/stills/a.png ") {
            stilled.notify_one();
            return (204, String::new());
        }
        assert!(head.starts_with("post /api/v1/sense/bulletins "), "{head}");
        // Away when the sound comes.
        if asked.fetch_add(1, Ordering::SeqCst) < 2 {
            return (503, String::new());
        }
        let bulletin: Bulletin = serde_json::from_str(body).unwrap();
        if bulletin.sensors.iter().all(|one| one.health.state == HealthState::Gone) {
            is_done.notify_one();
        }
        lock(&bulletins).push(bulletin);
        (200, "{\"settings\":{\"version\":7,\"false_alarms_per_day\":1.0}}".into())
    }))
    .await;
    let moved = turned.clone();
    let camera = serve(Arc::new(move |head, body| {
        if body.contains("<AbsoluteMove ") {
            assert!(body.contains("x=\"0.50000\" y=\"0.00000\""), "east and 45 degrees down: {body}");
            moved.notify_one();
        }
        camera(head, body)
    }))
    .await;

    let config = Arc::new(settings(folder.path(), node, camera));
    let recording = Recording::default();
    let noted = recording.noted.clone();
    let random = Arc::new(base::random::SeededRandom::new(1));
    let all = async {
        tokio::join!(turned.notified(), still.notified(), done.notified());
    };
    watch(config, recording, random, all).await.unwrap();

    let noted = lock(&noted).clone();
    for word in ["heard ear Window(1 x 800 at 8000 Hz)", "clock ear true", "settings 7", "Movement at camera"]
    {
        assert!(noted.iter().any(|one| one == word), "{word}: {noted:?}");
    }
    let seen = lock(&seen);
    let observations = seen.iter().flat_map(|one| &one.observations);
    assert_eq!(
        observations.map(|one| one.id.as_str()).collect::<Vec<_>>(),
        ["one"],
        "told once, though late"
    );
    let last = seen.last().unwrap();
    let remark = last.sensors[1].health.remark.as_deref();
    assert!(remark.is_some_and(|text| text.contains("absent")), "{remark:?}");
    assert!(last.sensors[0].health.clock_offset_ms.is_some_and(|off| off > 900.0));
    let left: Vec<_> = fs::read_dir(folder.path().join("buffer")).unwrap().collect();
    assert!(left.is_empty(), "the buffer is empty again: {left:?}");
}

#[test]
fn health_is_what_the_rim_knows_better() {
    let folder = tempfile::tempdir().unwrap();
    let config = Arc::new(settings(folder.path(), 1, 1));
    let start = now();
    let mut book = HealthBook::new(config.clone(), start);
    let mut check = |known: InputState, at_s: f64, state: HealthState, expect: HealthState, since_s: f64| {
        let mut health = Health { state, ..state_of(&config.sensors[0], start).health };
        let at = start.plus_seconds(at_s);
        book.amend(&mut health, "ear", &known, at);
        assert_eq!(health.state, expect, "at {at_s}");
        assert_eq!(health.since, start.plus_seconds(since_s).into(), "at {at_s}");
    };
    let came = |at_s: f64, off: f64| InputState {
        last: Some(start.plus_seconds(at_s)),
        times_off_ms: Some(off),
        ..InputState::default()
    };
    check(InputState::default(), 1.0, HealthState::Learning, HealthState::Learning, 0.0);
    check(came(3.0, 0.0), 3.0, HealthState::Working, HealthState::Working, 3.0);
    check(came(3.0, 0.0), 5.5, HealthState::Working, HealthState::Gone, 5.5);
    check(came(3.0, 0.0), 7.0, HealthState::Working, HealthState::Gone, 5.5);
    check(came(8.0, -6.0), 8.0, HealthState::Working, HealthState::ClockOff, 8.0);
    check(came(9.0, 4.0), 9.0, HealthState::Dead, HealthState::Dead, 9.0);
}
