"""Data of maps: the sales of all markets as dots."""

import httpx

from backend.app.bootstrap import Store
from backend.app.web.maps import views
from backend.app.web.maps.features import MapView
from backend.tests.core_gov.market.on_file import OAK, put, sale


def test_sales_of_all_markets_are_dots(store: Store) -> None:
    assert views.sales_background(store.db, MapView()).dots == []
    put(store.db, "elm", [sale(1), sale(2)])
    placed = sale(3, latitude=OAK[0], longitude=OAK[1])
    put(store.db, "oak", [placed, sale(4, latitude=None, longitude=None)], "CA")
    elm, oak = (-122.3, 47.6, 2), (-79.87, 43.25, 1)
    assert sorted(views.sales_background(store.db, MapView()).dots) == [elm, oak]
    assert views.sales_background(store.db, MapView(bounds="-123,47.4,-122,48", zoom=9)).dots == [elm]


def test_view_is_checked(shared_api: httpx.Client) -> None:
    for bounds in ("1,2,3", "10,0,-10,0", "nan,0,0,0", "0,0,1e9,0", "1..2,0,3,4"):
        answer = shared_api.get("/app/maps/sales", params={"bounds": bounds})
        assert answer.status_code == 400, bounds
    assert shared_api.get("/app/maps/sales?bounds=-200,-95,500,95&zoom=0").status_code == 200
    assert shared_api.get("/app/maps/sales?zoom=25").status_code == 400
