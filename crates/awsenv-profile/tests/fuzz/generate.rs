//! Inputs: grammatical ones, pieces of our vectors, and both with bytes changed.

use awsenv_profile::SectionKind;
use serde_json::Value;

use crate::generator::Generator;
use crate::targets::{Input, Wanted};

/// Everything that the two grammars look at, and some things that they should not trip over.
const PIECES: [&str; 68] = [
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "  ",
    "\u{a0}",
    "\u{85}",
    "\u{2028}",
    "\u{1e}",
    "\u{c}",
    "\0",
    "\u{feff}",
    "[",
    "]",
    "\n[",
    "]\n",
    "[default]\n",
    "[DEFAULT]\n",
    "[profile ",
    "[profile a]\n",
    "[profile a]\r\n",
    "[profile  a] # c\n",
    "  [profile a]\n",
    "[profile 'a']\n",
    "[profile b]\n",
    "[profile \"a b\"]\n",
    "[profile default]\n",
    "[sso-session a]\n",
    "[services a]\n",
    "[a]\n",
    "[a b]\n",
    "# c\n",
    "; k = v\r\n",
    "#",
    " # c",
    ";",
    " ; c",
    "=",
    " = ",
    ":",
    " : ",
    "'",
    "\"",
    "\\",
    "k = v\n",
    "k = v\r\n",
    "K=w ; c\n",
    "k : v\n",
    "region = x # why\n",
    "Region",
    "s3 =\n",
    "S3=\r\n",
    "s3 = flat\n",
    "s3 = # c\n",
    "  k = v\n",
    "\tsub=w\r\n",
    "  k = # c\n",
    " more\n",
    "\n more",
    "junk\n",
    " junk\n",
    "é",
    "😀",
    "İ",
];
const STARTS: [&str; 8] = [
    "",
    "",
    "[default]\n",
    "[profile a]\n",
    "\u{feff}[profile a]\r\nk = v\r\n",
    "[a]\nk = v\n",
    "[profile a]\ns3 =\n  k = v\n",
    "[profile a]\nk = v\n  more\n",
];
const NAMES: [&str; 13] = ["a", "a", "a", "a", "a", "a", "a", "default", "a b", "new", "é", "", "a'b]"];
const KEYS: [&str; 13] = ["k", "k", "k", "k", "K", "region", "s3", "s3", "s3", "new", "a:b", "#k", "İ"];
const SUBS: [&str; 5] = ["k", "K", "sub", "new", "a:b"];
const VALUES: [&str; 14] =
    ["v", "", "a = b", "x#y", "x # y", " 'é' ", "line\nbreak", "x ; y", "[a]", "# c", "\u{a0}v", "v\u{85}", "\t", "%(k)s"];

/// Where inputs come from.
pub(crate) struct Source {
    corpus: Vec<Vec<u8>>,
}

impl Source {
    /// Begins with all the files in our vectors.
    pub(crate) fn new() -> Source {
        let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/vectors");
        let mut corpus = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
        let mut paths: Vec<_> =
            std::fs::read_dir(vectors).expect("our vectors are there").map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
            let text = std::fs::read_to_string(path).unwrap();
            collect(&serde_json::from_str(&text).unwrap(), &mut corpus);
        }
        Source { corpus }
    }

    pub(crate) fn corpus(&self) -> &[Vec<u8>] {
        &self.corpus
    }

    /// Returns the input of a seed.
    pub(crate) fn input(&self, seed: u64) -> Vec<u8> {
        let mut generator = Generator::new(seed);
        let mut data = if generator.below(4) == 0 {
            let mut data = self.corpus[generator.below(self.corpus.len())].clone();
            let extra = Input { changes: changes(&mut generator), ..Input::default() }.encode();
            data.extend(&extra[1..]);
            data
        } else {
            grammatical(&mut generator).encode()
        };
        if generator.below(3) == 0 {
            for _ in 0..=generator.below(3) {
                self.mutate(&mut data, &mut generator);
            }
        }
        data
    }

    fn mutate(&self, data: &mut Vec<u8>, generator: &mut Generator) {
        let at = generator.below(data.len() + 1);
        let end = (at + generator.below(12)).min(data.len());
        match generator.below(6) {
            0 => drop(data.drain(at..end)),
            1 => data.insert(at, generator.pick(b"\n\r\t [];#=:'\"\\ak\0\xc2\xfe\xff")),
            2 if at < data.len() => data[at] = u8::try_from(generator.below(256)).expect("below 256"),
            3 => {
                let piece = data[at..end].to_vec();
                let to = generator.below(data.len() + 1);
                data.splice(to..to, piece);
            }
            4 => data.splice(at..at, generator.pick(&PIECES).bytes()).for_each(drop),
            _ => {
                let other = &self.corpus[generator.below(self.corpus.len())];
                let from = generator.below(other.len() + 1);
                let piece = other[from..(from + generator.below(40)).min(other.len())].to_vec();
                data.splice(at..end, piece);
            }
        }
    }
}

/// Takes every text that looks like a file out of the vectors; some are lists of lines.
fn collect(value: &Value, corpus: &mut Vec<Vec<u8>>) {
    let is_file = |text: &str| text.contains('[') && (text.contains('\n') || text.contains(']'));
    match value {
        Value::String(text) if is_file(text) => corpus.push(text.as_bytes().to_vec()),
        Value::Array(lines) if lines.iter().all(Value::is_string) => {
            let text: String = lines.iter().filter_map(Value::as_str).flat_map(|line| [line, "\n"]).collect();
            if is_file(&text) {
                corpus.push(text.into_bytes());
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, corpus)),
        Value::Object(members) => members.values().for_each(|value| collect(value, corpus)),
        _ => {}
    }
}

fn grammatical(generator: &mut Generator) -> Input {
    let text = |generator: &mut Generator, most| generator.pick(&STARTS).to_owned() + &generator.text(&PIECES, most);
    let config = if generator.below(5) == 0 { String::new() } else { text(generator, 16) };
    let credentials = if generator.below(3) == 0 || config.is_empty() { text(generator, 10) } else { String::new() };
    Input { config, credentials, changes: changes(generator) }
}

fn changes(generator: &mut Generator) -> Vec<Wanted> {
    let count = generator.pick(&[1, 1, 1, 2, 2, 3, 4]);
    (0..count).map(|_| wanted(generator)).collect()
}

fn wanted(generator: &mut Generator) -> Wanted {
    let section = generator.pick(&[
        SectionKind::Profile,
        SectionKind::Profile,
        SectionKind::Profile,
        SectionKind::SsoSession,
        SectionKind::Services,
    ]);
    let key = generator.pick(&KEYS);
    let sub = (key == "s3" && generator.below(3) > 0).then(|| generator.pick(&SUBS).to_owned());
    let value = (generator.below(3) > 0).then(|| generator.pick(&VALUES).to_owned());
    Wanted { section, name: generator.pick(&NAMES).to_owned(), key: key.to_owned(), sub, value }
}
