//! Where features register their operations, for one of two purposes: an application answers the operations, or the
//! document describes them. Describing takes longer than all else about an application, so an application only answers.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// What features register their operations with.
pub(crate) struct ServiceConfig<'a>(Purpose<'a>);

enum Purpose<'a> {
    Answer(&'a mut web::ServiceConfig),
    Describe(&'a mut Described),
}

/// What the annotations of operations say.
#[derive(Default)]
pub(crate) struct Described {
    pub paths: Paths,
    /// A schema is there as often as something leads to it.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl<'a> ServiceConfig<'a> {
    /// For an application, which answers the operations.
    pub(crate) fn answering(services: &'a mut web::ServiceConfig) -> Self {
        Self(Purpose::Answer(services))
    }

    /// For the document, which describes the operations.
    pub(crate) fn describing(described: &'a mut Described) -> Self {
        Self(Purpose::Describe(described))
    }

    /// Registers an operation.
    pub(crate) fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        match &mut self.0 {
            Purpose::Answer(services) => {
                services.service(operation);
            }
            Purpose::Describe(described) => {
                described.paths.merge(operation.paths());
                operation.schemas(&mut described.schemas);
            }
        }
        self
    }

    /// Registers what another module has.
    pub(crate) fn configure(&mut self, routes: impl FnOnce(&mut ServiceConfig<'_>)) -> &mut Self {
        routes(self);
        self
    }
}
