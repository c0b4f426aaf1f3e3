"""Schemas of changes of an email address."""

from pydantic import ConfigDict, Field

from backend.app.core_gov.access.people.schemas import Email, PersonPatch
from backend.app.kit.fields import Fields, partial


@partial
class PersonEdit(PersonPatch):
    """Changes of a person by an admin, with the email address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "viewer"}, {"email": "dana.fox@example.com"}]})

    email: Email = Field(
        description="A new address ends the sessions of the person, and revokes links; saved views follow it"
    )


class EmailChange(Fields):
    """New email address of the person who is signed in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "dana.fox@example.com", "current": "summer in halifax"}]}
    )

    email: Email = Field(description="Address that you will sign in with, and your name in the audit trail")
    current: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        repr=False,
        description="Current password; required if you have one, and passwords are not turned off",
    )
