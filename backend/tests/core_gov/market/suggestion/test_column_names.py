"""Names of columns in real layouts."""

import pytest

from backend.app.core_gov.market.suggestion.column_names import FIELDS, likelihood

KNOWN = {
    "price": "SALE PRICE, SalePrice, SALE_PRC1, SaleAmt, Sale Amount, NetSalePrice, ClosePrice, Prix de vente",
    "close_date": "SALE DATE, SaleDt, CloseDate, DocumentDate, SALEDATE, Date de vente, Date of Transfer, sold",
    "close_year": "Year_Sold, SALE_YR1, YrSold",
    "close_month": "Mo_Sold, SALE_MO1, MoSold",
    "parcel": "PARCEL_NUM, pin, APN, ParcelID, ParcelNumber, Folio, Matricule",
    "living_sqft": "sqft_living, Gr_Liv_Area, GROSS SQUARE FEET, TOT_LVG_AREA, char_bldg_sf, SqFtTotLiving, GLA",
    "lot_sqft": "sqft_lot, LAND SQUARE FEET, LotSizeAcres, LND_SQFOOT, Acreage, LotSz, Lot_Area",
    "basement_sqft": "sqft_basement, Total_Bsmt_SF, TotalBsmtArea",
    "beds": "bedrooms, Bedroom_AbvGr, BedroomsTotal, NumBeds, char_beds, Bdrm, Chambres",
    "baths": "bathrooms, NumBaths, BathroomsTotalInteger, Salles de bains",
    "full_baths": "Full_Bath, FullBth, BathFullCount, char_fbath, BathroomsFull",
    "half_baths": "Half_Bath, HalfBth, BathHalfCount, char_hbath, BathroomsHalf",
    "year_built": "yr_built, YEAR BUILT, ACT_YR_BLT, char_yrblt, YearConst, AYB, Ann\u00e9e de construction",
    "year_renovated": "yr_renovated, Year_Remod_Add, YrRenovated",
    "age": "Age, char_age, Building Age, Age at sale",
    "condition": "Overall_Cond, Condition, COND",
    "postal": "zipcode, ZIP CODE, PHY_ZIPCD, PostalCode, Postcode, Code postal",
    "address": "ADDRESS, PHY_ADDR1, SITEADDR, UnparsedAddress, PropertyAddress, loc_property_address, Adresse",
    "city": "City, PHY_CITY, Town, Ville, Situs City",
    "latitude": "lat, Latitude, Y_COORD, POINT_Y",
    "longitude": "long, lon, Longitude, X_COORD, POINT_X",
    "terms": "Sale_Condition, SpecialListingConditions",
}


@pytest.mark.parametrize("field", KNOWN)
def test_names_of_real_files_are_known(field: str) -> None:
    for name in KNOWN[field].split(", "):
        best = max(FIELDS, key=lambda each: likelihood(each, name))
        assert (name, best) == (name, field)
        assert likelihood(field, name) > 0.5


@pytest.mark.parametrize(
    "name",
    ["List Price per SqFt", "Assessed Value", "Owner", "Buyer Name", "Garage Area", "Sales Ratio", "Condition_1", ""],
)
def test_other_names_are_no_fields(name: str) -> None:
    assert {field: likelihood(field, name) for field in FIELDS if likelihood(field, name)} == {}
