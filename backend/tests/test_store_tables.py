"""The tables of a store, as a process knows them that has imported nothing else."""

import subprocess
import sys


def test_every_table_of_an_archive_is_known_to_a_new_process() -> None:
    """In the process of the tests other modules have been imported, which would hide a missing one."""
    code = "from backend.app.backups.contents import tables; print(len({table.name for table in tables()}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 30
