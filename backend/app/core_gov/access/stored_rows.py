"""Records of stored rows."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from backend.app.kit.errors import Conflict
from backend.app.kit.fields import faults_of

M = TypeVar("M", bound=BaseModel)


def record_of_row(model: type[M], what: str, **values: Any) -> M:
    """Return the record of a row. `what` names it in the message.

    Raises Conflict if the row is not valid, which means that something else than this service wrote it.
    """
    try:
        return model(**values)
    except ValidationError as error:
        raise Conflict(f"the row of {what} in the database is not valid: {faults_of(error)[0].message}") from None
