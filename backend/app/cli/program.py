"""The command that runs this program, for commands in messages that a person types."""

import re
import shlex
import shutil
import sys
from pathlib import Path

_COMMAND = re.compile(r"`valhalla (?=[a-z-])")


def program_as_typed(*, new_shell: bool = False) -> str:
    """Return `valhalla` if it is on PATH, else the quoted path that started this program.

    With `new_shell`, the PATH of an activated virtual environment does not count: another shell lacks it.
    """
    started, on_path = Path(sys.argv[0]), shutil.which("valhalla")
    if on_path is not None and new_shell and Path(on_path).parent == Path(sys.executable).parent:
        return shlex.quote(on_path)
    if started == Path(__file__).with_name("__main__.py") and on_path is None:
        return f"{shlex.quote(sys.executable)} -m backend.app.cli"
    is_program = started.name.startswith("valhalla") and started.is_file()
    if is_program and (on_path is None or not started.samefile(on_path)):
        return shlex.quote(str(started.absolute()))
    return "valhalla"


def with_commands_as_typed(text: str) -> str:
    """Return the text with each `valhalla …` in backticks as it can be typed in this shell."""
    if "`valhalla " not in text:
        return text
    program = program_as_typed()
    return _COMMAND.sub(lambda _: f"`{program} ", text)
