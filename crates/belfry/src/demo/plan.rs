//! The measures of the demonstration: the sample plan with its streets, brought and published as a coordinator would.
//!
//! Not here: the plan itself (`areas/international-zone`), and the screens.

use anyhow::{Context, Result};
use serde_json::Value;
use sim::{Api, Cast};

/// Who brings it: of the organisation that runs the area.
const COORDINATOR: &str = "municipality-coordinator";
const PLAN: &str = include_str!("../../../../areas/international-zone/plan.json");
const STREETS: &str = include_str!("../../../../areas/international-zone/streets.geojson");
const NEIGHBOURHOODS: &str = include_str!("../../../../areas/international-zone/neighbourhoods.geojson");

/// Brings streets, neighbourhoods and plan to a node that is new, and publishes what of it is for residents.
pub(super) async fn bring(api: &Api, cast: &Cast, is_new: bool) -> Result<()> {
    if !is_new {
        return Ok(());
    }
    let coordinator = cast.player(COORDINATOR)?;
    let api = api.as_sample_member(&coordinator.member.to_string()).await?;
    for (what, text) in [("streets", STREETS), ("neighbourhoods", NEIGHBOURHOODS)] {
        let path = format!("/api/v1/measures/{what}");
        let brought = api.put_bytes(&path, "application/geo+json", text.into()).await?;
        brought.json().with_context(|| format!("the {what} of the sample"))?;
    }
    let plan: Value = serde_json::from_str(PLAN).context("the sample plan is no JSON")?;
    let kept = api.put_with("/api/v1/measures/plan", &[("if-match", "\"0\"")], &plan).await?;
    kept.json().context("the sample plan")?;
    let published = api
        .put_with("/api/v1/measures/publication", &[("if-match", "\"1\"")], &serde_json::json!({}))
        .await?;
    published.json().context("the page for residents")?;
    Ok(())
}
