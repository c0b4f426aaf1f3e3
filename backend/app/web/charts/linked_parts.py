"""Parts of charts that are links to what they count. Pure functions."""

from markupsafe import Markup


def linked_part(series: int, box: tuple[float, float, float, float], link: str, text: str) -> Markup:
    """Return a rectangle in the color of a series, and over it a link with its explanation.

    `box`: x, y, width and height. The style sheet hides the links on narrow screens, where they are too small to touch.
    """
    place = Markup('x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"').format(*box)
    shape = Markup('<rect class="series-{}" {}/>').format(series, place)
    return shape + Markup('<a href="{}" aria-label="{}"><title>{}</title><rect class="hit" {}/></a>').format(
        link, text, text, place
    )
