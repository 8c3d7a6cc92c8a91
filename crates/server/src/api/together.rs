//! Several drafts shared together: all of them or none, in one transaction.
//!
//! Not here: where the drafts come from ([`super::imports`], [`super::requests`]).

use record::Draft;
use store::{Idempotency, Receipt};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::share::{self, Ready};
use crate::state::App;

/// Makes all drafts ready first, so that a bad one keeps all out; then shares them in one transaction.
pub(super) async fn share_all(
    app: &App,
    caller: &Caller,
    drafts: Vec<Draft>,
    idempotency: Option<Idempotency>,
) -> Result<Vec<Receipt>, Problem> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let ready = drafts.into_iter().map(|draft| share::ready(app, &principal, draft, None));
            let ready = ready.collect::<Result<Vec<Ready>, _>>()?;
            if ready.iter().any(|one| share::needs_approval(app, &one.shared.item)) {
                return Err(Problem::ApprovalNeeded);
            }
            let items = ready.into_iter().map(|Ready { permit, shared }| (permit, shared)).collect();
            Ok(app.store.publish_all(items, idempotency)?)
        })
        .await?;
    Ok(answer.ready().await?)
}
