//! `fake-aws`: the server by hand. It prints what to export, and serves until it is killed.

use fake_aws::{FakeAws, World, parse_world, write_home};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: fake-aws [--port N] [--world demo|FILE.json] [--home DIR]
       fake-aws --credentials ROLE_ARN --port N

Serves STS, IAM Identity Center, sign-in, instance metadata, container credentials and
console federation on one port of 127.0.0.1, until it is killed.

  --port N          the port (default: a free one)
  --world WORLD     `demo` (the default) or a JSON file
  --home DIR        write DIR/.aws for the demo world
  --credentials ARN print credentials of a role from the server on that port, as a credential_process does
";

#[derive(Debug, Default)]
struct Arguments {
    port: u16,
    world: Option<String>,
    home: Option<PathBuf>,
    credentials: Option<String>,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            _ = io::stdout().write_all(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            _ = write!(io::stderr(), "fake-aws: {why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "fake-aws: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--port" => arguments.port = value()?.parse().map_err(|_| "`--port` needs a number".to_owned())?,
            "--world" => arguments.world = Some(value()?),
            "--home" => arguments.home = Some(PathBuf::from(value()?)),
            "--credentials" => arguments.credentials = Some(value()?),
            "-h" | "--help" => return Ok(None),
            other => return Err(format!("unknown option `{other}`")),
        }
    }
    Ok(Some(arguments))
}

fn run(arguments: &Arguments) -> io::Result<()> {
    if let Some(role) = &arguments.credentials {
        return io::stdout().write_all(fetch_credentials(arguments.port, role)?.as_bytes());
    }
    let world = match arguments.world.as_deref() {
        None | Some("demo") => World::demo(),
        Some(file) => parse_world(&std::fs::read_to_string(file)?).map_err(|why| io::Error::other(format!("{file}: {why}")))?,
    };
    let server = FakeAws::start_on(arguments.port, world)?;
    if let Some(home) = &arguments.home {
        std::fs::create_dir_all(home)?;
        write_home(&home.canonicalize()?, &server, std::env::current_exe().ok().as_deref())?;
    }
    // Whoever started us may have closed the pipe once it has read what it needs.
    _ = io::stdout().write_all(greeting(&server, arguments).as_bytes());
    loop {
        std::thread::park();
    }
}

fn greeting(server: &FakeAws, arguments: &Arguments) -> String {
    let endpoint = server.endpoint();
    let mut text = format!("export AWS_ENDPOINT_URL={endpoint}\nexport AWS_EC2_METADATA_SERVICE_ENDPOINT={endpoint}\n");
    text += &format!("export AWSENV_FEDERATION_ENDPOINT={}\n", server.federation_endpoint());
    if let Some(home) = arguments.home.as_ref().and_then(|home| home.canonicalize().ok()) {
        let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
        let aws = home.join(".aws");
        text += &format!("export HOME={}\n", quoted(&home));
        text += &format!("export AWS_CONFIG_FILE={}\n", quoted(&aws.join("config")));
        text += &format!("export AWS_SHARED_CREDENTIALS_FILE={}\n", quoted(&aws.join("credentials")));
    }
    let (container, devices) = server.world(|world| {
        let devices = world.users.iter().flat_map(|user| &user.mfa_devices).map(|device| device.serial.clone());
        (world.container.as_ref().map(|container| container.token.clone()), devices.collect::<Vec<_>>())
    });
    if let Some(token) = container {
        let uri = server.container_uri();
        text +=
            &format!("# container: export AWS_CONTAINER_CREDENTIALS_FULL_URI={uri} AWS_CONTAINER_AUTHORIZATION_TOKEN={token}\n");
    }
    for serial in devices {
        text += &format!("# MFA code: curl -s '{endpoint}/_fake/mfa?serial={serial}'\n");
    }
    text + &format!("# what was asked: curl -s {endpoint}/_fake/requests\n")
}

/// Asks a running server, without any HTTP client: the answer is the rest of the connection.
fn fetch_credentials(port: u16, role: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    write!(stream, "GET /_fake/credentials?role={role} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200 ") => Ok(format!("{body}\n")),
        _ => Err(io::Error::other("the server refused")),
    }
}
