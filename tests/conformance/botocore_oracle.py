#!/usr/bin/env python3
"""Says what botocore would do: one JSON request a line on stdin, one JSON list of steps (or an error) a line on stdout.

A request is {"config": text, "credentials": text, "env": {...}, "profile": name or null}. Nothing goes over the network
and no process is run: what a provider would fetch is only named.
"""

import json
import os
import sys
import tempfile

import botocore.credentials as credentials
import botocore.session
from botocore import exceptions

# As the AWS CLI v2 has it; botocore alone looks at AWS_DEFAULT_PROFILE first.
PROFILE_VARIABLES = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]


class Named:
    """Stands for credentials that a provider would fetch."""

    def __init__(self, *steps):
        self.steps = list(steps)


def instead(kind, is_configured):
    def load(self):
        return Named(kind) if is_configured(self) else None

    return load


def has_container(provider):
    return provider.ENV_VAR in os.environ or provider.ENV_VAR_FULL in os.environ


def has_instance(_provider):
    return os.environ.get("AWS_EC2_METADATA_DISABLED", "false").lower() != "true"


def has_login(provider):
    profiles = provider._load_config().get("profiles", {})
    return "login_session" in profiles.get(provider._profile_name, {})


credentials.ProcessProvider.load = instead("process", lambda provider: provider._credential_process is not None)
credentials.LoginProvider.load = instead("login", has_login)
credentials.ContainerProvider.load = instead("ecs-container", has_container)
credentials.InstanceMetadataProvider.load = instead("ec2-instance-metadata", has_instance)

STATIC = {"shared-credentials-file": "static", "config-file": "static", "env": "environment"}


def steps(found):
    if isinstance(found, Named):
        return found.steps
    if found.method in STATIC:
        return [" ".join([STATIC[found.method], found.access_key] + ([found.token] if found.token else []))]
    refresh = found._refresh_using
    fetcher = getattr(refresh, "__self__", None) or refresh._refresh.__self__
    key = fetcher._create_cache_key()
    if found.method == "assume-role":
        return steps(fetcher._source_credentials) + [f"assume-role {key}"]
    kind = {"sso": "sso", "assume-role-with-web-identity": "web-identity"}[found.method]
    return [f"{kind} {key}"]


def answer(request, folder):
    paths = {}
    for name in ("config", "credentials"):
        paths[name] = os.path.join(folder, name)
        with open(paths[name], "w", encoding="utf-8") as file:
            file.write(request[name])
    os.environ.clear()
    os.environ.update(request["env"])
    os.environ.update(HOME=folder, AWS_CONFIG_FILE=paths["config"], AWS_SHARED_CREDENTIALS_FILE=paths["credentials"])
    try:
        session = botocore.session.Session(
            session_vars={"profile": (None, PROFILE_VARIABLES, None, None)}, profile=request["profile"]
        )
        found = credentials.create_credential_resolver(session).load_credentials()
    except exceptions.BotoCoreError as error:
        return {"error": type(error).__name__, "text": str(error)}
    return {"error": "none"} if found is None else {"steps": steps(found)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), folder)), flush=True)


if __name__ == "__main__":
    main()
