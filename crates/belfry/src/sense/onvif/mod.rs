//! The part of ONVIF that is used: where a camera's services are, turning it to absolute places and presets, where it looks (ONVIF
//! Core, Media and PTZ service specifications; SOAP 1.2), its own [`alarms`] and its own [`objects`].
//!
//! Not here: pictures and sound (`input::rtsp`). A crate would be welcome, but the one there is (oxvif) brings a second HTTP
//! client and a second cryptography, which `deny.toml` bans.

pub(super) mod alarms;
pub(super) mod objects;
mod xml;

use anyhow::{Context, Result, bail};
use base::Random as _;
use base::clock::{Clock as _, Timestamp};
use base::system::{SystemClock, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_auth::{PasswordClient, PasswordParams};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use hyper::{Request, StatusCode};
use sha1::{Digest as _, Sha1};
use url::Url;

use super::config::Credentials;
use super::limits::{ONVIF_BYTES_MAX, ONVIF_WITHIN, PRESETS_MAX};
use super::turn::{Aim, Turning};
use crate::reach::{self, Web};
use xml::{escaped, found, parsed};

const DEVICE: &str = "http://www.onvif.org/ver10/device/wsdl";
const MEDIA: &str = "http://www.onvif.org/ver10/media/wsdl";
const PTZ: &str = "http://www.onvif.org/ver20/ptz/wsdl";

/// A camera that speaks ONVIF.
pub(crate) struct Onvif {
    web: Web,
    device: Url,
    credentials: Option<Credentials>,
    /// How far its clock is ahead, in milliseconds: it refuses a password whose time is not its own.
    ahead_ms: i64,
    digest: Option<PasswordClient>,
    services: Option<Services>,
    ready: Option<Ready>,
}

/// Where its services are, of those that it has.
#[derive(Clone)]
struct Services {
    media: Option<Url>,
    ptz: Option<Url>,
    events: Option<Url>,
}

/// What is asked once before it is turned.
#[derive(Clone)]
struct Ready {
    ptz: Url,
    profile: String,
}

/// What stands in the head of an envelope besides the proof of the password: to whom it is, and what is asked (WS-Addressing).
struct Headers(String);

impl Headers {
    fn none() -> Self {
        Self(String::new())
    }

    fn of(to: &Url, action: &str, references: &str) -> Self {
        let (to, action) = (escaped(to.as_str()), escaped(action));
        Self(format!(
            "<a:Action s:mustUnderstand=\"1\">{action}</a:Action><a:To s:mustUnderstand=\"1\">{to}</a:To>{references}"
        ))
    }
}

impl Onvif {
    /// A camera at the address of its device service. Nothing is asked yet.
    pub(crate) fn new(url: &str, credentials: Option<Credentials>) -> Result<Self> {
        let device = Url::parse(url).context("the camera's address")?;
        let web = reach::cameras()?;
        Ok(Self { web, device, credentials, ahead_ms: 0, digest: None, services: None, ready: None })
    }

    /// Asks once where its services are.
    async fn services(&mut self) -> Result<Services> {
        if let Some(services) = &self.services {
            return Ok(services.clone());
        }
        let device = self.device.clone();
        let asked = SystemClock.now();
        // Some cameras tell the time only to who knows the password, and then it was not needed.
        if let Ok(answer) =
            self.ask(&device, &format!("<GetSystemDateAndTime xmlns=\"{DEVICE}\"/>"), false).await
            && let Some(at) = time_of(&answer)
        {
            self.ahead_ms = at.millis_since(asked);
        }
        let body = format!("<GetCapabilities xmlns=\"{DEVICE}\"><Category>All</Category></GetCapabilities>");
        let answer = self.ask(&device, &body, true).await.context("its services")?;
        let service = |name: &str| self.service(&answer, name);
        let services =
            Services { media: service("Media")?, ptz: service("PTZ")?, events: service("Events")? };
        self.services = Some(services.clone());
        Ok(services)
    }

    /// Asks once which profile turns.
    async fn ready(&mut self) -> Result<Ready> {
        if let Some(ready) = &self.ready {
            return Ok(ready.clone());
        }
        let services = self.services().await?;
        let media = services.media.context("the camera has no Media service")?;
        let ptz = services.ptz.context("the camera has no PTZ service")?;
        let answer = self
            .ask(&media, &format!("<GetProfiles xmlns=\"{MEDIA}\"/>"), true)
            .await
            .context("its profiles")?;
        let ready = Ready { ptz, profile: turning_profile(&answer)? };
        self.ready = Some(ready.clone());
        Ok(ready)
    }

    /// Where a service is: the camera says the path, and no other computer is asked than the one in the settings.
    fn service(&self, answer: &str, name: &str) -> Result<Option<Url>> {
        let document = parsed(answer)?;
        let service = found(document.root(), name).and_then(|one| found(one, "XAddr"));
        let address = service.and_then(|one| one.text()).map(str::trim);
        let here = |address| self.here(address).with_context(|| format!("where its {name} service is"));
        address.map(here).transpose()
    }

    /// An address that it names, on the computer in the settings.
    fn here(&self, address: &str) -> Result<Url> {
        let told = Url::parse(address).context("the camera names no address")?;
        let mut url = self.device.clone();
        url.set_path(told.path());
        url.set_query(told.query());
        Ok(url)
    }

    async fn told(&mut self, body: impl FnOnce(&str) -> String) -> Result<String> {
        let ready = self.ready().await?;
        let body = body(&escaped(&ready.profile));
        let answer = self.ask(&ready.ptz, &body, true).await;
        if answer.is_err() {
            // It may have started anew with other profiles: the next time it is asked again.
            (self.ready, self.services) = (None, None);
        }
        answer
    }

    async fn ask(&mut self, url: &Url, body: &str, signed: bool) -> Result<String> {
        self.exchange(url, body, signed, &Headers::none()).await
    }

    async fn ask_with(&mut self, url: &Url, body: &str, headers: &Headers) -> Result<String> {
        let answer = self.exchange(url, body, true, headers).await;
        if answer.is_err() {
            self.services = None;
        }
        answer
    }

    async fn exchange(&mut self, url: &Url, body: &str, signed: bool, headers: &Headers) -> Result<String> {
        let proof = self.credentials.as_ref().filter(|_| signed);
        let proof =
            proof.map_or(String::new(), |one| security(one, SystemClock.now().plus_millis(self.ahead_ms)));
        let envelope = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
             xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header>{proof}{}</s:Header><s:Body>{body}</s:Body>\
             </s:Envelope>",
            headers.0
        );
        let (mut status, mut answer, challenge) = self.post(url, &envelope).await?;
        if status == StatusCode::UNAUTHORIZED
            && self.credentials.is_some()
            && let Some(challenge) = challenge
        {
            self.digest = Some(PasswordClient::try_from(challenge.as_str()).map_err(anyhow::Error::msg)?);
            (status, answer, _) = self.post(url, &envelope).await?;
        }
        if let Some(reason) = fault(&answer) {
            bail!("the camera refuses: {reason}");
        }
        if !status.is_success() {
            bail!("the camera answers {status}");
        }
        Ok(answer)
    }

    async fn post(&mut self, url: &Url, envelope: &str) -> Result<(StatusCode, String, Option<String>)> {
        let mut request =
            Request::post(url.as_str()).header(CONTENT_TYPE, "application/soap+xml; charset=utf-8");
        if let (Some(digest), Some(credentials)) = (&mut self.digest, &self.credentials) {
            let params = PasswordParams {
                username: &credentials.name,
                password: &credentials.password,
                uri: url.path(),
                method: "POST",
                body: Some(envelope.as_bytes()),
            };
            request = request.header(AUTHORIZATION, digest.respond(&params).map_err(anyhow::Error::msg)?);
        }
        let request = request.body(Full::new(Bytes::from(envelope.to_owned())))?;
        let exchange = async {
            let answer = self.web.request(request).await.context("the camera cannot be reached")?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ONVIF_BYTES_MAX).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!("the camera's answer broke off: {error}"))?;
            let challenge = head.headers.get(WWW_AUTHENTICATE).and_then(|one| one.to_str().ok());
            let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
            anyhow::Ok((head.status, text, challenge.map(str::to_owned)))
        };
        let seconds = ONVIF_WITHIN.as_secs();
        let answer = tokio::time::timeout(ONVIF_WITHIN, exchange).await;
        answer.with_context(|| format!("the camera does not answer within {seconds} s"))?
    }
}

