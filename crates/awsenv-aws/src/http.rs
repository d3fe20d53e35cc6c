//! One HTTP client for all calls: connections are shared, each request goes through the proxy that its URL needs, and
//! is noted down for errors and `-vv`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::byte_stream::ByteStream;

use crate::call::{Asked, Call, Route};
use crate::proxy::{Origin, Proxies};
use crate::{AwsError, AwsOptions, RequestTrace, Trace, cause, retry, tls as trust};

/// The connections, and how to make new ones.
pub(crate) struct Transport {
    proxies: Proxies,
    bundle: Option<Vec<u8>>,
    trace: Option<fn(&Trace)>,
    connectors: Mutex<HashMap<Connection, SharedHttpConnector>>,
}

/// What decides whether two requests can share a connection pool.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Connection {
    tls: bool,
    proxy: Option<String>,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
}

/// An answer with its body read.
pub(crate) struct Answer {
    pub(crate) response: HttpResponse,
    pub(crate) body: Vec<u8>,
}

/// The note of `-vv` for one request, written when it ends: also when it is given up because the time is over.
struct Note<'a> {
    trace: Option<fn(&Trace)>,
    call: &'a Call,
    request: RequestTrace,
    started: Instant,
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        let Some(trace) = self.trace else { return };
        let masked = |text: &str| self.call.masked(text);
        trace(&Trace::Request(RequestTrace {
            endpoint: masked(&self.request.endpoint),
            path: masked(&self.request.path),
            proxy: self.request.proxy.as_deref().map(masked),
            outcome: self.request.outcome.clone().map_err(|why| masked(&why)),
            milliseconds: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            ..self.request.clone()
        }));
    }
}

/// No answer, or a part of one.
pub(crate) struct NoAnswer {
    pub(crate) error: Box<AwsError>,
    /// The request may have reached its goal.
    pub(crate) was_sent: bool,
}

/// The bytes of an answer that are read: none of these calls has one of more than some kilobytes.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

impl Transport {
    pub(crate) fn new(options: &AwsOptions) -> Self {
        Self {
            proxies: Proxies::from_env(&options.env),
            bundle: options.ca_bundle_pem.clone(),
            trace: options.trace,
            connectors: Mutex::default(),
        }
    }

    /// Returns the client that the SDK is to use for a call.
    pub(crate) fn client(self: &Arc<Self>, call: &Arc<Call>) -> SharedHttpClient {
        SharedHttpClient::new(CallClient { transport: Arc::clone(self), call: Arc::clone(call) })
    }

    /// Sends a request outside of the SDK and reads the whole answer, whatever its status.
    pub(crate) async fn fetch(
        &self,
        call: &Call,
        connect_timeout: Duration,
        limit: Duration,
        request: HttpRequest,
    ) -> Result<Answer, NoAnswer> {
        let settings = HttpConnectorSettings::builder().connect_timeout(connect_timeout).build();
        let exchange = async {
            let response = self.send(call, &settings, request).await;
            let mut response = response.map_err(|error| NoAnswer {
                was_sent: !error.is_user() && !retry::was_not_connected(&error),
                error: Box::new(AwsError::of_connector(call, &error)),
            })?;
            let broken = |error| NoAnswer { error: Box::new(AwsError::of_broken_answer(call, &error)), was_sent: true };
            let mut stream = ByteStream::new(response.take_body());
            let mut body = Vec::new();
            while let Some(part) = stream.next().await {
                body.extend_from_slice(&part.map_err(broken)?);
                if body.len() > LONGEST_ANSWER {
                    let error = AwsError::unreadable(call, "it is longer than any answer of AWS's");
                    return Err(NoAnswer { error: Box::new(error), was_sent: true });
                }
            }
            Ok(Answer { response, body })
        };
        let limited = tokio::time::timeout(limit, exchange).await;
        limited.unwrap_or_else(|_| Err(NoAnswer { error: Box::new(AwsError::timed_out(call)), was_sent: true }))
    }

    async fn send(
        &self,
        call: &Call,
        settings: &HttpConnectorSettings,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let url = request.uri().to_owned();
        let origin = Origin::of(&url).ok_or_else(|| ConnectorError::user("the endpoint is not a URL".into()))?;
        // The metadata services are on the machine's own link; behind a proxy they refuse, by design.
        let is_local = matches!(call.asked, Asked::Container | Asked::Instance);
        let proxy = self.proxies.for_origin(&origin).filter(|_| !is_local);
        let shown_proxy =
            proxy.map(|url| Origin::of(url).map_or_else(|| "of the environment".to_owned(), |origin| origin.text()));
        call.set_route(Route { endpoint: origin.text(), proxy: shown_proxy.clone() });
        let connector = self.connector(&origin, proxy, settings)?;
        let mut note = Note {
            trace: self.trace,
            call,
            request: RequestTrace {
                operation: call.operation,
                method: request.method().to_owned(),
                endpoint: origin.text(),
                // The path to an agent's credentials is itself a secret.
                path: if call.asked == Asked::Container { "/…".to_owned() } else { origin.path.to_owned() },
                proxy: shown_proxy,
                attempt: call.next_attempt(),
                outcome: Err("no answer in time".to_owned()),
                milliseconds: 0,
            },
            started: Instant::now(),
        };
        let result = connector.call(request).await;
        note.request.outcome = match &result {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) => Err(cause::explain(error, call.route().as_ref()).1),
        };
        result
    }

    fn connector(
        &self,
        origin: &Origin<'_>,
        proxy: Option<&str>,
        settings: &HttpConnectorSettings,
    ) -> Result<SharedHttpConnector, ConnectorError> {
        let is_https = |scheme: &str| scheme.eq_ignore_ascii_case("https");
        let connection = Connection {
            tls: is_https(origin.scheme) || proxy.and_then(Origin::of).is_some_and(|proxy| is_https(proxy.scheme)),
            proxy: proxy.map(str::to_owned),
            connect_timeout: settings.connect_timeout(),
            read_timeout: settings.read_timeout(),
        };
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = connectors.get(&connection) {
            return Ok(connector.clone());
        }
        let mut builder = Connector::builder().connector_settings(settings.clone());
        if let Some(proxy) = proxy {
            let config = ProxyConfig::all(proxy);
            builder.set_proxy_config(Some(
                config.map_err(|_| ConnectorError::user("the proxy of the environment is not a URL".into()))?,
            ));
        }
        // Without TLS the machine's certificates need not be read.
        let connector = if connection.tls {
            let store = trust::trust_store(self.bundle.as_deref()).map_err(|why| ConnectorError::user(why.into()))?;
            let context = tls::TlsContext::builder().with_trust_store(store).build();
            let context = context.map_err(|error| ConnectorError::user(error.into()))?;
            let provider = tls::Provider::rustls(tls::rustls_provider::CryptoMode::Ring);
            builder.tls_provider(provider).tls_context(context).build()
        } else {
            builder.build_http()
        };
        let connector = SharedHttpConnector::new(connector);
        connectors.insert(connection, connector.clone());
        Ok(connector)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

/// The transport, as the SDK wants it.
#[derive(Clone, Debug)]
struct CallClient {
    transport: Arc<Transport>,
    call: Arc<Call>,
}

impl HttpClient for CallClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(CallConnector { client: self.clone(), settings: settings.clone() })
    }
}

#[derive(Debug)]
struct CallConnector {
    client: CallClient,
    settings: HttpConnectorSettings,
}

impl HttpConnector for CallConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, settings) = (self.client.clone(), self.settings.clone());
        HttpConnectorFuture::new(async move { client.transport.send(&client.call, &settings, request).await })
    }
}
