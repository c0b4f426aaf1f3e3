"""Schemas of the property pack: accepted and refused input, and records of earlier versions."""

from typing import Any

import pytest
from pydantic import ValidationError

from backend.app.core_gov.geography.address_key import MAX_ADDRESS_KEY
from backend.app.core_gov.property.schemas import (
    CompsRequest,
    CompsResponse,
    NeighborhoodRating,
    NeighborhoodRatingCreate,
    PropertyCreate,
    PropertyPatch,
    PropertyRecord,
    RepairRentStub,
)
from backend.app.kit.fields import Record, faults_of, values_of
from backend.tests.promises import promise

TIMES = {"created_at": "2026-01-31T09:30:00Z", "updated_at": "2026-01-31T09:30:00Z"}


def faults(fields: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        PropertyCreate.model_validate({"address": "1 Main St", **fields})
    return {fault.field: fault.message for fault in faults_of(caught.value)}


def record(**fields: Any) -> PropertyRecord:
    return PropertyRecord.model_validate({"id": "pr_1", "address": "1 Main St", **TIMES, **fields})


class TestPropertyCreate:
    @promise(
        "Properties",
        "`POST /core/property/properties` creates a property (`pr_…`); address is required, country is CA (default) "
        "or US.",
    )
    def test_address_is_sufficient(self) -> None:
        made = PropertyCreate.model_validate({"address": "1 Main St"})
        assert (made.country, made.status, made.tags, made.meta) == ("CA", "tracked", [], {})

    @promise(
        "Properties",
        "`POST /core/property/properties` creates a property (`pr_…`); address is required, country is CA (default) "
        "or US.",
    )
    def test_address_is_required(self) -> None:
        with pytest.raises(ValidationError) as caught:
            PropertyCreate.model_validate({})
        assert [fault.message for fault in faults_of(caught.value)] == ["address is required"]

    @promise("Properties", "Web addresses of a listing and of photos are http or https, so a link to them is safe.")
    @pytest.mark.parametrize(
        "typed",
        [
            *("https://www.example.com/listing/114?a=1&b=2|3#map", "HTTP://a", "https://bücher.example/ä"),
            "http://photos.example:8080/114%20Elm",
        ],
    )
    def test_web_address_is_kept_as_typed(self, typed: str) -> None:
        made = PropertyCreate.model_validate({"address": "1 Main St", "listing_url": f" {typed}\n", "photos_url": None})
        assert (made.listing_url, made.photos_url) == (typed, None)

    @pytest.mark.parametrize(
        "typed",
        [
            *(
                "javascript:alert(1)",
                "JaVaScRiPt://x/%0aalert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "ftp://a/b",
            ),
            *("//a.example", "www.example.com", "https://", "https:/a", "https:// a", "https://user:secret@a.example/"),
            *("https://a.example/x y", "https://a.example/<b>", 'https://a.example/"onclick=', "https://a\u202eb/"),
            *("https://a.example\njavascript:", "java\tscript:alert(1)", "http://a:999999/", "https://a\\b/", " "),
        ],
    )
    def test_other_web_address_is_refused(self, typed: str) -> None:
        sentence = "must be a web address such as https://www.example.com/listing/114"
        assert faults({"photos_url": typed}) == {"photos_url": f"photos_url {sentence}"}

    @pytest.mark.parametrize(
        "fields",
        [
            {"beds": 0},
            {"beds": 33},
            {"baths": 0.75},
            {"baths": 2},
            {"sqft": 1180.5},
            {"lot_sqft": 0},
            {"year_built": 1608},
            {"latitude": -90, "longitude": 180},
            {"latitude": 47.5112, "longitude": -122.257},
        ],
    )
    def test_numbers_keep_their_form(self, fields: dict[str, Any]) -> None:
        made = PropertyCreate.model_validate({"address": "1 Main St", **fields})
        assert {name: repr(value) for name, value in values_of(made).items() if name in fields} == {
            name: repr(value) for name, value in fields.items()
        }

    def test_whole_float_becomes_an_int(self) -> None:
        made = PropertyCreate.model_validate({"address": "1 Main St", "beds": 3.0, "year_built": 1955.0})
        assert repr((made.beds, made.year_built)) == "(3, 1955)"

    @promise(
        "Properties",
        "The fields beds, baths, sqft, lot_sqft, year_built, latitude and longitude must be within limits.",
    )
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"beds": -1}, "beds must be greater than or equal to 0"),
            ({"beds": 2.5}, "beds must be a valid integer"),
            ({"beds": True}, "beds must be a valid integer"),
            ({"beds": "3"}, "beds must be a valid integer"),
            ({"baths": 1.3}, "baths must be a multiple of 0.25, such as 2.5"),
            ({"sqft": -0.5}, "sqft must be greater than or equal to 0"),
            ({"lot_sqft": 1e13}, "lot_sqft must be less than or equal to 1000000000000"),
            ({"year_built": 1066}, "year_built must be greater than or equal to 1600"),
            ({"year_built": 2101}, "year_built must be less than or equal to 2100"),
            (
                {"latitude": -122.25},
                "latitude must be between -90 and 90 degrees; latitude and longitude look swapped",
            ),
            ({"latitude": 200}, "latitude must be between -90 and 90 degrees"),
            ({"longitude": 180.5}, "longitude must be between -180 and 180 degrees"),
            ({"country": "MX"}, "country must be one of CA, US"),
            ({"country": "ca"}, "country must be one of CA, US"),
            ({"status": "gone"}, "status must be one of tracked, analyzing, offered, under_contract, sold, archived"),
            ({"address": " "}, "address must not be blank"),
            ({"region": "x" * 201}, "region must have at most 200 characters"),
            ({"address_key": "1 main st"}, "address_key is not a known field"),
            ({"import_key": "csv_1"}, "import_key is not a known field"),
        ],
    )
    def test_invalid_values_are_refused(self, fields: dict[str, Any], said: str) -> None:
        assert faults(fields)[next(iter(fields))] == said

    def test_patch_accepts_null_only_for_nullable_fields(self) -> None:
        assert values_of(PropertyPatch.model_validate({"beds": None})) == {"beds": None}
        with pytest.raises(ValidationError):
            PropertyPatch.model_validate({"address": None})