impl Turning for Onvif {
    async fn turn(&mut self, aim: Aim) -> Result<()> {
        let Aim { pan, tilt, zoom } = aim;
        let body = |profile: &str| {
            format!(
                "<AbsoluteMove xmlns=\"{PTZ}\" xmlns:t=\"http://www.onvif.org/ver10/schema\"><ProfileToken>{profile}\
                 </ProfileToken><Position><t:PanTilt x=\"{pan:.5}\" y=\"{tilt:.5}\"/><t:Zoom x=\"{zoom:.5}\"/></Position>\
                 </AbsoluteMove>"
            )
        };
        self.told(body).await.map(drop)
    }

    async fn go_to(&mut self, preset: &str) -> Result<()> {
        let preset = escaped(preset);
        let body = |profile: &str| {
            format!(
                "<GotoPreset xmlns=\"{PTZ}\"><ProfileToken>{profile}</ProfileToken><PresetToken>{preset}</PresetToken>\
                 </GotoPreset>"
            )
        };
        self.told(body).await.map(drop)
    }

    async fn position(&mut self) -> Result<Aim> {
        let body = |profile: &str| {
            format!("<GetStatus xmlns=\"{PTZ}\"><ProfileToken>{profile}</ProfileToken></GetStatus>")
        };
        let answer = self.told(body).await?;
        let document = parsed(&answer)?;
        let number = |element: &str, name: &str| {
            found(document.root(), element).and_then(|one| one.attribute(name)?.parse::<f64>().ok())
        };
        let pan = number("PanTilt", "x").context("the camera does not say where it looks")?;
        let tilt = number("PanTilt", "y").context("the camera does not say where it looks")?;
        Ok(Aim { pan, tilt, zoom: number("Zoom", "x").unwrap_or(0.0) })
    }

