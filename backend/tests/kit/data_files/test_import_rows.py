"""Keys of imported rows."""

from backend.app.kit.data_files.import_rows import ContentKeys


def test_key_depends_on_content_but_not_on_column_order() -> None:
    one, other = ContentKeys("csv"), ContentKeys("csv")
    assert one.next(("a", "b"), ["1", "2"]) == other.next(("b", "c", "a"), ["2", "", "1"])
    assert one.next(("a", "b"), ["1", "3"]) != one.next(("a", "b"), ["3", "1"])


def test_repeated_rows_are_numbered() -> None:
    keys = ContentKeys("row")
    assert [keys.next(("a",), ["1"])[-2:] for _ in range(3)] == ["_1", "_2", "_3"]