class TestPropertyRecord:
    def test_address_key_follows_the_address(self) -> None:
        assert record(address="12 St. Clair Avenue West").address_key == "12 st clair ave w"
        assert record(address="12 Elm St", address_key="something else").address_key == "12 elm st"

    def test_city_and_region_in_the_line_are_not_in_the_key(self) -> None:
        made = record(address="12 Elm St, Toronto, ON", city="Toronto", region="ON")
        assert made.address_key == "12 elm st"
        assert made.address == "12 Elm St, Toronto, ON"

    def test_address_without_words_has_no_key(self) -> None:
        assert record(address="# - #").address_key is None

    def test_address_key_fits_its_index(self) -> None:
        key = record(address="\ufdfa" * 500).address_key  # one letter that folds to eighteen
        assert key is not None
        assert len(key) == MAX_ADDRESS_KEY

    @pytest.mark.parametrize(
        ("country", "region", "kept"),
        [
            ("Canada", "Ontario", ("CA", "ON")),
            ("usa", "wa", ("US", "WA")),
            ("CA", "Ont.", ("CA", "ON")),
            ("CA", "Ontaro", ("CA", "Ontaro")),
            ("US", None, ("US", None)),
        ],
    )
    def test_record_of_an_earlier_version_is_valid(
        self, country: str, region: str | None, kept: tuple[str, str | None]
    ) -> None:
        made = record(country=country, region=region, postal="no code at all", latitude=1.5)
        assert (made.country, made.region) == kept
        assert made.postal == "no code at all"

    def test_stored_record_is_valid_again(self) -> None:
        made = record(region="ontario", postal="M5V 2T6", beds=3, baths=1.5, tags=["a", "a"])
        again = PropertyRecord.model_validate_json(made.doc())
        assert again.doc() == made.doc()

    @pytest.mark.parametrize("country", ["Atlantis", 1, None])
    def test_unknown_country_is_refused(self, country: object) -> None:
        with pytest.raises(ValidationError):
            record(country=country)


class TestOtherSchemas:
    @pytest.mark.parametrize("score", [0, 100, 72.5])
    def test_valid_scores(self, score: float) -> None:
        assert NeighborhoodRatingCreate.model_validate({"score": score}).score == score

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/neighborhood_rating` creates or replaces the rating: score "
        "0–100, notes, factors.",
    )
    @pytest.mark.parametrize("score", [-0.1, 100.5, "72", None, True])
    def test_invalid_scores_are_refused(self, score: object) -> None:
        with pytest.raises(ValidationError):
            NeighborhoodRatingCreate.model_validate({"score": score})

    @pytest.mark.parametrize("factors", [[], "schools", None])
    def test_factors_must_be_an_object(self, factors: object) -> None:
        with pytest.raises(ValidationError) as caught:
            NeighborhoodRatingCreate.model_validate({"score": 1, "factors": factors})
        assert faults_of(caught.value)[0].message.startswith("factors must ")

    @pytest.mark.parametrize("radius", [0, -1, 501])
    def test_invalid_radius_is_refused(self, radius: object) -> None:
        with pytest.raises(ValidationError):
            CompsRequest.model_validate({"property_id": "pr_1", "radius_km": radius})

    @pytest.mark.parametrize("model", [PropertyRecord, NeighborhoodRating, CompsResponse, RepairRentStub])
    def test_examples_are_valid_records(self, model: type[Record]) -> None:
        made = model.model_validate({**model.example, **TIMES})
        said = made.model_dump(mode="json")
        assert {name: said[name] for name in model.example} == model.example
