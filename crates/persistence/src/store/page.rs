//! Keyset pages: page 1,000 costs what page 1 costs.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Asterisk, Func, Query, SimpleExpr, UnionType};
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait, Value};

mod pass;

pub use pass::Pass;

/// Rows are counted so far and no further: who asks for a total of everything must not keep the
/// database busy with it.
pub const COUNTED: u64 = 10_000;

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
    /// All rows, where they were counted; more than [`COUNTED`] means that there are more.
    pub total: Option<u64>,
}

impl<K> PageRequest<K> {
    /// One row more than the page holds, to know whether there is a next one.
    pub fn fetch(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// How many rows fit, when the caller asked; one more than [`COUNTED`] where there are more.
    pub(crate) async fn total<E>(
        &self,
        fitting: &Select<E>,
        db: &impl ConnectionTrait,
    ) -> Result<Option<u64>, DbErr>
    where
        E: EntityTrait<Model: Send + Sync + 'static>,
    {
        if !self.with_total {
            return Ok(None);
        }
        let some = fitting.clone().select_only().expr_as(Expr::val(1), "one").limit(COUNTED + 1);
        let mut count = Query::select();
        count
            .expr(Func::count(Expr::col(Asterisk)))
            .from_subquery(some.into_query(), Alias::new("some"));
        let counted = db.query_one(&count).await?;
        let counted = counted.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
        Ok(Some(counted.and_then(|counted| u64::try_from(counted).ok()).unwrap_or_default()))
    }

    /// Cuts the page from the rows of a query with `LIMIT fetch()`.
    pub fn cut<T, N>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> N) -> Page<T, N> {
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

    /// The same for rows that are within reach in several ways, of which `fitting` wants one. Each way
    /// gives a page of ids at the most, in the order of an index of its own: of all of them together
    /// SQLite would sort every row that fits.
    pub(crate) fn newest_first_of<E: EntityTrait>(
        &self,
        fitting: Select<E>,
        ways: Vec<SimpleExpr>,
        id: impl ColumnTrait,
    ) -> Select<E> {
        let each = ways.into_iter().map(|way| self.newest_first(fitting.clone().filter(way), id));
        let each: Vec<_> = each.collect();
        if each.len() < 2 {
            return self.newest_first(fitting, id);
        }
        any_of(each, id).order_by_desc(id).limit(self.fetch())
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

    /// The same for rows that fit in several ways.
    pub(crate) fn oldest_first_of<E: EntityTrait>(
        &self,
        ways: Vec<Select<E>>,
        id: impl ColumnTrait,
    ) -> Select<E> {
        let each = ways.into_iter().map(|way| self.oldest_first(way, id)).collect();
        any_of(each, id).order_by_asc(id).limit(self.fetch())
    }
}

/// The rows of several statements that each begin with the same table. Each is planned by itself: where
/// one is `OR`ed with another, PostgreSQL first collects all that fits either.
pub(crate) fn any_of<E: EntityTrait>(each: Vec<Select<E>>, id: impl ColumnTrait) -> Select<E> {
    let ids = |rows: Select<E>| {
        // A part of a union has no order of its own, unless it is inside a statement.
        let rows = rows.select_only().column(id).into_query();
        Query::select().column(id.as_column_ref().1).from_subquery(rows, "some").to_owned()
    };
    let mut each = each.into_iter().map(ids);
    let mut all = each.next().unwrap_or_default();
    all.unions(each.map(|others| (UnionType::All, others)));
    E::find().filter(id.in_subquery(all))
}

impl<A, B> PageRequest<(A, B)>
where
    A: Copy + Into<Value>,
    B: Copy + Into<Value>,
{
    /// The rows of the page and one more in the order of two columns, of which the second one tells rows
    /// apart that are alike in the first.
    pub(crate) fn in_order_of<E: EntityTrait>(
        &self,
        fitting: Select<E>,
        (by, then): (E::Column, E::Column),
    ) -> Select<E> {
        let query = fitting.order_by_asc(by).order_by_asc(then).limit(self.fetch());
        let Some((value, next)) = self.after else { return query };
        let alike = Condition::all().add(by.eq(value)).add(then.gt(next));
        query.filter(Condition::any().add(by.gt(value)).add(alike))
    }

    /// The same, where what is last in that order comes first.
    pub(crate) fn against_order_of<E: EntityTrait>(
        &self,
        fitting: Select<E>,
        (by, then): (E::Column, E::Column),
    ) -> Select<E> {
        let query = fitting.order_by_desc(by).order_by_desc(then).limit(self.fetch());
        let Some((value, next)) = self.after else { return query };
        let alike = Condition::all().add(by.eq(value)).add(then.lt(next));
        query.filter(Condition::any().add(by.lt(value)).add(alike))
    }
}

impl<T, K> Page<T, K> {
    /// The same page with each row turned into something else.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U, K> {
        let Self { items, next, total } = self;
        Page { items: items.into_iter().map(each).collect(), next, total }
    }
}
