//! Which certificate authorities are trusted.

use aws_smithy_http_client::tls::TrustStore;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Returns the machine's own authorities, or with a bundle those and no others, as the AWS CLI does. The SDK's HTTP
/// client panics on a certificate that it cannot read, and bundles are full of odd ones, so only what it will accept is
/// passed on.
pub(crate) fn trust_store(bundle: Option<&[u8]>) -> Result<TrustStore, &'static str> {
    let Some(bundle) = bundle else { return Ok(TrustStore::default()) };
    let accepted: Vec<String> = certificates(&String::from_utf8_lossy(bundle)).filter(|text| is_authority(text)).collect();
    if accepted.is_empty() {
        return Err("the CA bundle holds no certificate that can be used");
    }
    Ok(TrustStore::empty().with_pem_certificate(accepted.concat()))
}

/// Each certificate's own lines, as a PEM text of its own; whatever stands between them is a comment.
fn certificates(bundle: &str) -> impl Iterator<Item = String> {
    let bodies = bundle.split(BEGIN).skip(1).filter_map(|part| part.split_once(END));
    bodies.map(|(body, _)| format!("{BEGIN}\n{}\n{END}\n", body.trim()))
}

fn is_authority(pem: &str) -> bool {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).flat_map(str::chars).collect();
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(body).is_ok_and(|der| RootCertStore::empty().add(CertificateDer::from(der)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISRG Root X2: a real authority, and a short one.
    const ROOT: &str = "-----BEGIN CERTIFICATE-----
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQsw
CQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2gg
R3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00
MDA5MTcxNjAwMDBaME8xCzAJBgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBT
ZWN1cml0eSBSZXNlYXJjaCBHcm91cDEVMBMGA1UEAxMMSVNSRyBSb290IFgyMHYw
EAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJSvMWSj5cz3es3mcFDR0HttwW
+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvXRdgKam7mAHf7AlF9
ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdW
tL4ndQavEi51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1
/q4AaOeMSQ+2b1tbFfLn
-----END CERTIFICATE-----
";

    #[test]
    fn takes_the_good_certificates_of_a_bundle() {
        let odd = format!("# comment\r\n{BEGIN}\nAAAA\n{END}\n{}{BEGIN}\n!\n{END}\n{BEGIN}\ncut off", ROOT.replace('\n', "\r\n"));
        for (bundle, good) in [(ROOT, true), (odd.as_str(), true), ("", false), ("no PEM", false)] {
            assert_eq!(trust_store(Some(bundle.as_bytes())).is_ok(), good, "{bundle}");
        }
        assert!(trust_store(None).is_ok());
    }

    #[test]
    fn what_it_accepts_the_http_client_accepts() {
        use aws_smithy_http_client::{Connector, tls};
        let store = trust_store(Some(ROOT.as_bytes())).expect("a good one");
        let context = tls::TlsContext::builder().with_trust_store(store).build().expect("nothing to go wrong");
        let provider = tls::Provider::rustls(tls::rustls_provider::CryptoMode::Ring);
        Connector::builder().tls_provider(provider).tls_context(context).build();
    }
}
