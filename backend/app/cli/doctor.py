"""`valhalla doctor`."""

import typer

from backend.app.cli.terminal import out
from backend.app.doctor import examine
from backend.app.kit import log as logs
from backend.app.settings import load_settings

app = typer.Typer()


@app.command()
def doctor() -> None:
    """Check settings, database, migrations, disk, and whether the JSON files are in step."""
    settings = load_settings()
    logs.configure("error", settings.log_format)
    healthy = True
    for finding in examine(settings):
        healthy = healthy and finding.good
        mark = "[green]ok  [/]" if finding.good else "[red]BAD [/]"
        out.print(f"{mark} [bold]{finding.subject:<11}[/]", end="")
        out.print(finding.sentence, markup=False)
    if not healthy:
        raise typer.Exit(1)
