//! Alarms that a camera raises itself, of movement and of sound: asked for with a pull point (ONVIF Event Service), or told beside its
//! pictures.
//!
//! Not here: what an alarm weighs (`sense::fuse`).

use std::sync::Arc;

use anyhow::{Context, Result};
use base::Random;
use base::clock::Timestamp;
use roxmltree::Node;
use sense::Moment;
use sense::fuse::weigh::Alarm;
use tokio::task::JoinSet;
use url::Url;

use super::xml::{all, escaped, found, parsed};
use super::{Headers, Onvif};
use crate::sense::config::{self, Config, Credentials};
use crate::sense::input::{Desk, jittered};
use crate::sense::limits::{
    AGAIN_FIRST, AGAIN_MAX, ALARMS_AT_ONCE_MAX, PULL_EVERY, PULL_WAITS_S, REFERENCES_MAX, SUBSCRIBED_S,
};
use crate::sense::time::{now, wait};

const EVENTS: &str = "http://www.onvif.org/ver10/events/wsdl";
const NOTIFICATION: &str = "http://docs.oasis-open.org/wsn/b-2";
const MANAGER: &str = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager";
/// An alarm so much older than its coming is as old as it says, in milliseconds; else it is of when it came: cameras tell their time
/// in whole seconds.
const LATE_MS: i64 = 2_500;

/// Someone who asks one camera for its alarms.
struct Subscription {
    at: Url,
    /// What the camera wants to see again in every request.
    references: String,
    until: Moment,
}

/// Asks every camera of the settings that is named for it. Dropping what comes back stops it; a camera forgets it within a minute.
pub(crate) fn start(config: &Config, desk: &Arc<Desk>, random: &Arc<dyn Random>) -> Result<JoinSet<()>> {
    let mut tasks = JoinSet::new();
    for sensor in &config.sensors {
        let Some(settings) = &sensor.onvif else { continue };
        let camera = camera(settings).with_context(|| format!("sensors.{}.onvif", sensor.id))?;
        tasks.spawn(follow(sensor.id.as_str().into(), camera, desk.clone(), random.clone()));
    }
    Ok(tasks)
}

/// The camera of these settings.
pub(crate) fn camera(settings: &config::Onvif) -> Result<Onvif> {
    Onvif::new(&settings.url, Credentials::read(&settings.credentials_file)?)
}

async fn follow(sensor: Arc<str>, mut camera: Onvif, desk: Arc<Desk>, random: Arc<dyn Random>) {
    let mut again = AGAIN_FIRST;
    loop {
        let ended = listen(&sensor, &mut camera, &desk, &mut again).await;
        let pause = jittered(again, &*random);
        if let Err(error) = ended {
            tracing::warn!(sensor = &*sensor, again_s = pause.as_secs_f64(), "its alarms: {error:#}");
        }
        wait(pause).await;
        again = (again * 2).min(AGAIN_MAX);
    }
}

/// Asks until the camera refuses.
async fn listen(
    sensor: &Arc<str>,
    camera: &mut Onvif,
    desk: &Desk,
    again: &mut std::time::Duration,
) -> Result<()> {
    let mut subscription = camera.subscribe().await.context("it gives no subscription")?;
    loop {
        let asked = now();
        for (at, alarm) in camera.pull(&subscription).await? {
            desk.alarm(sensor, at, alarm);
        }
        *again = AGAIN_FIRST;
        if subscription.until.seconds_since(now()) < f64::from(SUBSCRIBED_S) / 2.0 {
            // One that cannot be renewed is made anew: what happened in between is lost.
            match camera.renew(&subscription).await {
                Ok(()) => subscription.until = later(),
                Err(_) => subscription = camera.subscribe().await?,
            }
        }
        let rest_s = PULL_EVERY.as_secs_f64() - now().seconds_since(asked);
        wait(std::time::Duration::try_from_secs_f64(rest_s).unwrap_or_default()).await;
    }
}

fn later() -> Moment {
    now().plus_seconds(f64::from(SUBSCRIBED_S))
}

impl Onvif {
    /// Asks for its alarms once.
    pub(crate) async fn tells_alarms(&mut self) -> Result<()> {
        let subscription = self.subscribe().await?;
        self.pull(&subscription).await.map(drop)
    }

