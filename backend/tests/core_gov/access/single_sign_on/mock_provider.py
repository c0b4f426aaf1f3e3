"""`oidc-provider-mock` as a process of its own: a real OpenID Connect server, whose forms are followed."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from backend.tests.core_gov.access.browser import Browser
from backend.tests.harness import clean_environment, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mock_provider(*people: Mapping[str, Any]) -> Iterator[str]:
    """Run a provider that knows people by their claims, and yield its issuer."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=clean_environment(), stdout=quiet, stderr=quiet) as process:
        issuer = f"http://localhost:{port}"
        try:
            until(lambda: process.poll() is not None or _answers(issuer), "the provider starts")
            yield issuer
        finally:
            process.terminate()


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).is_success
    except httpx.TransportError:
        return False


def authorize(url: str, subject: str | None) -> str:
    """Fill in the form of the provider as a person, or refuse, and return where it sends the browser."""
    with httpx.Client(trust_env=False) as client:
        form = client.get(url)
        assert form.status_code == 200, form.text
        given = {"action": "deny"} if subject is None else {"sub": subject}
        sent = client.post(url, data=given)
        assert sent.status_code in {302, 303}, sent.text
        return sent.headers["location"]


def sign_in_at(browser: Browser, start: str, subject: str | None) -> httpx.Response:
    """Go to a provider by the link of the sign-in page, sign in there, and return the answer to the callback."""
    redirect = browser.get(start)
    assert redirect.status_code == 303, redirect.text
    return come_back(browser, redirect.headers["location"], subject)


def come_back(browser: Browser, url: str, subject: str | None) -> httpx.Response:
    """Sign in at the provider, and follow its redirect as a browser does: as a navigation from another site."""
    navigation = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    return browser.get(authorize(url, subject), headers=navigation)
