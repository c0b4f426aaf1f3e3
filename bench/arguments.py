"""What the command lines of the bench and of the soak have in common."""

import argparse
from collections.abc import Callable

DATABASES = ("sqlite", "postgresql")


def choice(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Some of the words that are known, written with commas; in the order in which they are known."""

    def choose(text: str) -> tuple[str, ...]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return tuple(name for name in known if name in wanted)

    return choose
