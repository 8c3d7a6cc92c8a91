//! Everything the API can answer instead of what was asked: problem documents (RFC 9457), all in this file.
//!
//! Not here: the texts of faults, which stand with the rules they are about.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use policy::Refusal;
use record::{Fault, Faults, RecordError};
use serde::Serialize;
use store::StoreError;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, for the one who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no such thing, or it is not for the caller: nobody can tell which.
    Absent,
    /// Nobody is signed in.
    Unauthenticated,
    /// Identity must be proved again first.
    Reauthenticate,
    /// The caller may see the thing, and may not do this with it; why.
    NotAllowed(String),
    /// A second person must approve first.
    ApprovalNeeded,
    /// The ceremony failed: which part, is not said.
    SignInRefused,
    /// A change asked for by another site.
    CrossSite,
    /// The request names another host than this node.
    WrongHost,
    /// The method is not for this path.
    Method,
    /// What was sent is not what it should be; each fault names its place.
    Invalid(Faults),
    /// The body is longer than the limit.
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// The body is of another media type than the one named.
    MediaType(&'static str),
    /// Too many requests; try again after some seconds.
    TooMany {
        /// After how many seconds.
        retry_after_s: u64,
    },
    /// A change needs `If-Match`, so that nobody overwrites what another wrote.
    PreconditionRequired,
    /// Someone else was first.
    Stale {
        /// The present version.
        version: u32,
    },
    /// A looser marking where only a release may loosen.
    Looser,
    /// Not possible in the present state.
    Conflict(String),
    /// Passkeys do not work at this address.
    NoPasskeys,
    /// The node takes no changes now.
    ReadOnly(&'static str),
    /// The node has too much to do.
    Busy,
    /// The answer took too long.
    Timeout,
    /// A fault of the node.
    Internal,
}

/// A problem document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    /// What kind of problem, as a path on this node.
    #[schema(example = "/problems/absent")]
    r#type: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// More about this one; in English.
    detail: String,
    /// What is wrong, where, and how to mend it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

impl Problem {
    /// One fault of one field.
    pub fn fault(path: &str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        let mut faults = Faults::default();
        faults.add(path, what, mend);
        Self::Invalid(faults)
    }

    /// Status, name and title.
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Absent => (StatusCode::NOT_FOUND, "absent", "There is no such thing here"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first"),
            Self::Reauthenticate => (StatusCode::FORBIDDEN, "reauthenticate", "Prove again who you are"),
            Self::NotAllowed(_) => (StatusCode::FORBIDDEN, "not-allowed", "You may not do this"),
            Self::ApprovalNeeded => {
                (StatusCode::CONFLICT, "approval-needed", "A second person must approve first")
            }
            Self::SignInRefused => (StatusCode::FORBIDDEN, "sign-in-refused", "The passkey was not accepted"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross-site", "Not from another site"),
            Self::WrongHost => (StatusCode::MISDIRECTED_REQUEST, "wrong-host", "This node has another name"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "Not with this method"),
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid", "The request has faults"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::MediaType(_) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Not with this media type")
            }
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests"),
            Self::PreconditionRequired => {
                (StatusCode::PRECONDITION_REQUIRED, "precondition-required", "Name the version you change")
            }
            Self::Stale { .. } => {
                (StatusCode::PRECONDITION_FAILED, "stale", "It has changed in the meantime")
            }
            Self::Looser => (StatusCode::CONFLICT, "looser", "Only a release may loosen a marking"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict", "Not possible now"),
            Self::NoPasskeys => (StatusCode::CONFLICT, "no-passkeys", "Passkeys do not work at this address"),
            Self::ReadOnly(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "read-only", "The node takes no changes now")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "The node is busy"),
            Self::Timeout => (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "A fault of the node"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Absent => "It does not exist, or it is not for you.".into(),
            Self::Unauthenticated => {
                "No session and no API token that can be used came with the request.".into()
            }
            Self::Reauthenticate => "This needs a sign-in of the last minutes.".into(),
            Self::NotAllowed(why) => why.clone(),
            Self::ApprovalNeeded => "Submit it as a draft; a colleague then approves and shares it.".into(),
            Self::SignInRefused => {
                "Unknown here, expired, used already, or not signed as it should be.".into()
            }
            Self::CrossSite => "Requests with a session come from this node's own pages only.".into(),
            Self::WrongHost => "The Host header does not name this node.".into(),
            Self::Method => "The Allow header names the methods of this path.".into(),
            Self::Invalid(faults) => faults.to_string(),
            Self::TooLarge { limit_bytes } => format!("The limit is {limit_bytes} bytes."),
            Self::MediaType(needed) => format!("Send Content-Type: {needed}."),
            Self::TooMany { retry_after_s } => format!("Try again after {retry_after_s} s."),
            Self::PreconditionRequired => "Send If-Match with the ETag you have read.".into(),
            Self::Stale { version } => format!("The present version is {version}. Read it, then change it."),
            Self::Looser => "The new marking must be at least as strict as the present one.".into(),
            Self::Conflict(detail) => detail.clone(),
            Self::NoPasskeys => {
                "Use the name of the node instead of a number, with HTTPS or on localhost.".into()
            }
            Self::ReadOnly(why) => format!("{why}. Nothing that was acknowledged is lost."),
            Self::Busy | Self::Timeout => "Try again shortly.".into(),
            Self::Internal => "It has been noted with the number in X-Request-Id.".into(),
        }
    }

    fn extra_header(&self) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::Unauthenticated => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::TooMany { retry_after_s } => Some((header::RETRY_AFTER, HeaderValue::from(*retry_after_s))),
            Self::Busy | Self::ReadOnly(_) => Some((header::RETRY_AFTER, HeaderValue::from_static("2"))),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, name, title) = self.kind();
        let (detail, extra) = (self.detail(), self.extra_header());
        let faults = if let Self::Invalid(faults) = self { faults.0 } else { Vec::new() };
        let r#type = format!("/problems/{name}");
        let document = ProblemDocument { r#type, title, status: status.as_u16(), detail, faults };
        let mut response = (status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some((name, value)) = extra {
            headers.insert(name, value);
        }
        response
    }
}

