"""File of rejected rows: lifetime of its descriptor."""

import gc
import os
from pathlib import Path

import pytest

from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.rejects import Rejects
from backend.app.kit.output.output_file import default_file


@pytest.mark.parametrize("failed", [False, True])
def test_nothing_is_written_to_a_file_that_gets_the_descriptor_later(tmp_path: Path, failed: bool) -> None:
    """An import without rejected rows wrote the header into the database, which had been opened again meanwhile."""
    rejects = Rejects(default_file(tmp_path / "in.csv.rejected.csv"), ("id", "price"), ImportResult(rows=0))
    with pytest.raises(KeyError) if failed else rejects:
        if failed:
            with rejects:
                raise KeyError
    other = [os.open(tmp_path / f"other-{number}", os.O_RDWR | os.O_CREAT) for number in range(20)]
    del rejects
    gc.collect()
    for descriptor in other:
        os.close(descriptor)
    assert {path.stat().st_size for path in tmp_path.iterdir()} == {0}
    assert len(list(tmp_path.iterdir())) == 20
