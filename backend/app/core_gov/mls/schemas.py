"""State of a feed that is kept between runs."""

from pydantic import BaseModel, ConfigDict, Field


class Counts(BaseModel):
    """Counts of a run.

    `stored`, `updated`, `on_file` and `removed` are sales: new, changed, unchanged and removed. `refused` is records.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    read: int = 0
    stored: int = 0
    updated: int = 0
    on_file: int = 0
    removed: int = 0
    refused: int = 0
    requests: int = 0

    def so_far(self) -> str:
        """Return a sentence with the counts that a failed run has stored."""
        return f"{self.stored:,} new and {self.updated:,} changed sales were stored before that"

    def plus(self, **more: int) -> "Counts":
        return self.model_copy(update={name: getattr(self, name) + number for name, number in more.items()})


class FeedState(BaseModel):
    """State of the sync of a feed.

    `position` is the time from which the next request starts. `unfinished` is True from the start of a run to its end,
    and so remains True after a kill. `link`, `latest` and `begun` are for servers that return records in no order: the
    current position in the chain of links, the latest time of the chain, and when it began. `event` is the last
    EntityEventSequence. `refused_file` is the name of the file with the refused records of this run, if there are any.
    `asked` is the number of requests in each minute of the last day.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    fingerprint: str
    host: str
    position: str | None = None
    unfinished: bool = False
    unordered: bool = False
    gives_links: bool = False
    link: str | None = None
    latest: str | None = None
    begun: str | None = None
    event: int | None = None
    started_at: str | None = None
    finished_at: str | None = None
    compared_at: str | None = None
    error: str | None = None
    refused_file: str | None = None
    counts: Counts = Counts()
    asked: dict[str, int] = Field(default_factory=dict)
