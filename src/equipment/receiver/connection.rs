//! One connection to a stream: from its address to the bytes of its sound.
//!
//! Redirects and playlists are followed here. What answers with something else than sound is refused with the reason.

use std::io::Read;
use std::sync::Arc;
use std::sync::LazyLock;
use std::time::Duration;

use attohttpc::header::{CONTENT_TYPE, HeaderMap};
use attohttpc::{ErrorKind, Response};

use crate::equipment::Live;
use crate::equipment::receiver::icy::Untitled;
use crate::equipment::receiver::playlist::{self, Playlist};
use crate::library::Defect;

/// The bytes of a stream's sound, as they come; the end of them, or an error, is the end of the connection.
pub struct Connection {
    /// What the server calls it, such as `audio/mpeg`; empty where it says nothing.
    pub content: String,
    pub bytes: Bytes,
}

pub type Bytes = Box<dyn Read + Send + Sync>;

/// A playlist may name a playlist; not for ever.
const PLAYLISTS_MAX: usize = 3;
const REDIRECTS_MAX: u32 = 5;
/// Whom the system trusts to vouch for an `https://` server. Read once, by the first relay.
static TRUSTED: LazyLock<rustls_native_certs::CertificateResult> =
    LazyLock::new(rustls_native_certs::load_native_certs);
const CALLED: &str = concat!("loa/", env!("CARGO_PKG_VERSION"));

/// Connects to the stream at `address`. Gives up when nothing at all comes for `patience`, also later while it is read.
///
/// # Errors
/// Nobody answers there, or with no sound.
pub fn connect(address: &str, patience: Duration, live: &Arc<Live>) -> Result<Connection, Defect> {
    let mut address = address.to_owned();
    for _ in 0..=PLAYLISTS_MAX {
        let response = ask(&address, patience).map_err(|error| no_stream(&error))?;
        if !response.is_success() {
            return Err(Defect::StreamRefused { status: response.status().as_u16() });
        }
        let content = content_of(response.headers());
        if !playlist::is_playlist(&content) {
            return listen(response, content, live);
        }
        address = entry_of(response, &content)?;
    }
    Err(Defect::NotAStream { content: "m3u".to_owned() })
}

fn ask(address: &str, patience: Duration) -> attohttpc::Result<Response> {
    let request = attohttpc::get(address)
        .header("Icy-MetaData", "1")
        .header("User-Agent", CALLED)
        .connect_timeout(patience)
        .read_timeout(patience)
        .max_redirections(REDIRECTS_MAX);
    let known = TRUSTED.certs.iter().cloned();
    known.fold(request, attohttpc::RequestBuilder::add_root_certificate).send()
}

fn listen(response: Response, content: String, live: &Arc<Live>) -> Result<Connection, Defect> {
    if !may_be_sound(&content) {
        return Err(Defect::NotAStream { content });
    }
    let every = response.headers().get("icy-metaint").and_then(|every| every.to_str().ok()?.trim().parse().ok());
    let (_, _, stream) = response.split();
    let bytes: Bytes = match every {
        Some(every) if every > 0 => Box::new(Untitled::new(stream, every, Arc::clone(live))),
        _ => Box::new(stream),
    };
    Ok(Connection { content, bytes })
}

fn entry_of(response: Response, content: &str) -> Result<String, Defect> {
    let mut text = Vec::new();
    let (_, _, body) = response.split();
    body.take(playlist::BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(|error| Defect::NoStream { detail: error.to_string() })?;
    match playlist::read(&String::from_utf8_lossy(&text)) {
        Playlist::Entry(address) => Ok(address),
        Playlist::Pieces => Err(Defect::Unsupported { format: "hls".to_owned() }),
        Playlist::Empty => Err(Defect::NotAStream { content: content.to_owned() }),
    }
}

/// The content type, without what follows a semicolon.
fn content_of(headers: &HeaderMap) -> String {
    let written = headers.get(CONTENT_TYPE).and_then(|content| content.to_str().ok()).unwrap_or_default();
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a server may mean sound by this. What only looks like sound is found out by decoding it.
fn may_be_sound(content: &str) -> bool {
    let other = [
        "text/",
        "image/",
        "multipart/",
        "application/json",
        "application/xml",
        "application/xhtml",
        "application/pdf",
    ];
    !other.iter().any(|kind| content.starts_with(kind))
}

/// An error of the way there, in the system's words where it has some.
fn no_stream(error: &attohttpc::Error) -> Defect {
    let detail = match error.kind() {
        ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    };
    Defect::NoStream { detail }
}
