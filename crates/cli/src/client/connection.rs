//! Requests with a time-out, and their answers.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::address::Route;
use super::config::Endpoint;
use super::error::{ClientError, problem};
use super::sse::EventStream;
use crate::failure::Failure;

/// Within this time a server takes the connection, or it is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time of a request that is no stream: previews ask the cluster about every object.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// A stream that says nothing for this time is dead; the server sends a sign of life more often.
const STREAM_IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a server that has too much to do is asked again.
const BUSY_RETRIES: usize = 3;
/// Longest wait before that, whatever the server says.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(5);

/// A server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    verbose: bool,
}

impl Client {
    /// A client of this server. Nothing is sent yet.
    pub fn new(endpoint: Endpoint, verbose: bool) -> Result<Self, Failure> {
        // an error only says that there is one already
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(STREAM_IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kubemin/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&endpoint.server) {
            builder = builder.no_proxy();
        }
        if endpoint.server.scheme() == "http" {
            // the certificates of the system take longer to read than a request takes
            builder = builder.tls_certs_only([]);
        }
        if let Some(file) = &endpoint.certificate_authority {
            builder = builder.tls_certs_merge(certificates(file)?);
        }
        let http = builder.build().map_err(|error| {
            Failure::wrong(format!("no connection can be made: {}", innermost(&error)))
        })?;
        Ok(Self {
            http,
            endpoint,
            verbose,
        })
    }

    /// The server.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The answer to a GET.
    pub async fn get<T: DeserializeOwned>(&self, route: Route) -> Result<T, ClientError> {
        self.json(self.request(Method::GET, &route)?).await
    }

    /// The answer to a POST.
    pub async fn post<T: DeserializeOwned>(
        &self,
        route: Route,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.json(self.request(Method::POST, &route)?.json(body))
            .await
    }

    /// The answer to a DELETE.
    pub async fn delete<T: DeserializeOwned>(&self, route: Route) -> Result<T, ClientError> {
        self.json(self.request(Method::DELETE, &route)?).await
    }

    /// The text of an answer.
    pub async fn text(&self, route: Route) -> Result<String, ClientError> {
        let request = self.request(Method::GET, &route)?.timeout(REQUEST_TIMEOUT);
        let response = self.send(request).await?;
        response
            .text()
            .await
            .map_err(|error| self.unreachable(&error))
    }

    /// An answer whose text comes piece by piece. Without `follow` it ends by itself, in any time.
    pub async fn stream(&self, route: Route) -> Result<Response, ClientError> {
        self.send(
            self.request(Method::GET, &route)?
                .header(ACCEPT, "text/plain"),
        )
        .await
    }

    /// Server-sent events.
    pub async fn events(&self, route: Route) -> Result<EventStream, ClientError> {
        let request = self
            .request(Method::GET, &route)?
            .header(ACCEPT, "text/event-stream");
        let response = self.send(request).await?;
        Ok(EventStream::new(response))
    }

    /// A GET beside the API, whatever its status: health checks answer 503 with a body.
    pub async fn probe<T: DeserializeOwned>(&self, route: Route) -> Result<T, ClientError> {
        let request = self.request(Method::GET, &route)?.timeout(REQUEST_TIMEOUT);
        let response = request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        self.body(response).await
    }

    fn request(&self, method: Method, route: &Route) -> Result<RequestBuilder, ClientError> {
        let url = route
            .on(&self.endpoint.server)
            .ok_or_else(|| self.strange("the address can have no path"))?;
        if self.verbose {
            eprintln!("{method} {url}");
        }
        let request = self.http.request(method, url);
        Ok(match &self.endpoint.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let response = self
            .send(
                request
                    .header(ACCEPT, "application/json")
                    .timeout(REQUEST_TIMEOUT),
            )
            .await?;
        self.body(response).await
    }

    /// The answer, when it is a success. A server that has too much to do is asked again after the time it names.
    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let mut request = request;
        for _ in 0..BUSY_RETRIES {
            let again = request.try_clone();
            let response = self.send_once(request).await?;
            match again {
                Some(again) if response.status() == StatusCode::TOO_MANY_REQUESTS => {
                    sleep(retry_after(&response)).await;
                    request = again;
                }
                _ => return self.success(response).await,
            }
        }
        let response = self.send_once(request).await?;
        self.success(response).await
    }

    async fn send_once(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))
    }

    async fn success(&self, response: Response) -> Result<Response, ClientError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response
            .bytes()
            .await
            .map_err(|error| self.unreachable(&error))?;
        Err(ClientError::Refused(Box::new(problem(status, &body))))
    }

    async fn body<T: DeserializeOwned>(&self, response: Response) -> Result<T, ClientError> {
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or("no content type").to_owned();
        let body = response
            .bytes()
            .await
            .map_err(|error| self.unreachable(&error))?;
        serde_json::from_slice(&body).map_err(|error| self.strange(&format!("{kind}: {error}")))
    }

    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        let reason = if error.is_timeout() {
            "it did not answer in time".to_owned()
        } else {
            innermost(error)
        };
        ClientError::Unreachable {
            server: self.endpoint.server.to_string(),
            reason,
        }
    }

    fn strange(&self, reason: &str) -> ClientError {
        ClientError::Strange {
            server: self.endpoint.server.to_string(),
            reason: reason.to_owned(),
        }
    }
}

/// How long the server wants to be left alone.
fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1)).min(LONGEST_RETRY_AFTER)
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

fn certificates(file: &std::path::Path) -> Result<Vec<reqwest::Certificate>, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::wrong(format!("certificate authority {}: {error}", file.display()))
    };
    let pem = std::fs::read(file).map_err(|error| unreadable(&error))?;
    reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| unreadable(&error))
}

/// The cause at the end of the chain: the others only repeat that a request failed.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
