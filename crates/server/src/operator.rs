//! What only the operator can decide: whose the documents are, and what time it is.

use ascms_http::documents::belonging::{self, Adopted, Compared};

use crate::config::{Database, Documents};
use crate::{Failure, clock, console, database, serve};

/// Gives the documents to the database.
pub async fn adopt_documents(settings: &Database, documents: &Documents) -> Result<(), Failure> {
    let store = database::open(settings).await?;
    serve::require_migrated(&store).await?;
    let objects = serve::outside(documents)?.objects;
    match belonging::adopt(&store, &objects, clock::system().now()).await? {
        None => console::line("the documents are this database's already: nothing was changed"),
        Some(Adopted { installation, compared }) => {
            console::line(&format!("the documents belong to the installation {installation} now"));
            console::line(&in_words(&compared));
            console::line("case numbers go on behind a gap of 1000; the audit trail has an entry");
        }
    }
    Ok(store.close().await?)
}

pub fn in_words(compared: &Compared) -> String {
    let Compared { content, strays, wrong_size, documents, missing } = compared;
    format!(
        "{documents} documents, {missing} of them without content; {content} objects, {strays} of \
         them without a document, {wrong_size} of another size than their document"
    )
}

/// Takes the machine's clock for right.
pub async fn accept_clock(settings: &Database) -> Result<(), Failure> {
    let store = database::open(settings).await?;
    serve::require_migrated(&store).await?;
    let now = clock::system().now();
    store.accept_clock(now).await?;
    store.close().await?;
    console::line(&format!("{now} is the time; nothing old is forgotten for the next 30 days"));
    Ok(())
}
