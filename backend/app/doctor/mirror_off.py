"""Checks where VALHALLA_MIRROR is off: JSON files that remain from an earlier time, and what their lack means."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from backend.app.doctor.data_dir import names
from backend.app.doctor.files import SUBJECT
from backend.app.doctor.findings import Finding, note
from backend.app.kit.json_mirror.mirror_note import outdated_since
from backend.app.kit.json_mirror.mirror_off import plain_files
from backend.app.store_tables import TABLES


def check(root: Path) -> Iterator[Finding]:
    sentence = "not written, because VALHALLA_MIRROR is off: without the database, only a backup has its records"
    yield note(SUBJECT, sentence, "make backups with `valhalla backup`")
    if left := plain_files(root, TABLES):
        since = outdated_since(root)
        age = f"outdated since {since}" if since else "outdated from the next start on"
        paths = shlex.join(path.relative_to(root).as_posix() for path in left)
        sentence = f"{names(left, root)}: files with records in plain text, {age}, which the service leaves alone"
        yield note("plain text", sentence, f"delete them: cd {shlex.quote(str(root))} && rm {paths}")
