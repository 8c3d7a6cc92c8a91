//! `GET /sense/register` and `/sense/register.csv`: what everyone who takes part may know of every sensor of the area.
//!
//! Not here: how sensors are and what they bring, which is for their own operators ([`super::sensors`]).

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use base::ids::OrganisationId;
use sense::bulletin::{Register, SensorKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shapes::{List, Name};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// What anyone may know of a sensor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenseRegisterRow)]
pub(super) struct RegisterRow {
    /// Its name within its organisation.
    id: String,
    /// Whose it is.
    organisation: OrganisationId,
    /// What that organisation is called.
    organisation_name: Name,
    /// What it is.
    kind: SensorKind,
    /// Where it is: longitude and latitude, in degrees.
    at: [f64; 2],
    /// Who, what, why, what data, how long, whom to ask.
    register: Register,
}

/// Every sensor of the area, by organisation and name.
pub(super) fn rows(app: &App) -> Result<Vec<RegisterRow>, Problem> {
    let directory = app.store.directory();
    let mut rows: Vec<RegisterRow> = app.sensing.with_posts(|posts| {
        let rows = posts.iter().flat_map(|((of, _), post)| {
            let organisation = directory.organisations.get(of).filter(|one| one.active);
            post.sensors.iter().filter_map(move |sensor| {
                Some(RegisterRow {
                    id: sensor.id.clone(),
                    organisation: of.clone(),
                    organisation_name: Name::from(&organisation?.name),
                    kind: sensor.kind,
                    at: sensor.at,
                    register: sensor.register.clone(),
                })
            })
        });
        rows.collect()
    })?;
    rows.sort_by(|one, two| (&one.organisation, &one.id).cmp(&(&two.organisation, &two.id)));
    // A sensor that went over from one post to another is told of by both for a while.
    rows.dedup_by(|one, two| one.organisation == two.organisation && one.id == two.id);
    Ok(rows)
}

/// The register of sensors
///
/// For everyone who is signed in.
#[utoipa::path(get, path = "/sense/register", tag = "sensors", operation_id = "readSensorRegister",
    responses((status = 200, description = "The sensors.", body = List<RegisterRow>)))]
pub(super) async fn handle(State(app): State<App>, _: Caller) -> Result<Json<List<RegisterRow>>, Problem> {
    app.in_thread(rows).await.map(|rows| Json(List::whole(rows)))
}

/// The register of sensors as a table
///
/// Comma-separated values (RFC 4180), in UTF-8.
#[utoipa::path(get, path = "/sense/register.csv", tag = "sensors", operation_id = "exportSensorRegister",
    responses((status = 200, description = "The table.", body = String, content_type = "text/csv")))]
pub(super) async fn csv(
    State(app): State<App>,
    _: Caller,
) -> Result<([(HeaderName, HeaderValue); 2], String), Problem> {
    let rows = app.in_thread(rows).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"sensors.csv\"")),
    ];
    Ok((headers, table(&rows)))
}

fn table(rows: &[RegisterRow]) -> String {
    let mut table = String::from(
        "id,organisation,kind,longitude,latitude,name,owner,purpose,legal_basis,data,personal_data,retention_days,contact,since\r\n",
    );
    for row in rows {
        let kind = match row.kind {
            SensorKind::Microphone => "microphone",
            SensorKind::Array => "array",
            SensorKind::Camera => "camera",
        };
        let register = &row.register;
        let cells = [
            cell(&row.id),
            cell(row.organisation.as_str()),
            kind.into(),
            row.at[0].to_string(),
            row.at[1].to_string(),
            cell(&register.name),
            cell(&register.owner),
            cell(&register.purpose),
            cell(&register.legal_basis),
            cell(&register.data),
            register.personal_data.to_string(),
            register.retention_days.to_string(),
            cell(&register.contact),
            register.since.map(|since| since.to_string()).unwrap_or_default(),
        ];
        table.push_str(&cells.join(","));
        table.push_str("\r\n");
    }
    table
}

/// One cell. What a spreadsheet would take for a formula is made a text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        for (text, expect) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("-cmd,x", "\"'-cmd,x\""),
        ] {
            assert_eq!(cell(text), expect);
        }
    }
}
