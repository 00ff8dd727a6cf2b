//! What a route does, for the API's description.

use utoipa::openapi::path::{
    Operation as Written, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{IntoParams, ToSchema};

use kubemin_api_types::Problem;

/// Schemas by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// Name of the scheme that asks for a token.
pub(crate) const BEARER: &str = "bearer";
/// Schema of the application document; made from the model, not from here.
pub(crate) const DOCUMENT: &str = "ApplicationDocument";

/// A route's purpose, parameters, body and answers.
pub(crate) struct Operation {
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    answers: Vec<(u16, utoipa::openapi::Response)>,
    schemas: Schemas,
}

/// Begins the description of a route.
pub(crate) fn operation(id: &'static str, tag: &'static str, summary: &'static str) -> Operation {
    Operation {
        id,
        tag,
        summary,
        parameters: Vec::new(),
        body: None,
        answers: Vec::new(),
        schemas: Schemas::new(),
    }
}

impl Operation {
    /// Query parameters.
    pub(crate) fn query<T: IntoParams>(mut self) -> Self {
        self.parameters
            .extend(T::into_params(|| Some(ParameterIn::Query)));
        self
    }

    /// A header that the route understands.
    pub(crate) fn header(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(parameter(
            name,
            ParameterIn::Header,
            Required::False,
            description,
        ));
        self
    }

    /// A JSON body.
    pub(crate) fn body<T: ToSchema>(mut self) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.reference::<T>()))
            .build();
        self.body = Some(
            RequestBodyBuilder::new()
                .content("application/json", content)
                .build(),
        );
        self
    }

    /// An application document as body.
    pub(crate) fn document(mut self) -> Self {
        let content = || {
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(DOCUMENT)))
                .build()
        };
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        self.body = Some(
            body.content("application/json", content())
                .content("application/yaml", content())
                .build(),
        );
        self
    }

    /// A JSON answer.
    pub(crate) fn answers<T: ToSchema>(mut self, status: u16, description: &'static str) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.reference::<T>()))
            .build();
        let answer = ResponseBuilder::new()
            .description(description)
            .content("application/json", content)
            .build();
        self.answers.push((status, answer));
        self
    }

    /// An answer of another kind.
    pub(crate) fn answers_text(
        mut self,
        status: u16,
        media_type: &'static str,
        description: &'static str,
    ) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let content = ContentBuilder::new().schema(Some(text)).build();
        let same = self.answers.iter().position(|(other, _)| *other == status);
        match same {
            Some(index) => {
                self.answers[index]
                    .1
                    .content
                    .insert(media_type.to_owned(), content.into());
            }
            None => {
                let answer = ResponseBuilder::new()
                    .description(description)
                    .content(media_type, content)
                    .build();
                self.answers.push((status, answer));
            }
        }
        self
    }

    fn reference<T: ToSchema>(&mut self) -> Ref {
        T::schemas(&mut self.schemas);
        self.schemas.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name())
    }

    /// The description as OpenAPI has it, and the schemas it refers to.
    pub(crate) fn written(mut self, path: &str, open: bool) -> (Written, Schemas) {
        let problem = ContentBuilder::new()
            .schema(Some(self.reference::<Problem>()))
            .build();
        let failure = ResponseBuilder::new().description("Why it was not done");
        let failure = failure.content("application/problem+json", problem).build();
        let mut written = OperationBuilder::new()
            .operation_id(Some(self.id))
            .tag(self.tag)
            .summary(Some(self.summary))
            .parameters(Some(
                in_path(path).chain(self.parameters).collect::<Vec<_>>(),
            ))
            .request_body(self.body);
        for (status, answer) in self.answers {
            written = written.response(status.to_string(), answer);
        }
        written = written.response("default", failure);
        if !open {
            written = written.security(SecurityRequirement::new(BEARER, Vec::<String>::new()));
        }
        (written.build(), self.schemas)
    }
}

fn parameter(name: &str, place: ParameterIn, required: Required, description: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let built = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required);
    built
        .description(Some(description))
        .schema(Some(text))
        .build()
}

fn in_path(path: &str) -> impl Iterator<Item = Parameter> + use<> {
    let names: Vec<String> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}').map(str::to_owned))
        .collect();
    names.into_iter().map(|name| {
        let description = match name.as_str() {
            "task" => "Task id",
            "revision" => "Number of a revision",
            _ => "Application id",
        };
        parameter(&name, ParameterIn::Path, Required::True, description)
    })
}