    async fn subscribe(&mut self) -> Result<Subscription> {
        let events = self.services().await?.events.context("the camera has no Events service")?;
        let body = format!(
            "<CreatePullPointSubscription xmlns=\"{EVENTS}\"><InitialTerminationTime>PT{SUBSCRIBED_S}S\
             </InitialTerminationTime></CreatePullPointSubscription>"
        );
        let action = format!("{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest");
        let answer = self.ask_with(&events, &body, &Headers::of(&events, &action, "")).await?;
        let (at, references) = subscription(&answer)?;
        Ok(Subscription { at: self.here(&at)?, references, until: later() })
    }

    /// What came since it was last asked, or within some seconds.
    async fn pull(&mut self, subscription: &Subscription) -> Result<Vec<(Moment, Alarm)>> {
        let body = format!(
            "<PullMessages xmlns=\"{EVENTS}\"><Timeout>PT{PULL_WAITS_S}S</Timeout>\
             <MessageLimit>{ALARMS_AT_ONCE_MAX}</MessageLimit></PullMessages>"
        );
        let action = format!("{EVENTS}/PullPointSubscription/PullMessagesRequest");
        let headers = Headers::of(&subscription.at, &action, &subscription.references);
        let answer = self.ask_with(&subscription.at, &body, &headers).await?;
        let ahead_ms = self.ahead_ms;
        Ok(alarms(&answer)?.into_iter().map(|(told, alarm)| (when(told, ahead_ms, now()), alarm)).collect())
    }

    async fn renew(&mut self, subscription: &Subscription) -> Result<()> {
        let body = format!(
            "<Renew xmlns=\"{NOTIFICATION}\"><TerminationTime>PT{SUBSCRIBED_S}S</TerminationTime></Renew>"
        );
        let action = format!("{MANAGER}/RenewRequest");
        let headers = Headers::of(&subscription.at, &action, &subscription.references);
        self.ask_with(&subscription.at, &body, &headers).await.map(drop)
    }
}

/// When an alarm was that came now.
pub(crate) fn when(told: Option<Timestamp>, ahead_ms: i64, came: Moment) -> Moment {
    let told = told.map(|told| Moment::from(told.plus_millis(-ahead_ms)));
    let late = |told: &Moment| came.micros() - told.micros() > LATE_MS * 1_000;
    told.filter(late).unwrap_or(came)
}

/// The address of a subscription, and what must be sent with each request to it.
fn subscription(answer: &str) -> Result<(String, String)> {
    let document = parsed(answer)?;
    let reference = found(document.root(), "SubscriptionReference").context("there is no reference in it")?;
    let address =
        found(reference, "Address").and_then(|one| one.text()).context("there is no address in it")?;
    let parameters = found(reference, "ReferenceParameters");
    let parameters = parameters.into_iter().flat_map(|one| one.children()).filter(Node::is_element);
    let references = parameters.take(REFERENCES_MAX).map(|one| {
        let (name, space) = (one.tag_name().name(), one.tag_name().namespace().unwrap_or_default());
        let text = escaped(one.text().unwrap_or_default().trim());
        format!("<r:{name} xmlns:r=\"{}\" a:IsReferenceParameter=\"true\">{text}</r:{name}>", escaped(space))
    });
    Ok((address.trim().to_owned(), references.collect()))
}

/// The alarms in an answer or a metadata message, each with the time that the camera gives it. What was so when somebody began to ask,
/// and what ends, is no alarm.
pub(crate) fn alarms(answer: &str) -> Result<Vec<(Option<Timestamp>, Alarm)>> {
    let document = parsed(answer)?;
    let notifications = all(document.root(), "NotificationMessage").take(ALARMS_AT_ONCE_MAX);
    Ok(notifications.filter_map(alarm).collect())
}

fn alarm<'a>(notification: Node<'a, 'a>) -> Option<(Option<Timestamp>, Alarm)> {
    let kind = kind(found(notification, "Topic")?.text()?)?;
    let message = all(notification, "Message").find(|one| one.has_attribute("UtcTime"))?;
    if matches!(message.attribute("PropertyOperation"), Some("Initialized" | "Deleted")) {
        return None;
    }
    let mut items = all(found(message, "Data")?, "SimpleItem").filter_map(|one| one.attribute("Value"));
    let began = items.any(|value| matches!(value.trim(), "true" | "1" | "True"));
    began.then(|| (message.attribute("UtcTime").and_then(|at| at.parse().ok()), kind))
}