impl From<crate::watch::DeskError> for Problem {
    fn from(error: crate::watch::DeskError) -> Self {
        use crate::watch::DeskError;
        match error {
            DeskError::Store(error) => error.into(),
            DeskError::Watch(wrong) => {
                let fault = Fault::new(&format!("{} {}", wrong.place, wrong.field), wrong.what, wrong.mend);
                Self::Invalid(Faults(vec![match wrong.refused {
                    Some(refused) => Fault { code: Some(refused.code), value: Some(refused.value), ..fault },
                    None => fault,
                }]))
            }
            DeskError::Kept(error) => {
                tracing::error!(%error, "a kept part of web monitoring cannot be read");
                Self::Internal
            }
        }
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

/// A refusal is an absence, unless a fresh sign-in is all that is missing.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        if refusal.needs_reauthentication() { Self::Reauthenticate } else { Self::Absent }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Shape { path, source, .. } => {
                Self::fault(&path, source.to_string(), "see the API reference")
            }
            RecordError::TooLong { limit_bytes, .. } => Self::TooLarge { limit_bytes },
            RecordError::Content(faults) => Self::Invalid(faults),
            error @ (RecordError::Unknown { .. } | RecordError::Signature { .. } | RecordError::Key(_)) => {
                Self::fault("", error.to_string(), "see the API reference")
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Absent => Self::Absent,
            StoreError::Stale { version } => Self::Stale { version },
            StoreError::Conflict(why) => Self::Conflict(why.into()),
            StoreError::Looser => Self::Looser,
            StoreError::ReadOnly(why) => Self::ReadOnly(why),
            StoreError::Busy(_) => Self::Busy,
            StoreError::Record(error) => error.into(),
            error => {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "the store failed");
                Self::Internal
            }
        }
    }
}

/// What a worker thread could not finish is a fault of the node.
impl From<tokio::task::JoinError> for Problem {
    fn from(error: tokio::task::JoinError) -> Self {
        tracing::error!(%error, "a worker did not finish");
        Self::Internal
    }
}

#[cfg(test)]
mod tests {
    use policy::{Action, Reason};

    use super::*;

    #[test]
    fn refused_is_absent_and_a_missing_sign_in_is_not() {
        let refusal = |reasons: &[Reason]| Refusal {
            action: Action::Administer,
            policy_ids: Vec::new(),
            reasons: reasons.to_vec(),
            policy_set_hash: [0; 32],
        };
        for reasons in [&[Reason::RoleMissing][..], &[Reason::Reauthenticate, Reason::NotAPerson]] {
            assert_eq!(Problem::from(refusal(reasons)), Problem::Absent);
        }
        assert_eq!(Problem::from(refusal(&[Reason::Reauthenticate])), Problem::Reauthenticate);
    }
}
