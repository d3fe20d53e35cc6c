//! Markdown pages whose `console` blocks are played.

/// A part of a page. The texts of all parts, one after the other, are the page.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// `<!-- % COMMAND -->` for the runner, or `<!-- $ COMMAND -->` for the shell: what readers need not see.
    Hidden {
        text: String,
        step: String,
    },
    /// The inside of a block.
    Session(String),
}

/// Cuts a page into its parts.
pub(crate) fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut in_session = false;
    for line in page.split_inclusive('\n') {
        let bare = line.trim_end();
        let step = bare.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        let step = step.filter(|step| step.starts_with(['%', '$']));
        in_session = match (in_session, bare) {
            (false, "```console") => {
                pieces.extend([Piece::Text(line.to_owned()), Piece::Session(String::new())]);
                true
            }
            (true, "```") => {
                pieces.push(Piece::Text(line.to_owned()));
                false
            }
            _ => {
                match (pieces.last_mut(), step) {
                    (_, Some(step)) => pieces.push(Piece::Hidden { text: line.to_owned(), step: step.to_owned() }),
                    (Some(Piece::Text(text) | Piece::Session(text)), None) => text.push_str(line),
                    (_, None) => pieces.push(Piece::Text(line.to_owned())),
                }
                in_session
            }
        };
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_comments_are_parts() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let runner = Piece::Hidden { text: "<!-- % clock 9 -->\n".to_owned(), step: "% clock 9".to_owned() };
        let session = Piece::Session("$ awsenv list\nPROFILE\n".to_owned());
        let page = "# T\n<!-- % clock 9 -->\na\n```console\n$ awsenv list\nPROFILE\n```\nb\n```sh\nls\n```\n";
        let after = text("```\nb\n```sh\nls\n```\n");
        assert_eq!(pieces(page), [text("# T\n"), runner, text("a\n"), text("```console\n"), session, after]);
    }
}
