"""Map of a property and its comparable sales: numbered points, and rings at round distances. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.app.web.properties.comps_grid import comp_id, comp_title

METERS = {"US": ("mi", 1609.344), "CA": ("km", 1000.0)}
_RADII = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_RINGS = 3


def comps_map(comparison: Mapping[str, Any], home: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the features and rings of the map; None if the property has no location."""
    subject = comparison["subject"]
    at = [subject.get("longitude"), subject.get("latitude")]
    if None in at:
        at = [home["longitude"], home["latitude"]]
    if None in at:
        return None
    comps = comparison["comps"]
    placed = [comp for comp in comps if comp["latitude"] is not None and comp["longitude"] is not None]
    distances = [comp["distance_km"] for comp in placed if comp["distance_km"] is not None]
    subject_feature = {"at": at, "title": home["address"], "kind": "subject"}
    return {
        "features": [*(_feature(comp) for comp in reversed(placed)), subject_feature],
        "rings": [{"at": at, **ring} for ring in rings(distances, home["country"])],
    }


def _feature(comp: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": [comp["longitude"], comp["latitude"]],
        "id": comp_id(comp["rank"]),
        "label": str(comp["rank"]),
        "title": f"{comp['rank']}. {comp_title(comp)}",
        "kind": "comp",
    }


def rings(distances_km: Sequence[float], country: str) -> list[dict[str, Any]]:
    """Return up to three rings, the largest around all sales: miles in the US, kilometers in Canada."""
    unit, meters = METERS.get(country, METERS["CA"])
    farthest = max(distances_km, default=0.0) * 1000 / meters
    last = next((at for at, radius in enumerate(_RADII) if radius >= farthest), len(_RADII) - 1)
    chosen = _RADII[max(last - _RINGS + 1, 0) : last + 1] if distances_km else ()
    return [{"meters": radius * meters, "label": f"{radius:g} {unit}"} for radius in chosen]
