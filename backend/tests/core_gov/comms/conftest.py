"""A double of Twilio, and the store whose sender uses it."""

from collections.abc import Iterator

import pytest

from backend.app.settings import Settings
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders


@pytest.fixture
def twilio(store_settings: Settings) -> Iterator[Twilio]:
    """A double that `senders.toml` of the store names."""
    with twilio_double() as twilio:
        write_senders(store_settings.data_dir, twilio.url)
        yield twilio
