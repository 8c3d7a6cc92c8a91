//! `belfry import`: files sent to a node through its API.
//!
//! Not here: the formats (interop, on the node). What cannot go in is named; the rest is as the node says.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base::limits::IMPORT_BYTES_MAX;
use bytes::Bytes;
use sim::Api;
use url::form_urlencoded::Serializer;

use crate::arguments::{Import, Target};
use crate::reach;

/// Sends the files, one after the other.
pub(crate) async fn import(what: Import) -> Result<()> {
    let (path, files, to, bad_rows) = match &what {
        Import::Cap { files, to } => ("/api/v1/import/cap", files.as_slice(), to, None),
        Import::Geojson { file, to, bad_rows } => {
            ("/api/v1/import/geojson", std::slice::from_ref(file), to, Some(bad_rows.as_str()))
        }
    };
    let api = caller(to).await?;
    let path = format!("{path}?{}", terms(to, bad_rows));
    let mut failed = 0;
    for (index, file) in files.iter().enumerate() {
        if files.len() > 1 {
            eprintln!("{} of {}", index + 1, files.len());
        }
        match send(&api, &path, file).await {
            Ok(said) => print!("{said}"),
            Err(error) => {
                failed += 1;
                eprintln!("{}: {error:#}", file.display());
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} files did not go in", files.len());
    }
    Ok(())
}

/// The marking of the import, as the API takes it.
fn terms(to: &Target, bad_rows: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    let given = [
        ("tlp", to.tlp.as_deref()),
        ("organisations", to.organisations.as_deref()),
        ("communities", to.communities.as_deref()),
        ("purpose", to.purpose.as_deref()),
        ("bad_rows", bad_rows),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

async fn caller(to: &Target) -> Result<Api> {
    let api = Api::new(reach::node(&to.server, to.ca.as_deref())?, &to.server);
    if let Some(file) = &to.token_file {
        let token = std::fs::read_to_string(file);
        return api
            .with_token(&token.with_context(|| format!("cannot read the token in {}", file.display()))?);
    }
    let wanted =
        to.demo_as.as_deref().context("say who sends it: --token-file, or --demo-as on a demonstration")?;
    let members =
        api.get("/api/v1/demo/members").await?.json().context("only a demonstration knows --demo-as")?;
    let members = members["items"].as_array().context("the node lists no sample members")?;
    let named = members.iter().find(|member| member["id"] == wanted || member["name"] == wanted);
    let Some(id) = named.and_then(|member| member["id"].as_str()) else {
        let names: Vec<&str> = members.iter().filter_map(|member| member["name"].as_str()).collect();
        bail!("there is no sample member {wanted:?}; there are: {}", names.join(", "));
    };
    api.as_sample_member(id).await
}

/// Sends one file and says what became of it.
async fn send(api: &Api, path: &str, file: &Path) -> Result<String> {
    let bytes = read(file)?;
    let answer = api.post_bytes(path, "application/octet-stream", bytes).await?.json()?;
    let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
    let mut said = String::new();
    for item in list("items") {
        let _ = writeln!(said, "{}: item {}", file.display(), item.as_str().unwrap_or_default());
    }
    for note in list("notes") {
        let _ = writeln!(said, "{}: note: {}", file.display(), note.as_str().unwrap_or_default());
    }
    for row in list("refused") {
        for fault in row["faults"].as_array().into_iter().flatten() {
            let part = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
            let (row, path, what, mend) = (&row["row"], part("path"), part("what"), part("mend"));
            let _ = writeln!(said, "{}: row {row} refused: {path} {what} ({mend})", file.display());
        }
    }
    Ok(said)
}

fn read(file: &Path) -> Result<Bytes> {
    let bytes = std::fs::metadata(file).context("cannot be read")?.len();
    if bytes > IMPORT_BYTES_MAX as u64 {
        bail!("is {bytes} bytes long; the limit is {IMPORT_BYTES_MAX}: split it");
    }
    Ok(Bytes::from(std::fs::read(file).context("cannot be read")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded() {
        let to = Target {
            server: String::new(),
            ca: None,
            token_file: None,
            demo_as: None,
            tlp: Some("AMBER+STRICT".into()),
            organisations: Some("opcw,police".into()),
            communities: None,
            purpose: Some("site-security".into()),
        };
        let expect = "tlp=AMBER%2BSTRICT&organisations=opcw%2Cpolice&purpose=site-security&bad_rows=skip";
        assert_eq!(terms(&to, Some("skip")), expect);
    }
}
