//! The query protocol's answers: XML, with a request id.

use crate::encoding::escape;
use crate::http::HttpResponse;
use crate::request::Service;

/// Writes one element with text.
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", escape(text))
}

/// Writes one element around others.
pub(crate) fn group(name: &str, inner: &str) -> String {
    format!("<{name}>\n{inner}</{name}>\n")
}

/// Makes the whole answer of an action.
pub(crate) fn answer(service: Service, action: &str, result: &str, request_id: &str) -> HttpResponse {
    let metadata = group("ResponseMetadata", &element("RequestId", request_id));
    let inner = group(&format!("{action}Result"), result);
    let body = format!("<{action}Response xmlns=\"{}\">\n{inner}{metadata}</{action}Response>\n", service.xml_namespace());
    HttpResponse::new(200, "text/xml", body).with_header("x-amzn-RequestId", request_id)
}
