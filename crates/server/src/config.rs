//! The settings of a node: one TOML file, one struct per section, a default for every key. Secrets by file path.
//!
//! Not here: settings of one organisation or area, which are data. The reference (`ref/config.md`) is made from the
//! same lines as the structs.

mod reference;

pub use reference::{reference, sample};

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::{Secret, SessionLimits};
use url::Url;
use webwatch::fetch::{Allowed, EgressSettings, ScheduleSettings, WatcherSettings};

const MS_PER_MINUTE: i64 = 60_000;

/// One key, for the reference.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static [&'static str],
}

/// One section, for the reference.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static [&'static str],
    pub(crate) keys: &'static [Key],
}

/// A section: the struct, its defaults and its part of the reference, from the same lines.
macro_rules! section {
    ($(#[doc = $doc:literal])+ $name:ident = $section:literal {
        $($(#[doc = $key_doc:literal])+ $key:ident: $type:ty = $default:expr;)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $key_doc])+ pub $key: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $name {
            const SECTION: Section = Section {
                name: $section,
                doc: &[$($doc),+],
                keys: &[$(Key { name: stringify!($key), doc: &[$($key_doc),+] }),+],
            };
        }
    };
}

section! {
    /// What the node is called and where it keeps things.
    Node = "node" {
        /// Name of the node in its checkpoints, for good: witnesses know it by this name.
        origin: String = "belfry.example.org/international-zone".into();
        /// Folder of everything the node keeps.
        data_folder: PathBuf = "/var/lib/belfry".into();
        /// File of the node key (mode 0600). Without it, nothing in the data folder can be read: keep a copy elsewhere.
        key_file: PathBuf = "/etc/belfry/node.key".into();
        /// Folder with `area.toml` and the map of the area; empty: the sample area in the program.
        area_folder: PathBuf = PathBuf::new();
    }
}

section! {
    /// How the node is reached.
    Http = "http" {
        /// Address and port it listens on.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8443));
        /// Address people use. Passkeys and sessions are bound to it; another name in its place is refused.
        public_url: Url = Url::parse("https://localhost:8443").expect("a fixed address that parses");
        /// File with the certificate chain (PEM). Empty: plain HTTP, accepted on loopback addresses only.
        certificate_file: PathBuf = PathBuf::new();
        /// File with the private key of the certificate (PEM).
        certificate_key_file: PathBuf = PathBuf::new();
        /// Longest time for an answer, in seconds. Streams go on.
        request_s_max: u64 = 60;
        /// Most requests in work at the same time; more are told that the node is busy.
        requests_max: usize = 512;
        /// Time for requests in work when the node stops, in seconds.
        stop_s_max: u64 = 10;
    }
}

section! {
    /// How long sign-ins last.
    Sessions = "sessions" {
        /// A session ends after so many minutes without a request.
        idle_minutes: u32 = 30;
        /// A session ends after so many minutes at all.
        absolute_minutes: u32 = 720;
        /// Administration, release and erasure need a proof of identity of the last so many minutes.
        fresh_minutes: u32 = 5;
    }
}

section! {
    /// How often things may be asked. A burst of twice the number is let through.
    Rates = "rates" {
        /// Requests per minute of one member.
        member_per_minute: u32 = 1_200;
        /// Sign-ins, invitations and wrong sessions or tokens per minute from one address.
        sign_in_per_minute: u32 = 60;
        /// Most members and addresses that are counted at the same time; the longest quiet are forgotten first.
        counted_max: usize = 20_000;
    }
}

section! {
    /// What web monitoring may do on the network. What is watched is not a setting: analysts say it on their screens.
    WebMonitoring = "web_monitoring" {
        /// How the owner of a site can reach you: an e-mail or web address, sent with each request. Empty: nothing is
        /// fetched.
        contact: String = String::new();
        /// The ports that may be fetched from.
        ports: Vec<u16> = vec![80, 443];
        /// Addresses inside your own network that sources may be at, such as `[{ range = "10.1.2.0/24", port = 8080 }]`.
        /// Without any, only public addresses are asked.
        allow: Vec<Allowed> = Vec::new();
    }
}

section! {
    /// What the node tells of sensors to people who are not signed in.
    Sensing = "sensing" {
        /// Whether anyone may read the register of sensors: what hangs where, whose it is, what for, and whom to ask.
        public_register: bool = true;
    }
}

impl WebMonitoring {
    /// The settings of the egress point.
    pub fn egress(&self) -> EgressSettings {
        EgressSettings {
            contact: self.contact.clone(),
            ports: self.ports.clone(),
            allow: self.allow.clone(),
            ..EgressSettings::default()
        }
    }

    /// How often sources are looked at. A demonstration has no day to wait for: its small web is on this computer.
    pub fn watcher(&self, demo: bool) -> WatcherSettings {
        let hasty = ScheduleSettings { spread_s: 2, slowest_times: 2, host_rest_ms: 200, back_off_s: 2 };
        let schedule = if demo { hasty } else { ScheduleSettings::default() };
        WatcherSettings { schedule, ..WatcherSettings::default() }
    }
}

/// The settings of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What the node is called and where it keeps things.
    pub node: Node,
    /// How the node is reached.
    pub http: Http,
    /// How long sign-ins last.
    pub sessions: Sessions,
    /// How often things may be asked.
    pub rates: Rates,
    /// What web monitoring may do on the network.
    pub web_monitoring: WebMonitoring,
    /// What the node tells of sensors to people who are not signed in.
    pub sensing: Sensing,
}

pub(crate) const SECTIONS: [&Section; 6] = [
    &Node::SECTION,
    &Http::SECTION,
    &Sessions::SECTION,
    &Rates::SECTION,
    &WebMonitoring::SECTION,
    &Sensing::SECTION,
];

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or a key that does not exist; the text names the line.
    #[error("the settings cannot be read: {0}")]
    Shape(Box<toml::de::Error>),
    /// A value that cannot be.
    #[error("setting {key}: {what}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong.
        what: &'static str,
    },
}

