"""The architecture page matches the code: URL table, layer order, module names."""

import re
import tomllib

from fastapi.routing import iter_route_contexts

from backend.app.main import create_app
from backend.tests.docs.test_pages import PAGES
from backend.tests.harness import ROOT
from backend.tests.test_architecture import MAX_MODULES

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
APP = ROOT / "backend" / "app"
FOLDERS = [ROOT, APP, APP / "core_gov", APP / "kit", ROOT / "backend" / "tests"]
"""Folders that the paths of modules in the docs start from."""

FILE_NAMES = {path.name for path in (ROOT / "backend").rglob("*.py")}


# URLs


def url_table() -> dict[str, set[str]]:
    """Return the packages of each URL prefix."""
    rows = re.findall(r"^\| `(/[^`]*)` \| ([\w/`, ]+) \|", TEXT, re.MULTILINE)
    return {prefix: set(re.findall(r"[\w/]+", packages)) for prefix, packages in rows}


def prefix_of(path: str) -> str | None:
    """Return the longest prefix in the table that matches the path of a route, segment by segment."""
    found = [prefix for prefix in url_table() if f"{path}/".startswith(f"{prefix}/")]
    return max(found, key=len, default=None)


def routes() -> dict[str, set[str]]:
    """Return the packages that answer each path; none for static files."""
    found: dict[str, set[str]] = {}
    for route in iter_route_contexts(create_app().router.routes):
        assert route.path is not None
        packages = found.setdefault(route.path, set())
        if route.endpoint is not None:
            packages.add(package_of(route.endpoint.__module__))
    return found


def package_of(module: str) -> str:
    if not module.startswith("backend.app."):
        return "FastAPI"
    return module.removeprefix("backend.app.").rpartition(".")[0].replace(".", "/")


def test_url_table_names_the_package_of_every_route() -> None:
    table = url_table()
    for path, packages in routes().items():
        prefix = prefix_of(path)
        assert prefix is not None, f"no row of the table matches {path}"
        assert packages <= table[prefix], f"{path} is in {packages}, and the row {prefix} names another package"


def test_url_table_has_no_unused_row_or_package() -> None:
    found: dict[str | None, set[str]] = {}
    for path, packages in routes().items():
        found.setdefault(prefix_of(path), set()).update(packages)
    assert set(url_table()) == set(found)
    several = {prefix: packages for prefix, packages in url_table().items() if len(packages) > 1}
    assert several == {prefix: found[prefix] for prefix in several}


# Layers and modules


def layers_of(names: list[str]) -> list[set[str]]:
    """Return the packages of each layer that exist, top down."""
    layers = [{part.strip(" ()").removeprefix("core_gov.") for part in name.split("|")} for name in names]
    return [
        {
            part
            for part in layer
            if any((folder / part).is_dir() or (folder / f"{part}.py").exists() for folder in FOLDERS)
        }
        for layer in layers
    ]


def test_layer_order_is_the_one_that_import_linter_checks() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (checked,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    (paragraph,) = re.findall(r"^`main \|(?:.+\n)+", TEXT, re.MULTILINE)
    assert layers_of(re.findall(r"`([^`]+)`", paragraph)) == layers_of(checked)


def test_layout_rule_states_the_checked_limit() -> None:
    assert f"no folder has more than {MAX_MODULES} modules" in TEXT.replace("\n", " ")


def test_modules_named_in_the_docs_exist() -> None:
    missing = [
        f"{page.name}: {name}"
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for name in re.findall(r"`([\w/]+\.py)\b", page.read_text(encoding="utf-8"))
        if name not in FILE_NAMES and not any((folder / name).is_file() for folder in FOLDERS)
    ]
    assert missing == []