/// What a topic is about: `tns1:VideoSource/MotionAlarm`, `tns1:RuleEngine/CellMotionDetector/Motion`,
/// `tns1:AudioAnalytics/Audio/DetectedSound` and their kin.
fn kind(topic: &str) -> Option<Alarm> {
    let mut parts = topic.trim().split('/').map(|part| part.rsplit(':').next().unwrap_or(part));
    parts.find_map(|part| match part {
        "MotionAlarm" | "CellMotionDetector" | "MotionRegionDetector" | "Motion" => Some(Alarm::Movement),
        "AudioAnalytics" | "DetectedSound" | "AudioDetection" => Some(Alarm::Sound),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(topic: &str, operation: &str, items: &str) -> String {
        format!(
            "<wsnt:NotificationMessage><wsnt:Topic>{topic}</wsnt:Topic><wsnt:Message><tt:Message \
             UtcTime=\"2026-11-22T14:02:11Z\" PropertyOperation=\"{operation}\"><tt:Source><tt:SimpleItem Name=\"a\" \
             Value=\"true\"/></tt:Source><tt:Data>{items}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
        )
    }

    fn told(notifications: &str) -> Vec<Alarm> {
        let answer = format!("<a xmlns:wsnt='w' xmlns:tt='t'>{notifications}</a>");
        let alarms = alarms(&answer).unwrap();
        let at = "2026-11-22T14:02:11Z".parse().unwrap();
        assert!(alarms.iter().all(|(told, _)| *told == Some(at)));
        alarms.into_iter().map(|(_, alarm)| alarm).collect()
    }

    #[test]
    fn what_begins_is_an_alarm_and_what_ends_or_was_is_none() {
        let (yes, no) =
            ("<tt:SimpleItem Name=\"State\" Value=\"true\"/>", "<tt:SimpleItem Name=\"State\" Value=\"0\"/>");
        for (topic, operation, items, expect) in [
            ("tns1:VideoSource/MotionAlarm", "Changed", yes, Some(Alarm::Movement)),
            ("tns1:RuleEngine/CellMotionDetector/Motion", "Changed", yes, Some(Alarm::Movement)),
            ("tns1:AudioAnalytics/Audio/DetectedSound", "Changed", yes, Some(Alarm::Sound)),
            ("tns1:VideoSource/MotionAlarm", "Changed", no, None),
            ("tns1:VideoSource/MotionAlarm", "Initialized", yes, None),
            ("tns1:Device/Trigger/DigitalInput", "Changed", yes, None),
            ("tns1:VideoSource/ImageTooBlurry/AnalyticsService", "Changed", yes, None),
        ] {
            let found = told(&notification(topic, operation, items));
            assert_eq!(found, expect.into_iter().collect::<Vec<_>>(), "{topic} {operation}");
        }
        let many =
            notification("tns1:VideoSource/MotionAlarm", "Changed", yes).repeat(ALARMS_AT_ONCE_MAX + 3);
        assert_eq!(told(&many).len(), ALARMS_AT_ONCE_MAX);
        assert!(alarms("<!DOCTYPE a><a/>").is_err());
    }

    #[test]
    fn what_a_camera_wants_to_see_again_is_sent_again() {
        let answer = "<e:CreatePullPointSubscriptionResponse xmlns:e='e' xmlns:w='w'><e:SubscriptionReference>\
                      <w:Address> http://192.0.2.7/events?a=1&amp;b=2 </w:Address><w:ReferenceParameters>\
                      <d:SubscriptionId xmlns:d='http://d/event'>1&lt;2</d:SubscriptionId></w:ReferenceParameters>\
                      </e:SubscriptionReference></e:CreatePullPointSubscriptionResponse>";
        let (address, references) = subscription(answer).unwrap();
        assert_eq!(address, "http://192.0.2.7/events?a=1&b=2");
        let expect = "<r:SubscriptionId xmlns:r=\"http://d/event\" a:IsReferenceParameter=\"true\">1&lt;2</r:SubscriptionId>";
        assert_eq!(references, expect);
        assert!(subscription("<a/>").is_err());
    }

    #[test]
    fn an_alarm_is_of_when_it_came_unless_it_waited() {
        let came = Moment::from("2026-11-22T14:02:11Z".parse::<Timestamp>().unwrap());
        let check = |told: Option<&str>, ahead_ms: i64, before_s: f64| {
            let at = when(told.map(|one| one.parse().unwrap()), ahead_ms, came);
            assert!((came.seconds_since(at) - before_s).abs() < 1e-6, "{told:?}: {before_s}");
        };
        check(None, 0, 0.0);
        check(Some("2026-11-22T14:02:10Z"), 0, 0.0);
        check(Some("2026-11-22T14:02:01Z"), 0, 10.0);
        check(Some("2026-11-22T15:02:10Z"), 3_600_000, 0.0);
        check(Some("2026-11-22T15:02:10Z"), 0, 0.0);
    }
}
