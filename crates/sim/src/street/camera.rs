//! The head of a camera that turns, as ONVIF has it: just enough of its device, media and PTZ services (SOAP 1.2) to be turned by
//! somebody who knows only the standard.
//!
//! Not here: what it films (`play`).

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Largest request, in bytes.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// Pan and tilt that it calls 1: degrees.
const PAN_DEG: f64 = 180.0;
/// It calls straight down -1 and level 1.
const TILT_DEG: f64 = 90.0;

/// Where it was told to look: degrees clockwise from its heading, and degrees below level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// To the side.
    pub pan_deg: f64,
    /// Down.
    pub down_deg: f64,
}

/// The same head for who turns it and who films with it.
pub(super) type Shared = Arc<Mutex<Head>>;

/// Where it looks.
pub(super) fn read(head: &Shared) -> Head {
    *head.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves its services on a port of this computer's choice, until its runtime ends. Gives the address.
pub(super) async fn serve(head: Shared) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let head = head.clone();
            let service = service_fn(move |request| answer(request, head.clone(), address));
            tokio::spawn(async move {
                // Who breaks off has gone; there is nobody to tell.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(connection), service)
                    .await;
            });
        }
    });
    Ok(address)
}

async fn answer(
    request: Request<Incoming>,
    head: Shared,
    address: SocketAddr,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = Limited::new(request.into_body(), REQUEST_BYTES_MAX).collect().await;
    let asked = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned()).unwrap_or_default();
    let (status, body) = match told(&asked, &head, address) {
        Some(body) => (StatusCode::OK, body),
        None => (
            StatusCode::BAD_REQUEST,
            "<s:Fault><s:Reason><s:Text>This camera does not do that.</s:Text></s:Reason></s:Fault>".into(),
        ),
    };
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>{body}</s:Body></s:Envelope>"
    );
    let mut response = Response::new(Full::new(Bytes::from(envelope)));
    *response.status_mut() = status;
    Ok(response)
}

fn told(asked: &str, head: &Shared, address: SocketAddr) -> Option<String> {
    let is = |name: &str| asked.contains(&format!("<{name} ")) || asked.contains(&format!("<{name}>"));
    let service = |name: &str| format!("<{name}><XAddr>http://{address}/onvif/service</XAddr></{name}>");
    if is("GetCapabilities") {
        Some(format!("<Capabilities>{}{}</Capabilities>", service("Media"), service("PTZ")))
    } else if is("GetProfiles") {
        Some("<Profiles token=\"street\"><PTZConfiguration/></Profiles>".into())
    } else if is("AbsoluteMove") {
        let (pan, tilt) = (number(asked, " x=\"")?, number(asked, " y=\"")?);
        let fits = (-1.0..=1.0).contains(&pan) && (-1.0..=1.0).contains(&tilt);
        let to = Head { pan_deg: pan * PAN_DEG, down_deg: (1.0 - tilt) / 2.0 * TILT_DEG };
        *head.lock().unwrap_or_else(PoisonError::into_inner) = if fits { to } else { return None };
        Some("<AbsoluteMoveResponse/>".into())
    } else if is("GetStatus") {
        let Head { pan_deg, down_deg } = read(head);
        let (pan, tilt) = (pan_deg / PAN_DEG, 1.0 - 2.0 * down_deg / TILT_DEG);
        Some(format!("<PTZStatus><Position><PanTilt x=\"{pan:.5}\" y=\"{tilt:.5}\"/></Position></PTZStatus>"))
    } else if is("GetPresets") {
        Some("<GetPresetsResponse/>".into())
    } else {
        None
    }
}

/// The first attribute of that name.
fn number(asked: &str, attribute: &str) -> Option<f64> {
    asked.split_once(attribute)?.1.split('"').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_turns_where_it_is_told_and_says_so() {
        let head = Shared::new(Mutex::new(Head { pan_deg: 0.0, down_deg: 20.0 }));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let ask = |asked: &str| told(asked, &head, address);
        let turned = "<AbsoluteMove xmlns=\"x\"><Position><PanTilt x=\"0.5\" y=\"0.0\"/><Zoom x=\"0\"/></Position></AbsoluteMove>";
        assert!(ask(turned).is_some());
        assert!(ask("<GetStatus xmlns=\"x\"/>").unwrap().contains("x=\"0.50000\" y=\"0.00000\""));
        assert!(ask(&turned.replace("0.5", "1.5")).is_none(), "beyond its stop");
        assert!(ask("<Reboot xmlns=\"x\"/>").is_none());
        assert_eq!(read(&head), Head { pan_deg: 90.0, down_deg: 45.0 });
    }
}
