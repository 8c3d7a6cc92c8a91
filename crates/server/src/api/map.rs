//! `GET /map`: what a map window shows: items while they are few, clusters when they are many.
//!
//! Not here: the area itself ([`crate::api::area`]).

use axum::extract::State;
use base::geo::{Bounds, Position};
use record::rating::Severity;
use serde::{Deserialize, Serialize};
use store::{AccessAction, MapView};
use utoipa::{IntoParams, ToSchema};

use crate::api::items::Filters;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::{self, ItemSummary};

/// Most single items on a map; more become clusters.
const ITEMS_MAX: usize = 200;
/// Cells of the cluster grid, along each side of the window.
const CELLS: u32 = 12;

/// The window.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// West, south, east, north in degrees, separated by commas.
    #[param(example = "4.27,52.08,4.31,52.10")]
    pub bbox: String,
}

/// What the window shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapAnswer {
    /// Single items, newest first.
    pub items: Vec<ItemSummary>,
    /// Clusters, largest first; never together with items.
    pub clusters: Vec<ClusterView>,
}

/// Items near each other.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterView {
    /// Mean longitude, degrees.
    pub longitude: f64,
    /// Mean latitude, degrees.
    pub latitude: f64,
    /// How many.
    pub count: u64,
    /// The worst severity among them.
    pub severity: Severity,
}

/// The map, over what the caller may see.
#[utoipa::path(get, path = "/map", tag = "items", operation_id = "readMap", params(Window, Filters),
    responses((status = OK, body = MapAnswer), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(window): Query<Window>,
    Query(filters): Query<Filters>,
) -> Result<Json<MapAnswer>, Problem> {
    let mut filter = filters.filter(&app, &caller)?;
    filter.bounds = Some(bounds(&window.bbox)?);
    let sight = app.gate.sight(&caller.principal);
    let access = caller.access(AccessAction::Map);
    let (permits, clusters) = {
        let sight = sight.clone();
        app.in_thread(move |app| match app.store.map(&sight, &filter, ITEMS_MAX, CELLS) {
            MapView::Clusters(clusters) => Ok((Vec::new(), clusters)),
            MapView::Rows(rows) => {
                let candidates = app.store.candidates(&sight, &rows)?;
                Ok((app.gate.see_all(&caller.principal, &candidates), Vec::new()))
            }
        })
        .await?
    };
    let views = app.store.consult(permits, &sight, access).await?;
    let items = views.iter().map(|view| views::summary(&app, view, true)).collect();
    let clusters = clusters
        .into_iter()
        .map(|one| ClusterView {
            longitude: one.longitude,
            latitude: one.latitude,
            count: one.count,
            severity: one.severity,
        })
        .collect();
    Ok(Json(MapAnswer { items, clusters }))
}

fn bounds(text: &str) -> Result<Bounds, Problem> {
    let fault = |what: &str| Problem::fault("bbox", what, "use west,south,east,north in degrees");
    let numbers: Result<Vec<f64>, _> = text.split(',').map(str::parse).collect();
    let [west, south, east, north] = <[f64; 4]>::try_from(numbers.map_err(|_| fault("is not four numbers"))?)
        .map_err(|_| fault("is not four numbers"))?;
    if west > east || south > north {
        return Err(fault("has its edges swapped"));
    }
    let corner = |lon, lat| Position::new(lon, lat).map_err(|error| fault(&error.to_string()));
    Bounds::around([corner(west, south)?, corner(east, north)?]).ok_or_else(|| fault("is empty"))
}
