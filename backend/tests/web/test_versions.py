"""Results that are kept for each version of a record."""

from backend.app.web.versions import LARGEST_KEPT, once_per_version


def test_result_is_computed_once_unless_the_record_is_large() -> None:
    seen: list[tuple[str, str]] = []

    @once_per_version
    def row(doc: str, today: str) -> str:
        seen.append((doc[:1], today))
        return doc + today

    large = "x" * LARGEST_KEPT
    assert [row("a", "1"), row("a", "1"), row("a", "2"), row(large, "1"), row(large, "1")] == [
        "a1", "a1", "a2", f"{large}1", f"{large}1",
    ]  # fmt: skip
    assert seen == [("a", "1"), ("a", "2"), ("x", "1"), ("x", "1")]
