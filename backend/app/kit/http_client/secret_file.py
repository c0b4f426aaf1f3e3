"""Secrets in files outside the data directory, which is copied and archived."""

import os
import re
import stat
from pathlib import Path

from backend.app.kit.errors import BadInput

MAX_BYTES = 4_096
_SECRET = re.compile(r"[\x21-\x7e]{1,1000}")


def secret_path(text: str | None, beside: Path, data_dir: Path, where: str) -> Path | None:
    """Return the path of a secret as a settings file gives it, relative to the folder of that file.

    Raises BadInput, with `where` as the place in the file.
    """
    if text is None:
        return None
    try:
        path = beside / Path(text).expanduser()
    except RuntimeError:
        raise BadInput(f"{where} refers to the home directory of an unknown user; write the full path") from None
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise BadInput(f"{where} is in the data directory, which is copied and archived; keep it elsewhere")
    return path


def read_secret(path: Path, what: str) -> str:
    """Return the secret in a file. Raises BadInput if other users can read the file, or it has something else."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name != "nt" and stat.S_IMODE(mode) & stat.S_IRWXO:
                raise BadInput(f"other users can read or change {what}, {path}: chmod 600 it first")
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{what}, {path}, cannot be read: {error.strerror}") from None
    text = raw.decode("latin-1").strip()
    if len(raw) > MAX_BYTES or not _SECRET.fullmatch(text):
        raise BadInput(f"{what}, {path}, must contain only the secret, as one word of ASCII")
    return text
