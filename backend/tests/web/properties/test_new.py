"""The page that creates a property shows possible duplicates beforehand."""

import httpx

from backend.tests.web.properties.test_list import HOSTILE, create
from backend.tests.web.test_pages import PAGE


def duplicates(api: httpx.Client, **typed: str) -> str:
    answer = api.get("/app/properties/duplicates", params=typed, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_form_goes_to_the_api(shared_api: httpx.Client) -> None:
    page = shared_api.get("/app/properties/new", headers=PAGE).text
    assert 'data-write="POST" data-path="/core/property/properties"' in page
    assert 'name="address"' in page
    assert '<option value="ON">' in page


def test_properties_at_the_same_address_are_shown(api: httpx.Client) -> None:
    home = create(api, address="114 Elm Street", city="Hamilton", region="ON")
    parcel = create(api, address=HOSTILE, city="Seattle", region="WA", country="US", parcel="0123456-789")
    same = duplicates(api, address="114 elm st.", city="hamilton", region="ontario")
    assert f'href="/app/properties/{home}"' in same
    assert "same address" in same
    assert parcel not in same
    found = duplicates(api, parcel="0123456789", country="US", city="", region="")
    assert "same parcel number" in found
    assert "<img" not in found
    assert duplicates(api, address="115 Elm Street", city="Hamilton").strip() == ""


def test_what_is_still_being_typed_is_no_error(api: httpx.Client) -> None:
    home = create(api, address="114 Elm Street", city="Hamilton", region="ON")
    assert home in duplicates(api, address="114 Elm Street", region="Onta", postal="L8")
    for typed in ({}, {"address": ""}, {"address": " ", "city": "x"}, {"address": "\u200b"}, {"parcel": "-"}):
        assert duplicates(api, **typed).strip() == ""
    assert api.get("/app/properties/duplicates?country=FR").status_code == 400
