//! Common Alerting Protocol 1.2 (OASIS): alerts in and out.
//!
//! Not here: fetching alerts, or deciding what an update or a cancellation does to items that exist (server).

mod c14n;
mod draft;
mod error;
mod kept;
mod schema;
mod shape;
mod signature;
mod write;
mod xml;

use base::clock::Timestamp;
use record::{Draft, Marking};
use roxmltree::Node;

pub use error::CapError;
pub use write::{Sending, name_of, write};

/// What an alert does not say and the importer must.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The marking of alerts whose scope is not public. Public alerts are marked TLP CLEAR with this one's retention.
    pub marking: Marking,
}

/// An alert that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The sender's name for the alert.
    pub identifier: String,
    /// Who sent it, as the alert says.
    pub sender: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// Whether it is real.
    pub status: Status,
    /// What it does.
    pub msg_type: MsgType,
    /// Earlier alerts it updates or cancels.
    pub references: Vec<AlertName>,
    /// What is known of its XML signature.
    pub signature: SignatureState,
    /// One draft per `info` element, in the alert's order: one per language as a rule. Empty for alerts without `info`,
    /// such as most cancellations.
    pub drafts: Vec<Draft>,
    /// What was changed to make the alert fit, in English sentences for the importer.
    pub notes: Vec<String>,
}

/// How CAP names an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertName {
    /// Its sender.
    pub sender: String,
    /// The sender's name for it.
    pub identifier: String,
    /// When it was sent.
    pub sent: Timestamp,
}

impl AlertName {
    /// The name as items keep it in [`record::Content::sources`].
    pub fn source(&self) -> String {
        source(&self.sender, &self.identifier)
    }
}

/// What is known of an alert's XML signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureState {
    /// The alert has none.
    Absent,
    /// The alert has one that was not verified: nothing is known about its worth.
    PresentNotVerified,
    /// The alert is as the holder of the certificate inside it left it. Nobody vouches for who that is.
    FitsItsCertificate,
}

impl SignatureState {
    /// The word kept with the item.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::PresentNotVerified => "present-not-verified",
            Self::FitsItsCertificate => "fits-its-certificate",
        }
    }

    /// What the reader of the item is told.
    fn sentence(self, dutch: bool) -> &'static str {
        match (self, dutch) {
            (Self::Absent, false) => "none: the sender cannot be judged",
            (Self::Absent, true) => "geen: de afzender is niet te beoordelen",
            (Self::PresentNotVerified, false) => "present, not verified: the sender cannot be judged",
            (Self::PresentNotVerified, true) => {
                "aanwezig, niet gecontroleerd: de afzender is niet te beoordelen"
            }
            (Self::FitsItsCertificate, false) => {
                "fits the certificate inside; who holds that was not checked"
            }
            (Self::FitsItsCertificate, true) => {
                "past bij het certificaat erin; van wie dat is, is niet nagegaan"
            }
        }
    }
}

macro_rules! cap_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// CAP's word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// The value of CAP's word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $(stringify!($variant) => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

cap_words!(
    /// Whether an alert is real.
    Status {
        /// For all to act on.
        Actual,
        /// For those who take part in an exercise.
        Exercise,
        /// About the alerting system itself.
        System,
        /// A technical test: to be disregarded.
        Test,
        /// A template: not to be acted on.
        Draft,
    }
);

cap_words!(
    /// What an alert does.
    MsgType {
        /// It is new.
        Alert,
        /// It takes the place of earlier ones.
        Update,
        /// It withdraws earlier ones.
        Cancel,
        /// It acknowledges earlier ones.
        Ack,
        /// It refuses earlier ones.
        Error,
    }
);

/// Reads one CAP 1.2 alert: all of it or nothing, and nothing from anywhere else.
pub fn read(bytes: &[u8], defaults: &Defaults) -> Result<Imported, CapError> {
    let text = xml::text_of(bytes)?;
    let document = xml::parse(text)?;
    let root = document.root_element();
    schema::check(root)?;
    let signature = signature::check(root)?;
    draft::imported(root, &record::envelope::digest(bytes), signature, defaults)
}

fn source(sender: &str, identifier: &str) -> String {
    format!("cap:{sender},{identifier}")
}

/// The text of the first child of a name, without the space around it; empty without such a child.
fn word(node: Node<'_, '_>, name: &str) -> String {
    child(node, name).map(schema::raw_text).unwrap_or_default().trim().to_owned()
}

/// The first child element of a name.
fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    children(node, name).next()
}

fn children<'a, 'input>(node: Node<'a, 'input>, name: &str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.has_tag_name((schema::NAMESPACE, name)))
}