    async fn presets(&mut self) -> Result<Vec<String>> {
        let body = |profile: &str| {
            format!("<GetPresets xmlns=\"{PTZ}\"><ProfileToken>{profile}</ProfileToken></GetPresets>")
        };
        let answer = self.told(body).await?;
        let document = parsed(&answer)?;
        let presets = document.descendants().filter(|one| one.tag_name().name() == "Preset");
        Ok(presets.filter_map(|one| one.attribute("token")).take(PRESETS_MAX).map(str::to_owned).collect())
    }
}

fn fault(answer: &str) -> Option<String> {
    let document = parsed(answer).ok()?;
    let fault = found(document.root(), "Fault")?;
    let text = found(fault, "Text").or_else(|| found(fault, "faultstring")).and_then(|one| one.text());
    Some(text.unwrap_or("without a reason").trim().chars().take(200).collect())
}

fn turning_profile(answer: &str) -> Result<String> {
    let document = parsed(answer)?;
    let mut profiles = document.descendants().filter(|one| one.tag_name().name() == "Profiles");
    let turning = profiles.find(|one| found(*one, "PTZConfiguration").is_some());
    let token = turning.and_then(|one| one.attribute("token"));
    Ok(token.context("none of the camera's profiles turns")?.to_owned())
}

fn time_of(answer: &str) -> Option<Timestamp> {
    let document = parsed(answer).ok()?;
    let utc = found(document.root(), "UTCDateTime")?;
    let number = |name: &str| found(utc, name)?.text()?.trim().parse::<u32>().ok();
    let (year, month, day) = (number("Year")?, number("Month")?, number("Day")?);
    let (hour, minute, second) = (number("Hour")?, number("Minute")?, number("Second")?);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z").parse().ok()
}

/// The head of an envelope that proves the password (WS-Security UsernameToken, digest).
fn security(credentials: &Credentials, now: Timestamp) -> String {
    const WSS: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
    let mut nonce = [0; 16];
    SystemRandom.fill(&mut nonce);
    let created = Timestamp::from_seconds(now.seconds()).to_string();
    let digest = digest(&nonce, &created, &credentials.password);
    let (name, nonce) = (escaped(&credentials.name), STANDARD.encode(nonce));
    format!(
        "<w:Security s:mustUnderstand=\"1\" xmlns:w=\"{WSS}-wssecurity-secext-1.0.xsd\" \
         xmlns:u=\"{WSS}-wssecurity-utility-1.0.xsd\"><w:UsernameToken><w:Username>{name}</w:Username>\
         <w:Password Type=\"{WSS}-username-token-profile-1.0#PasswordDigest\">{digest}</w:Password>\
         <w:Nonce EncodingType=\"{WSS}-soap-message-security-1.0#Base64Binary\">{nonce}</w:Nonce>\
         <u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )
}

fn digest(nonce: &[u8], created: &str, password: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(nonce);
    hash.update(created);
    hash.update(password);
    STANDARD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_proved_as_the_standard_has_it() {
        // The example of the ONVIF Application Programmer's Guide, section 6.1.1.3.
        let nonce = STANDARD.decode("LKqI6G/AikKCQrN0zqZFlg==").unwrap();
        assert_eq!(digest(&nonce, "2010-09-16T07:50:45Z", "userpassword"), "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
    }

    #[test]
    fn answers_are_read_by_their_names() {
        let answer = "<e:Envelope xmlns:e='e'><e:Body><Profiles token='a'/><t:Profiles xmlns:t='t' token='b'>\
                      <t:PTZConfiguration/></t:Profiles></e:Body></e:Envelope>";
        assert_eq!(turning_profile(answer).unwrap(), "b");
        assert!(turning_profile("<a><Profiles token='a'/></a>").is_err());
        let fails = "<Envelope><Fault><Reason><Text> not authorised </Text></Reason></Fault></Envelope>";
        assert_eq!(fault(fails).as_deref(), Some("not authorised"));
        let time = "<a><UTCDateTime><Time><Hour>7</Hour><Minute>5</Minute><Second>9</Second></Time><Date>\
                    <Year>2026</Year><Month>1</Month><Day>2</Day></Date></UTCDateTime></a>";
        assert_eq!(time_of(time).unwrap().to_string(), "2026-01-02T07:05:09Z");
    }

    #[test]
    fn a_camera_names_paths_and_no_other_computer() {
        let camera = Onvif::new("http://192.0.2.7:8080/onvif/device_service", None).unwrap();
        let answer = "<a><Media><XAddr>http://203.0.113.9/onvif/media?a=1</XAddr></Media></a>";
        assert_eq!(
            camera.service(answer, "Media").unwrap().unwrap().as_str(),
            "http://192.0.2.7:8080/onvif/media?a=1"
        );
        assert!(camera.service(answer, "PTZ").unwrap().is_none());
        assert!(camera.service("<a><PTZ><XAddr>nowhere</XAddr></PTZ></a>", "PTZ").is_err());
    }
}
