"""Links that open a message in the reader's phone, text or mail program."""

from typing import Any
from urllib.parse import quote, urlencode


def contact_link(draft: dict[str, Any]) -> tuple[str, str] | None:
    """Return a URL and its label for a verified recipient; None if there is no program for the channel."""
    phone, email = draft.get("to_e164"), draft.get("to_email")
    match draft["channel"]:
        case "sms" if phone:
            return f"sms:{phone}?{urlencode({'body': draft['body']}, quote_via=quote)}", "Open in the phone's messages"
        case "call" if phone:
            extension = draft.get("to_extension")
            return f"tel:{phone}{f';ext={extension}' if extension else ''}", f"Call {draft['to']}"
        case "email" if email:
            fields = {"subject": draft.get("subject") or "", "body": draft["body"]}
            return f"mailto:{quote(email, safe='@')}?{urlencode(fields, quote_via=quote)}", "Open in the mail program"
    return None
