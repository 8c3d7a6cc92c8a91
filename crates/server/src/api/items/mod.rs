//! Items: share, read, amend, and every act about them. One endpoint, one file.
//!
//! Not here: drafts, imports and streams, which have folders of their own.

pub mod acknowledge;
pub mod amend;
pub mod ask_erasure;
pub mod close;
pub mod count;
pub mod create;
pub mod erase;
pub mod list;
pub mod proof;
pub mod read;
pub mod readers;
pub mod release;
pub mod restrict;
pub mod retract;
pub mod thread;
pub mod versions;

mod filters;

pub use filters::Filters;

use base::ids::{ActId, ItemId};
use policy::Principal;
use record::{Act, Deed};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// The routes of this folder.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(count::handle))
        .routes(routes!(read::handle, amend::handle))
        .routes(routes!(versions::handle))
        .routes(routes!(thread::handle))
        .routes(routes!(readers::handle))
        .routes(routes!(proof::handle))
        .routes(routes!(acknowledge::handle))
        .routes(routes!(retract::handle))
        .routes(routes!(release::handle))
        .routes(routes!(erase::handle))
        .routes(routes!(ask_erasure::handle))
        .routes(routes!(restrict::handle))
        .routes(routes!(close::handle))
}

/// An act of a caller about an item, now.
pub fn act(app: &App, principal: &Principal, item: ItemId, deed: Deed) -> Act {
    let id = ActId::new(&*app.clock, &*app.random);
    Act::new(id, item, principal.organisation.clone(), principal.member, app.now(), deed)
}

/// Why something is done: part of every act that takes something away.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The reason, for everyone who may see the item.
    #[schema(example = "The drone was found and belongs to the venue")]
    pub reason: String,
}

impl Why {
    /// The reason, when it is one.
    pub fn checked(self) -> Result<String, crate::problem::Problem> {
        let mut faults = record::Faults::default();
        if self.reason.trim().is_empty() {
            faults.add("reason", "is empty", "say why in a sentence");
        }
        faults.text("reason", &self.reason, base::limits::TITLE_CHARS_MAX * 5);
        faults.into_result()?;
        Ok(self.reason)
    }
}
