//! Starting the program, reading its one line, stopping it as a person would.
//!
//! Not here: tests.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use sim::Api;
use sim::api::Http;

pub(crate) fn belfry(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_belfry")).args(arguments).output().unwrap()
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    let part = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", part(&output.stdout), part(&output.stderr))
}

/// The status of an answer.
pub(crate) fn status(address: &str, path: &str) -> u16 {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Api::new(Http::over(client), address).get(path).await.unwrap().status
    })
}

/// A demonstration that runs until it is stopped, or the test ends.
pub(crate) struct Demo {
    child: Child,
    pub(crate) address: String,
    pub(crate) folder: PathBuf,
}

impl Demo {
    /// Starts one in a folder and waits for its line.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_belfry"));
        command.args(["demo", "--port", "0"]).args(arguments).env("TMPDIR", folder);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("ready ").unwrap_or_else(|| panic!("not a ready line: {line:?}"));
        Self { address: address.to_owned(), child, folder: folder.into() }
    }

    /// Starts one that is kept in the folder.
    pub(crate) fn kept(folder: &Path) -> Self {
        Self::start(folder, &["--quiet-world", "--data", text(folder)])
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.folder.join("belfry.toml")
    }

    /// Ctrl-C, and the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let stopped = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        self.child.wait().unwrap().code()
    }

    /// Asks the API as a sample member.
    pub(crate) fn ask(&self, member: &str, path: &str) -> Value {
        self.call(member, path, None)
    }

    /// Asks the API, or sends it something, as a sample member.
    pub(crate) fn call(&self, member: &str, path: &str, body: Option<Value>) -> Value {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
            let api = Api::new(Http::over(client), &self.address);
            let members = api.get("/api/v1/demo/members").await.unwrap().json().unwrap();
            let members = members["items"].as_array().unwrap();
            let found = members.iter().find(|one| one["name"] == member).unwrap();
            let api = api.as_sample_member(found["id"].as_str().unwrap()).await.unwrap();
            let answer = match body {
                Some(body) => api.post(path, &body).await,
                None => api.get(path).await,
            };
            answer.unwrap().json().unwrap()
        })
    }

    /// The items a member sees, newest first.
    pub(crate) fn items(&self, member: &str) -> Vec<Value> {
        self.ask(member, "/api/v1/items?limit=100")["items"].as_array().unwrap().clone()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Already gone after `stop`; a test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The item whose title has some words.
pub(crate) fn titled<'a>(items: &'a [Value], words: &str) -> Option<&'a Value> {
    items.iter().find(|item| item["title"].as_str().unwrap().contains(words))
}
