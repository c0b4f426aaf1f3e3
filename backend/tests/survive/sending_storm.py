"""Processes that send through a Twilio that often fails, and that are killed and stopped all the time."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.core_gov.comms.delivery.schemas import DeliveryCreate
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit.db import Tx
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.comms.delivery.dying_dispatcher import POINTS
from backend.tests.core_gov.comms.delivery.texts import CTX, has_written
from backend.tests.core_gov.comms.senders.twilio_double import NUMBER, Fault, Twilio, write_senders
from backend.tests.harness import ROOT, SOON_S, clean_environment, until
from backend.tests.survive.sending_life import Life

NUMBERS = {"main-line": NUMBER, "second": "+14165550101"}
STOP_POINTS = ("claimed", "attempted", "requested", "answered")
RECIPIENTS = 200
FOR_EACH_KILL, BATCH = 10, 30
"""Messages that wait for each kill to come, and messages that are created in one unit."""
MOMENTS_S = (0.0, 0.5)
"""Range of the moment at which a process is killed from outside, after it was started."""
MOST_REQUESTS = 40_000

SERVER_ERRORS = (Fault(500), Fault(503, accepts=True), Fault(drops=True), Fault(drops=True, accepts=True))
OTHER_FAULTS = (
    *(Fault(429, 20429, headers={"retry-after": "1"}), Fault(400, 21211, "The 'To' number is not a valid number.")),
    *(Fault(delay_s=0.02), Fault(delay_s=0.1)),
)


def plan_faults(rng: random.Random) -> dict[int, Fault]:
    """Return what goes wrong with which request: an eighth of them, half with an answer that is lost or a 5xx."""
    numbers = [number for number in range(1, MOST_REQUESTS) if rng.random() < 0.125]
    return {number: rng.choice(SERVER_ERRORS if rng.random() < 0.5 else OTHER_FAULTS) for number in numbers}


@dataclass
class SendingStorm:
    """A store, a double, and processes that send. `workers`: how many at a time."""

    settings: Settings
    twilio: Twilio
    seed: int
    workers: int
    log: Path
    kills: int = 0
    stops: int = 0
    lives: int = 0
    at: Counter[str] = field(default_factory=Counter)
    interrupted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self._numbers = count(1)
        self._workers = [Worker(self, random.Random(self.rng.random()), n) for n in range(self.workers)]
        self.twilio.faults = plan_faults(self.rng)

    def prepare(self) -> None:
        """Write the senders, and store a text of each recipient: replies to them may leave at any hour."""
        for name, number in NUMBERS.items():
            write_senders(self.settings.data_dir, self.twilio.url, name, **{"from": number})
        with open_store(self.settings) as store:
            has_written(store, *map(address, range(RECIPIENTS)))

    def rage(self, kills: int) -> None:
        """Start processes until so many more were killed by each worker, in threads, while texts of people come in."""
        with open_store(self.settings) as store:
            self._fill(store, FOR_EACH_KILL * kills * self.workers)
        self._list_late()
        threads = [threading.Thread(target=self._work, args=(worker, kills)) for worker in self._workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.failures, self.failures[:3]

    def _work(self, worker: "Worker", kills: int) -> None:
        try:
            worker.work(kills)
        except Exception as error:  # noqa: BLE001 - the test's own thread fails with it
            self.failures.append(repr(error))

    def _list_late(self) -> None:
        """List what was hidden, and hide some of the newest messages."""
        newest = self.twilio.accepted[-50:]
        self.twilio.hidden = {each.sid for each in newest if self.rng.random() < 0.2}

    def _fill(self, store: Store, number: int) -> None:
        """Create messages until so many wait."""
        while store.db.snapshot_now(deliveries.count_by_state).get("waiting", 0) < number:
            made = [self._text() for _ in range(BATCH)]
            store.db.write_now(CTX, _send_all, store, made)
            self.texts.update((to, body) for to, body, _ in made)

    def _text(self) -> tuple[str, str, str]:
        """Return recipient, text and sender of a new message; some are equal to an earlier one."""
        if self.texts and self.rng.random() < 0.04:
            to, body = self.rng.choice([*self.texts])
        else:
            to, body = address(self.rng.randrange(RECIPIENTS)), f"The roof is done, part {next(self._numbers)}."
        if to in self.opted_out:
            return self._text()
        return to, body, self.rng.choice([*NUMBERS])

    def opt_out(self, to: str, sender_number: str) -> None:
        """Receive the stop word of a recipient."""
        self.opted_out.add(to)
        self.twilio.receive(to, "STOP", sender_number)

    @property
    def dead(self) -> tuple[str, ...]:
        """Names of the processes whose claims have not expired."""
        return tuple(name for worker in self._workers for name in worker.dead)

    def lost_answers(self) -> set[tuple[str, str]]:
        """Return the texts of the requests whose answer was lost, or was a 5xx."""
        asked = [(form["To"], form["Body"]) for form in self.twilio.requests]
        faults = self.twilio.faults.items()
        return {asked[n - 1] for n, fault in faults if n <= len(asked) and (fault.drops or fault.status >= 500)}


class Worker:
    """One process after another."""

    def __init__(self, storm: SendingStorm, rng: random.Random, number: int) -> None:
        self._storm, self._rng, self._number = storm, rng, number
        self._names = count(1)
        self.dead: set[str] = set()

    def work(self, kills: int) -> None:
        """Start processes until so many of them were killed."""
        killed = 0
        for _ in range(20 * kills + 20):
            if killed >= kills:
                return
            killed += self._stop_one() if self._rng.random() < 0.12 else self._kill_one()
            if self._rng.random() < 0.02:
                self._storm.opt_out(address(self._rng.randrange(RECIPIENTS)), self._rng.choice([*NUMBERS.values()]))
        raise AssertionError(f"only {killed} of {kills} processes were killed; refused: {self._storm.refused[-3:]}")

    def _kill_one(self) -> int:
        """Run a process that kills itself at a point, or is killed from outside. Return 1 if it was."""
        reads = self._rng.random() < 0.1
        point = self._rng.choice((*POINTS, "page" if reads else None, None))
        process = self._start(self._life(point, 1 if point == "page" else self._rng.randint(1, 6), reads=reads))
        return self._end(process, point, outside=point is None)

    def _stop_one(self) -> int:
        """Stop a process at a point, run another one meanwhile, continue and kill it. Return how many were killed."""
        point = self._rng.choice(STOP_POINTS)
        life = self._life(point, self._rng.randint(1, 4), stops=True)
        process = self._start(life)
        until(lambda: process.poll() is not None or is_stopped(process.pid), "the process stops or ends")
        if process.returncode is not None:
            return self._end(process, point)
        with self._storm.lock:
            self._storm.stops += 1
        killed = self._end(self._start(self._life(None)), None, outside=True)
        self.dead.add(life.name)  # it goes on, and claims more
        os.kill(process.pid, signal.SIGCONT)
        return killed + self._end(process, f"{point}, stopped", outside=True)

    def _life(self, point: str | None, passes: int = 1, *, stops: bool = False, reads: bool = False) -> Life:
        name = f"life-{self._number}-{next(self._names)}"
        dead = tuple(self.dead)
        self.dead.add(name)
        return Life(name, self._storm.settings.model_dump_json(), point, passes, stops, reads, dead)

    def _start(self, life: Life) -> "subprocess.Popen[Any]":
        command = [sys.executable, "-m", "backend.tests.survive.sending_life"]
        with self._storm.log.open("a") as log:
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
            process = preloaded.popen(command, cwd=ROOT, env=clean_environment(), text=True, **pipes)
        assert process.stdin is not None
        process.stdin.write(life.as_text())
        process.stdin.close()
        process.stdin = None
        return process

    def _end(self, process: "subprocess.Popen[Any]", point: str | None, *, outside: bool = False) -> int:
        """Wait for the end of a process, or kill it at a random moment. Return 1 if it was killed."""
        if outside:
            try:
                process.wait(self._rng.uniform(*MOMENTS_S))
            except subprocess.TimeoutExpired:
                process.kill()
        said, _ = process.communicate(timeout=SOON_S)
        killed = process.returncode == -signal.SIGKILL
        assert killed or process.returncode == 0, f"a process ended with {process.returncode}"
        with self._storm.lock:
            self._storm.lives += 1
            self._storm.kills += killed
            self._storm.at[point or "any moment"] += killed
            self._hear(said)
        return int(killed)

    def _hear(self, said: str) -> None:
        for line in said.splitlines():
            told: dict[str, list[str]] = json.loads(line)
            self._storm.interrupted.update(told.get("interrupted", ()))
            self._storm.refused += told.get("refused", ())
            self.dead -= set(told.get("expired", ()))


def address(number: int) -> str:
    return f"+1902555{number:04}"


def is_stopped(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False


def _send_all(tx: Tx, store: Store, texts: list[tuple[str, str, str]]) -> None:
    for to, body, name in texts:
        draft_id = comms.create_draft(tx, DraftCreate(to=to, body=body, status="ready")).fields["id"]
        request = DeliveryCreate(sender=name, purpose="reply")
        deliveries.send_draft(tx, draft_id, request, find_sender(store.settings, name), shipped_rules(), 0.0)
