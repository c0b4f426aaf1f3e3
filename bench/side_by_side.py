"""Section `peers`: the same work by Valhalla and two public services, on the same machine at the same time.

The load alternates between each peer and Valhalla, which is the yardstick here. All services hold the same drafts,
serve the same number of connections, require a token and commit to disk before they respond.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.access.tokens import service as tokens
from bench.fill import Filled, draft_texts, fill, planned
from bench.load import ROOT, LoadFailed
from bench.measuring import Measured, check, checked_response, measure, target_of, yardstick
from bench.operations import OPERATIONS, PAGE, Operation
from bench.peers.directus import Directus
from bench.peers.django_rest import DjangoRest
from bench.peers.peer import NotRun, Peer, Place
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "peers"
OURS = "Valhalla"
INSTALLED = ROOT / "bench" / "out" / "peers"
"""Directory of installed peers, reused by later runs."""

KEYS = ("django", "directus")
_TITLES = {"list": f"list of {PAGE}, filtered", "patch": "PATCH one draft", "post": "POST one draft"}
WORK = tuple(
    replace(operation, title=_TITLES.get(operation.name, operation.title))
    for operation in OPERATIONS
    if operation.name in {"get", "list", "patch", "post"}
)


def every_peer() -> tuple[Peer, ...]:
    """Return the peers, in the order of `KEYS`."""
    return DjangoRest(), Directus()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section. `facts` receives what is found out about the peers."""

    run: Run
    records: int
    peers: tuple[str, ...]
    installed: Path
    facts: dict[str, str]

    def peers_on(self, database: str) -> list[Peer]:
        return [peer for peer in every_peer() if peer.key in self.peers and database in peer.databases]


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports if every peer runs."""
    on_each = [len(wanted.peers_on(database)) for database in wanted.run.databases]
    return len(wanted.peers) + sum(1 + peers * (1 + len(WORK)) for peers in on_each if peers)


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure each peer that runs. Record the others in the facts."""
    peers = list(_installed(wanted, reporter))
    for database in wanted.run.databases:
        if here := [peer for peer in peers if database in peer.databases]:
            yield from _Beside(wanted, BenchStore(wanted.run, database, wanted.records, "peers-"), reporter).figures(
                here
            )


def _installed(wanted: Wanted, reporter: Reporter) -> Iterator[Peer]:
    for peer in every_peer():
        if peer.key in wanted.peers:
            reporter.step(f"installing {peer.name} into {wanted.installed / peer.key}")
            try:
                version = peer.install(wanted.installed / peer.key)
            except NotRun as reason:
                wanted.facts[peer.name] = f"not run: {reason}"
            else:
                wanted.facts[peer.name] = f"{version}; {peer.settings}"
                yield peer


@dataclass(slots=True)
class _Beside:
    """Valhalla on one database, compared with each peer."""

    wanted: Wanted
    store: BenchStore
    reporter: Reporter

    def figures(self, peers: list[Peer]) -> Iterator[Figure]:
        self.reporter.step(f"{self.store.name}: filling {OURS}")
        with self.reporter.counting("records", planned(self.store.size)) as counter:
            filled = fill(self.store.settings, self.store.size, counter.advance)
        self.store.tidy()
        token = self._token()
        ours: dict[str, list[Measured]] = {}
        with serving(VALHALLA, self.store.log, READY, self.store.environment, token) as valhalla:
            theirs = [figure for peer in peers for figure in self._if_it_runs(peer, valhalla, filled, ours)]
            memory = valhalla.memory_of_all_mb()
        if theirs:
            yield from (self._our_own(operation, ours[operation.name]) for operation in WORK)
            yield self._figure(OURS, "memory", memory, "MB")
            yield self._figure(OURS, "start", valhalla.started_s, "s")
            yield from theirs

    def _token(self) -> str:
        with open_store(self.store.settings) as opened:
            return opened.db.write_now(job("bench"), tokens.create_token, "bench", "admin")

    def _if_it_runs(
        self, peer: Peer, valhalla: Server, filled: Filled, ours: dict[str, list[Measured]]
    ) -> list[Figure]:
        try:
            return list(self._beside(peer, valhalla, filled, ours))
        except (NotRun, ServerFailed, LoadFailed) as reason:
            self.wanted.facts[f"{peer.name}, {self.store.database}"] = f"not run: {str(reason)[:500]}"
            return []

    def _beside(
        self, peer: Peer, valhalla: Server, filled: Filled, ours: dict[str, list[Measured]]
    ) -> Iterator[Figure]:
        self.reporter.step(f"{self.store.name}: filling {peer.name}")
        drafts = draft_texts(self.store.size)
        with peer.serving(self._place(peer), secrets.token_hex(16), drafts) as (server, ids):
            theirs = Filled(drafts=ids)
            server.wait_until_calm()
            for own, operation in zip(WORK, peer.work, strict=True):
                self.reporter.step(f"{self.store.name}: {own.title}, {peer.name}")
                check(valhalla, own, filled)
                checked_response(server, operation, theirs)
                beside = target_of(valhalla, own, filled)
                target = target_of(server, operation, theirs)
                measured = measure(self.wanted.run, server, target, valhalla, beside)
                ours.setdefault(own.name, []).append(measured)
                yield measured.figure(SECTION, self.store, own.title, service=peer.name)
            yield self._figure(peer.name, "memory", server.memory_of_all_mb(), "MB")
            yield self._figure(peer.name, "start", server.started_s, "s")

    def _place(self, peer: Peer) -> Place:
        directory = self.store.directory / peer.key
        directory.mkdir()
        postgres = self.wanted.run.postgres
        if self.store.database == "postgresql" and postgres is not None:
            return Place(directory, postgres.new_database(f"peer_{peer.key}"))
        return Place(directory)

    def _our_own(self, operation: Operation, beside: list[Measured]) -> Figure:
        """Return Valhalla's figure: the median over the comparisons."""
        return yardstick(SECTION, self.store, beside, operation.title, service=OURS)

    def _figure(self, service: str, what: str, value: float, unit: str, **more: Any) -> Figure:
        return Figure(SECTION, self.store.database, self.store.size, what, value, unit, service=service, **more)
