//! Files that go with items: `POST /attachments` and `GET /items/{item}/attachments/{attachment}`.
//!
//! Not here: sealing and sweeping (store).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use base::ids::{AttachmentId, ItemId};
use record::Attachment;
use store::Upload;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// The type of a file that is of no type we know.
const UNKNOWN: &str = "application/octet-stream";
/// Types that are shown inside a page; everything else is a download.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The routes of this file. The upload has a body limit of its own.
pub fn router() -> OpenApiRouter<App> {
    let upload = OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(axum::extract::DefaultBodyLimit::max(base::limits::ATTACHMENT_BYTES_MAX));
    OpenApiRouter::new().routes(routes!(read)).merge(upload)
}

/// Uploads a file; it stays when an item of the same member is shared with it within a day. At most 25 MiB.
#[utoipa::path(post, path = "/attachments", tag = "items", operation_id = "uploadAttachment",
    params(("X-File-Name" = String, Header, description = "The file's name, percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = CREATED, body = Attachment), (status = PAYLOAD_TOO_LARGE, body = ProblemDocument)))]
pub async fn upload(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let name = file_name(&headers)?;
    let answer = app
        .in_thread(move |app| {
            let media_type = infer::get(&bytes).map_or(UNKNOWN, |found| found.mime_type()).to_owned();
            Ok(app.store.upload(&caller.principal, Upload { name, media_type, bytes: bytes.into() })?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer.ready().await?)))
}

fn file_name(headers: &HeaderMap) -> Result<String, Problem> {
    let fault = |what: &str| Problem::fault("X-File-Name", what, "send the name, percent-encoded");
    let value = headers.get("x-file-name").ok_or_else(|| fault("is missing"))?;
    let text = value.to_str().map_err(|_| fault("is not plain ASCII"))?;
    let (name, _) = url::form_urlencoded::parse(format!("n={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| (value.into_owned(), ()))
        .ok_or_else(|| fault("is empty"))?;
    // The name is for people; a path in it is somebody's folder and nobody's business.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
    if name.is_empty() { Err(fault("is empty")) } else { Ok(name) }
}

/// The bytes of a file of an item. Images are shown, everything else is a download.
#[utoipa::path(get, path = "/items/{item}/attachments/{attachment}", tag = "items", operation_id = "readAttachment",
    params(("item" = ItemId, Path, description = "The item"),
        ("attachment" = AttachmentId, Path, description = "The file")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Path((item, attachment)): Path<(ItemId, AttachmentId)>,
) -> Result<([(HeaderName, HeaderValue); 3], Vec<u8>), Problem> {
    let (permit, _) = app.gate.see(&caller.principal, item)?;
    let (meta, bytes) = app.store.attachment(&permit, attachment, caller.purpose).await?;
    let shown = SHOWN.contains(&meta.media_type.as_str());
    let media_type = if shown { meta.media_type.as_str() } else { UNKNOWN };
    let name: String = url::form_urlencoded::byte_serialize(meta.name.as_bytes()).collect();
    let how = if shown { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", name.replace('+', "%20"));
    let value = |text: &str| HeaderValue::try_from(text).map_err(|_| Problem::Internal);
    let headers = [
        (header::CONTENT_TYPE, value(media_type)?),
        (header::CONTENT_DISPOSITION, value(&disposition)?),
        // A file never runs as a page of this node.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, bytes))
}
