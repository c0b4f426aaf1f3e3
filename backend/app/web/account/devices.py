"""Devices in words, from what browsers say they are."""

import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("OPR", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
"""Product in a user agent, and its name. Browsers also name those that they resemble, so the order matters."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return a device in words, such as `Firefox on Linux`. A program can claim to be any."""
    browser = next((name for product, name in _BROWSERS if f"{product}/" in user_agent), None)
    system = next((name for word, name in _SYSTEMS if re.search(rf"\b{word}\b", user_agent)), None)
    if browser is None and system is None:
        return "Unknown device"
    return f"{browser or 'Unknown browser'} on {system}" if system else f"{browser}"
