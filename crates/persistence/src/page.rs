//! Keyset pages: page 1,000 costs what page 1 costs.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Value};

/// Which page is asked for: those after a key, so many at the most.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<K> {
    pub after: Option<K>,
    /// 1 to 200.
    pub limit: u32,
    /// Whether to count all rows too, which costs more than the page.
    pub with_total: bool,
}

/// A page, and where the next one starts.
#[derive(Clone, Debug)]
pub struct Page<T, K> {
    pub items: Vec<T>,
    pub next: Option<K>,
    pub total: Option<u64>,
}

impl<K> PageRequest<K> {
    /// One row more than the page holds, to know whether there is a next one.
    pub fn fetch(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// How many rows fit, when the caller asked.
    pub(crate) async fn total<E>(
        &self,
        fitting: &Select<E>,
        db: &impl ConnectionTrait,
    ) -> Result<Option<u64>, DbErr>
    where
        E: EntityTrait<Model: Send + Sync + 'static>,
    {
        if self.with_total { Ok(Some(fitting.clone().count(db).await?)) } else { Ok(None) }
    }

    /// Cuts the page from the rows of a query with `LIMIT fetch()`.
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Page<T, K> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Page { items: rows, next, total: None }
    }
}

impl<K: Copy + Into<Value>> PageRequest<K> {
    /// The rows of the page and one more, where a key is an id and the newest comes first.
    pub(crate) fn newest_first<E: EntityTrait>(
        &self,
        fitting: Select<E>,
        id: impl ColumnTrait,
    ) -> Select<E> {
        let query = fitting.order_by_desc(id).limit(self.fetch());
        match self.after {
            Some(after) => query.filter(id.lt(after)),
            None => query,
        }
    }

    /// The same, where the first comes first.
    pub(crate) fn oldest_first<E: EntityTrait>(
        &self,
        fitting: Select<E>,
        id: impl ColumnTrait,
    ) -> Select<E> {
        let query = fitting.order_by_asc(id).limit(self.fetch());
        match self.after {
            Some(after) => query.filter(id.gt(after)),
            None => query,
        }
    }
}

impl<T, K> Page<T, K> {
    /// The same page with each row turned into something else.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U, K> {
        let Self { items, next, total } = self;
        Page { items: items.into_iter().map(each).collect(), next, total }
    }
}
