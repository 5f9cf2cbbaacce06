//! The documents' rows beside their content, and what time it is. Bounded: all of it is counted, and
//! a few of the newest documents are looked at closely.

use ascms_http::documents::belonging::{self, Compared};
use ascms_http::documents::objects::{Objects, ObjectsError};
use ascms_persistence::Store;
use ascms_persistence::documents::compared::Expected;

use crate::config::Config;
use crate::operator::in_words;
use crate::{causes, clock, time_check};

/// How many documents are looked for one by one, to name those without content.
const LOOKED_FOR: u64 = 1_000;
/// How many are read to the end.
const READ: usize = 20;
/// How many are named.
const NAMED: usize = 10;

type LongText = Result<String, String>;

/// Whether the documents are this database's.
pub async fn whose(store: &Store, objects: &Objects) -> LongText {
    match belonging::examine(store, objects, clock::system().now()).await {
        Ok(Some(())) => Ok("they are this database's".to_owned()),
        Ok(None) => Ok("nobody's yet: the first start makes them this database's".to_owned()),
        Err(err) => Err(causes::chain(&err)),
    }
}

/// What is missing, without a row, or not what was uploaded.
pub async fn contents(store: &Store, objects: &Objects) -> LongText {
    let compared = belonging::compare(store, objects).await.map_err(|err| causes::chain(&err))?;
    let Looked { missing, changed } = look(store, objects).await?;
    let mut words = in_words(&compared);
    for (what, ids) in [("without content", &missing), ("other content", &changed)] {
        if !ids.is_empty() {
            let named: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
            words = format!("{words}; {what} among the newest: {}", named.join(", "));
        }
    }
    let Compared { missing, strays, wrong_size, content, .. } = compared;
    let too_many = ascms_domain::documents::belonging::too_many_strays(strays, content);
    let well = missing == 0 && wrong_size == 0 && changed.is_empty() && !too_many;
    if well { Ok(words) } else { Err(words) }
}

/// The ids of documents of which something is wrong.
#[derive(Default)]
struct Looked {
    missing: Vec<String>,
    changed: Vec<String>,
}

async fn look(store: &Store, objects: &Objects) -> Result<Looked, String> {
    let newest = store.newest_content(LOOKED_FOR).await.map_err(|err| err.to_string())?;
    let mut looked = Looked::default();
    for (at, document) in newest.iter().enumerate() {
        let found = match at {
            0..READ => is_as_uploaded(objects, document).await,
            _ => objects.size(&document.object_key).await.map(|_| true),
        };
        match found {
            Ok(true) => {}
            Ok(false) => looked.changed.push(document.id.to_string()),
            Err(ObjectsError::Missing) => looked.missing.push(document.id.to_string()),
            Err(err) => return Err(causes::chain(&err)),
        }
    }
    Ok(looked)
}

async fn is_as_uploaded(objects: &Objects, document: &Expected) -> Result<bool, ObjectsError> {
    Ok(belonging::digest(objects, &document.object_key).await? == document.sha256)
}

/// Whether this machine's clock can be right.
pub async fn time(store: &Store, config: &Config) -> LongText {
    let times = store.times().await.map_err(|err| err.to_string())?;
    let now = clock::system().now();
    time_check::check(now, &times, config.clock_tolerance).map_err(|wrong| wrong.to_string())?;
    let apart = times.database.map(|theirs| (theirs - now).abs().num_milliseconds());
    Ok(match apart {
        Some(apart) => format!("{apart} ms from the database's, not behind what is on record"),
        None => "not behind what is on record".to_owned(),
    })
}
