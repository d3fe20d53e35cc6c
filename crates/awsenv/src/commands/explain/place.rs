//! Where something was said.

use std::path::PathBuf;

use awsenv_host::Host;
use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::Provenance;
use serde_json::{Map, Value, json};

use crate::settings::Settings;

/// A place in a file, a variable, an option, or nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// `file`, `environment`, `flag`, `default`.
    origin: &'static str,
    file: Option<PathBuf>,
    line: Option<u32>,
    /// The variable's or the option's.
    name: Option<String>,
}

impl Place {
    pub(super) fn nowhere() -> Self {
        Self { origin: "default", file: None, line: None, name: None }
    }

    pub(super) fn of(sources: &SourceMap, origin: &Provenance) -> Self {
        match origin {
            Provenance::File(span) => Self::at(sources, *span),
            Provenance::Env(name) => Self { origin: "environment", name: Some(name.to_string()), ..Self::nowhere() },
            Provenance::Flag(flag) => Self { origin: "flag", name: Some((*flag).to_owned()), ..Self::nowhere() },
            Provenance::Default => Self::nowhere(),
        }
    }

    pub(super) fn at(sources: &SourceMap, span: Span) -> Self {
        let location = sources.location(span);
        Self::line(location.path.to_owned(), location.line)
    }

    pub(super) fn line(file: PathBuf, line: u32) -> Self {
        Self { origin: "file", file: Some(file), line: Some(line), name: None }
    }

    /// A setting of awsenv's own file.
    pub(super) fn of_setting(settings: &Settings, name: &str) -> Self {
        let (file, lines) = &settings.said;
        lines.get(name).map_or_else(Self::nowhere, |line| Self::line(file.clone(), *line))
    }

    /// As a person reads it.
    pub(super) fn text(&self, host: &Host) -> String {
        match (&self.file, self.line, &self.name) {
            (Some(file), Some(line), _) => format!("{}:{line}", host.pretty_path(file)),
            (_, _, Some(name)) => name.clone(),
            (_, _, None) => "by default".to_owned(),
        }
    }

    /// `file` and `line`.
    pub(super) fn file_and_line(&self) -> Map<String, Value> {
        let file = self.file.as_ref().map(|file| file.to_string_lossy());
        [("file".to_owned(), json!(file)), ("line".to_owned(), json!(self.line))].into_iter().collect()
    }

    /// `origin`, `file`, `line` and `variable`.
    pub(super) fn fields(&self) -> Map<String, Value> {
        let variable = self.name.as_ref().filter(|_| self.origin == "environment");
        let mut fields = Map::from_iter([("origin".to_owned(), json!(self.origin))]);
        fields.extend(self.file_and_line());
        fields.insert("variable".to_owned(), json!(variable));
        fields
    }
}
