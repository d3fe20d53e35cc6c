//! TLS: whom we trust, and what is said when we do not.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use awsenv_aws::{Aws, AwsErrorKind};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::{aws_at, check, keys, options, quick, server};

/// Signed the certificate for `localhost` beside it, for a hundred years.
const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/tls</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// A server that says [`IDENTITY`] over TLS; returns its port.
fn tls_server() -> u16 {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("PEM");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("ring has them");
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).expect("they belong together"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a good configuration");
            let mut stream = StreamOwned::new(connection, stream);
            let mut request = [0; 8_192];
            // A client that does not trust us hangs up here.
            if stream.read(&mut request).is_ok_and(|length| length > 0) {
                _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{IDENTITY}",
                    IDENTITY.len()
                );
                stream.conn.send_close_notify();
                _ = stream.flush();
            }
        }
    });
    port
}

fn aws(url: &str, bundle: Option<&[u8]>) -> Aws {
    let mut options = options(&[("AWS_ENDPOINT_URL", url), ("AWS_MAX_ATTEMPTS", "1")]);
    options.ca_bundle_pem = bundle.map(<[u8]>::to_vec);
    quick(Aws::new(options))
}

#[test]
fn a_bundle_is_trusted_and_nothing_else() {
    let dev = keys(&server(), "dev");
    let url = format!("https://localhost:{}", tls_server());
    let identity = aws(&url, Some(AUTHORITY)).get_caller_identity(&dev).expect("trusted");
    assert_eq!(identity.arn, "arn:aws:iam::123456789012:user/tls");
    let untrusted = format!("the TLS certificate of {url} is not signed by an authority that this machine trusts");
    check(aws(&url, Some(CERTIFICATE)).get_caller_identity(&dev), AwsErrorKind::Network, &untrusted);
    let by_address = url.replace("localhost", "127.0.0.1");
    check(aws(&by_address, Some(AUTHORITY)).get_caller_identity(&dev), AwsErrorKind::Network, "is for another host name");
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check(aws(&url, Some(broken)).get_caller_identity(&dev), AwsErrorKind::Validation, "the CA bundle holds no certificate");
}

/// A proxy that opens one tunnel to wherever it is asked to; returns its URL and the request for it.
fn tunnel() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("somebody comes");
        let mut head = [0; 1_024];
        let length = client.read(&mut head).expect("a request");
        let head = String::from_utf8_lossy(&head[..length]).into_owned();
        let target = head.split(' ').nth(1).expect("host and port").to_owned();
        sender.send(head).expect("the test waits");
        let mut server = TcpStream::connect(target).expect("it is there");
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("the client waits");
        let (mut from_client, mut to_server) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
        // Either side may hang up first.
        std::thread::spawn(move || _ = std::io::copy(&mut from_client, &mut to_server));
        _ = std::io::copy(&mut server, &mut client);
    });
    (url, receiver)
}

#[test]
fn tls_goes_through_a_tunnel_of_the_proxy() {
    let url = format!("https://localhost:{}", tls_server());
    let (proxy, requests) = tunnel();
    let mut options = options(&[("AWS_ENDPOINT_URL", &url), ("https_proxy", &proxy)]);
    options.ca_bundle_pem = Some(AUTHORITY.to_vec());
    let identity = quick(Aws::new(options)).get_caller_identity(&keys(&server(), "dev")).expect("trusted");
    assert_eq!(identity.arn, "arn:aws:iam::123456789012:user/tls");
    let request = requests.recv().expect("the proxy was asked");
    assert!(request.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", url.trim_start_matches("https://"))), "{request}");
}

#[test]
fn a_bundle_does_not_matter_without_tls() {
    let server = server();
    let identity = aws(&server.endpoint(), Some(b"no certificate")).get_caller_identity(&keys(&server, "dev"));
    assert!(identity.is_ok(), "{identity:?}");
}

#[test]
fn a_server_that_does_not_speak_tls() {
    let server = server();
    let url = server.endpoint().replace("http:", "https:");
    let aws = aws_at(&url, &[("AWS_MAX_ATTEMPTS", "1")]);
    let error = aws.get_caller_identity(&keys(&server, "dev")).expect_err("it was made to fail");
    assert_eq!(error.kind, AwsErrorKind::Network, "{error:?}");
}
