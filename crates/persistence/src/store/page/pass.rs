//! Lists whose items may move while somebody reads them page by page.

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::store::error::StoreError;
use crate::store::page::PageRequest;
use crate::store::position::point::Position;

/// How far a reader has come. An item that moves forward meanwhile would be passed over, so what
/// changed during one pass is shown in another one, until nothing did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pass<K> {
    /// The last item that was shown in this pass.
    after: Option<K>,
    /// What was there when this pass began; none until its first page is read.
    began: Option<Position>,
    /// When the pass before began, of which this one shows what changed since; none of the first.
    since: Option<Position>,
}

/// A page of a pass.
pub(crate) struct OfPass<K> {
    pub page: PageRequest<K>,
    /// Only what changed after this is shown; none: everything.
    pub since: Option<Position>,
    began: Position,
}

impl<K> PageRequest<Pass<K>> {
    /// To be called before anything is read, so that what changes from then on counts as changed.
    pub(crate) async fn of_pass(self, store: &Store) -> Result<OfPass<K>, StoreError> {
        let Self { after, limit, with_total } = self;
        let Pass { after, began, since } =
            after.unwrap_or(Pass { after: None, began: None, since: None });
        let began = match began {
            Some(position) => position,
            None => store.position().await?,
        };
        Ok(OfPass { page: PageRequest { after, limit, with_total }, since, began })
    }
}

impl<K> OfPass<K> {
    /// Where the reader goes on, whose pass goes on after a key. When it is over, `moved` tells
    /// whether anything of the list changed after a position.
    pub(crate) async fn next(
        self,
        after: Option<K>,
        moved: impl AsyncFnOnce(&Position) -> Result<bool, StoreError>,
    ) -> Result<Option<Pass<K>>, StoreError> {
        let Self { page, since, began } = self;
        if after.is_some() {
            return Ok(Some(Pass { after, began: Some(began), since }));
        }
        let was_read_at_once = page.after.is_none() && since.is_none();
        if was_read_at_once || !moved(&began).await? {
            return Ok(None);
        }
        Ok(Some(Pass { after: None, began: None, since: Some(began) }))
    }
}
