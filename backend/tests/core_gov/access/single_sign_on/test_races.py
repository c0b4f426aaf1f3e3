"""Two callbacks at the same time, on both databases; on PostgreSQL in two services."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.single_sign_on import store as identities
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser, Office
from backend.tests.core_gov.access.single_sign_on.conftest import OpenOffice
from backend.tests.core_gov.access.single_sign_on.loopback_provider import (
    LoopbackProvider,
    ProviderHandler,
    begin,
    come_back,
    send,
)
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED
from backend.tests.harness import SOON_S
from backend.tests.promises import promise


def at_once(provider: LoopbackProvider, browsers: list[tuple[Browser, str]], *subjects: str) -> list[Any]:
    """Come back in several browsers, and let the provider answer all of them together."""
    barrier, answers, lock = threading.Barrier(len(browsers)), iter(subjects), threading.Lock()

    def respond(handler: ProviderHandler) -> None:
        with lock:
            provider.claims = DANA | {"sub": next(answers)}
            answer = provider.answer("/token", handler.form)
        barrier.wait(SOON_S)
        send(handler, json.dumps(answer).encode())

    provider.respond["/token"] = respond
    with ThreadPoolExecutor(len(browsers)) as threads:
        return list(threads.map(lambda each: come_back(each[0], provider.callback(each[1])), browsers))


def two_offices(stack: ExitStack, open_with: OpenOffice, settings: Settings) -> list[Office]:
    """Return two services on one store; twice the same on SQLite, which one process uses."""
    first = stack.enter_context(open_with(settings, **PROVISIONED))
    second = stack.enter_context(open_with(settings, **PROVISIONED)) if settings.database_url else first
    return [first, second]


@promise("Access", "Two first sign-ins of one person at the same time make one account.")
def test_two_first_sign_ins_make_one_person(
    provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings
) -> None:
    with ExitStack() as stack:
        offices = two_offices(stack, open_with, store_settings)
        browsers = [stack.enter_context(office.browser()) for office in offices]
        done = at_once(provider, [(each, begin(each)) for each in browsers], "dana", "dana")
        assert [each.status_code for each in done] == [303, 303]
        assert {each.get("/core/access/me").json()["actor"] for each in browsers} == {"dana@company.example"}
    with open_store(store_settings) as store:
        assert len(store.db.snapshot_now(people.list_people).items) == 1


def test_two_accounts_that_accept_one_invitation(
    provider: LoopbackProvider, open_with: OpenOffice, store_settings: Settings
) -> None:
    with ExitStack() as stack:
        offices = two_offices(stack, open_with, store_settings)
        secret = offices[0].invite("someone@example.com")
        browsers = [stack.enter_context(office.browser()) for office in offices]
        path = "/core/access/providers/work/sign_in"
        begun = [(each, each.post(path, {"secret": secret}).json()["location"]) for each in browsers]
        done = at_once(provider, begun, "one", "two")
        assert Counter(each.status_code for each in done) == {303: 1, 409: 1}
    with open_store(store_settings) as store:
        someone = store.db.snapshot_now(people.find_person, "someone@example.com")
        assert someone is not None
        assert len(store.db.snapshot_now(identities.of_person, someone.id)) == 1