impl Config {
    /// Reads settings and checks them.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Shape(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    /// Whether the node speaks TLS itself.
    pub fn has_tls(&self) -> bool {
        !self.http.certificate_file.as_os_str().is_empty()
    }

    /// Whether cookies travel encrypted: the name and the attributes of the session cookie hang on it.
    pub fn is_secure(&self) -> bool {
        self.http.public_url.scheme() == "https"
    }

    /// The link of an invitation.
    pub fn invitation_link(&self, secret: &Secret) -> String {
        format!("{}invitation/{}", self.http.public_url, secret.reveal())
    }

    /// How long sessions last.
    pub fn session_limits(&self) -> SessionLimits {
        SessionLimits {
            idle_ms: i64::from(self.sessions.idle_minutes) * MS_PER_MINUTE,
            absolute_ms: i64::from(self.sessions.absolute_minutes) * MS_PER_MINUTE,
        }
    }

    /// How long a proof of identity counts as fresh, in ms.
    pub fn fresh_ms(&self) -> i64 {
        i64::from(self.sessions.fresh_minutes) * MS_PER_MINUTE
    }

    fn check(&self) -> Result<(), ConfigError> {
        let need =
            |holds: bool, key, what| if holds { Ok(()) } else { Err(ConfigError::Value { key, what }) };
        let url = &self.http.public_url;
        let web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
        need(web && bare, "http.public_url", "must be like https://belfry.example.org, without a path")?;
        let plain_key = self.http.certificate_key_file.as_os_str().is_empty();
        need(self.has_tls() != plain_key, "http.certificate_key_file", "goes with http.certificate_file")?;
        let guarded = self.has_tls() || self.http.listen.ip().is_loopback();
        need(
            guarded,
            "http.listen",
            "plain HTTP is accepted on loopback addresses only: name a certificate",
        )?;
        need(self.is_secure() || is_loopback(url), "http.public_url", "must begin with https://")?;
        let minutes = &self.sessions;
        let bounded = |value: u32, most: u32| (1..=most).contains(&value);
        need(bounded(minutes.idle_minutes, 720), "sessions.idle_minutes", "must be from 1 to 720")?;
        need(
            bounded(minutes.absolute_minutes, 1_440),
            "sessions.absolute_minutes",
            "must be from 1 to 1440",
        )?;
        need(bounded(minutes.fresh_minutes, 60), "sessions.fresh_minutes", "must be from 1 to 60")?;
        need((1..=600).contains(&self.http.request_s_max), "http.request_s_max", "must be from 1 to 600")?;
        need((1..=10_000).contains(&self.http.requests_max), "http.requests_max", "must be from 1 to 10000")?;
        need(self.http.stop_s_max <= 300, "http.stop_s_max", "must be at most 300")?;
        need(self.rates.member_per_minute > 0, "rates.member_per_minute", "must be at least 1")?;
        need(self.rates.sign_in_per_minute > 0, "rates.sign_in_per_minute", "must be at least 1")?;
        need(
            (100..=1_000_000).contains(&self.rates.counted_max),
            "rates.counted_max",
            "must be from 100 to 1000000",
        )?;
        let named =
            (1..=200).contains(&self.node.origin.len()) && !self.node.origin.contains(['+', ' ', '\n']);
        need(
            named,
            "node.origin",
            "must be a name like belfry.example.org/area, without spaces or plus signs",
        )
    }
}

/// Whether an address names this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        for (text, word) in [
            ("[http]\nlisten = \"0.0.0.0:80\"", "http.listen"),
            ("[http]\npublic_url = \"http://belfry.example.org\"", "http.public_url"),
            ("[http]\npublic_url = \"https://belfry.example.org/path\"", "http.public_url"),
            ("[http]\ncertificate_file = \"a.pem\"", "http.certificate_key_file"),
            ("[sessions]\nidle_minutes = 0", "sessions.idle_minutes"),
            ("[node]\norigin = \"a b\"", "node.origin"),
            ("[node]\nsecret = \"a\"", "secret"),
            ("[other]", "other"),
            ("nonsense", "line 1"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
