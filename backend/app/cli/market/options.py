"""Options that several commands of markets have."""

from typing import Annotated

import typer

_MARKET = typer.Option("--market", metavar="NAME", help="Name of the market, such as king-county")

Market = Annotated[str, _MARKET]
OptionalMarket = Annotated[str | None, _MARKET]
