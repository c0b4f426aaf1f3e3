"""Sales with known ratio statistics: published tables, and a generated sample."""

import random

import numpy as np

from backend.app.core_gov.market.columns import Codes
from backend.app.core_gov.valuation.ratio_study.measures import Measures, measured
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.app.kit.arrays import Floats

IAAO_1_1 = """
48000/138000 28800/59250 78400/157500 39840/74400 68160/114900 94400/159000 67200/111900 56960/93000 87200/138720
38240/59700 96320/146400 67680/99000 32960/47400 50560/70500 61360/78000 47360/60000 58080/69000 47040/55500
136000/154500 103200/109500 59040/60000 168000/168000 128000/124500 132000/127500 160000/150000 160000/141000
200000/171900 184000/157500 160000/129600 157200/126000 99200/77700 200000/153000 64000/48750 192000/144000
190400/141000 65440/48000
"""
IAAO_1_4 = """
87200/138720 38240/59700 96320/146400 68610/99000 32960/47400 50560/70500 61360/78000 47360/60000 56580/69000
47040/55500 136000/154500 98000/109500 56000/60000 159100/168000 128000/124500 132000/127500 160000/150000
"""
IAAO_D_2 = """
45000/50000 100000/100000 165000/150000 180000/200000 250000/250000 330000/300000 315000/350000 400000/400000
495000/450000 450000/500000 550000/550000 660000/600000 585000/650000 700000/700000 825000/750000 1875000/2500000
"""
QUINTOS = """
37299/32900 40166/36000 56317/54000 66184/64500 69487/68000 71515/70000 75338/74000 81036/80000 85673/84900 85021/89000
90046/89000 94089/89000 100227/105900 103157/109000 108290/115000 117099/124500 115347/129900 119678/135000
131631/149000 137321/155800 143974/163500 153572/175000 148457/179000 153488/185600 165040/199900 176940/215000
192959/235000 180046/250000 200240/279000 211445/295000
"""
"""Value / price of each sale: from the Standard on Ratio Studies (IAAO, 2013), and the sample of Quintos (2020)."""


def table(text: str) -> tuple[Floats, Floats]:
    """Return the values and prices of a table."""
    values, prices = zip(*(map(float, sale.split("/")) for sale in text.split()), strict=True)
    return np.array(values), np.array(prices)


def generated(n: int = 500, seed: int = 11) -> tuple[Floats, Floats]:
    """Return slightly regressive values and prices, the same on every machine and Python version."""
    draw = random.Random(seed).random
    pairs = []
    for _ in range(n):
        true = 150_000 + 850_000 * draw() ** 2
        price = round(true * (0.8 + 0.2 * (draw() + draw())), 2)
        value = round(true * (0.9 + 0.1 * (draw() + draw())) * (true / 400_000) ** -0.05, 2)
        pairs.append((value, price))
    values, prices = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(values), np.array(prices)


def valued(n: int, seed: int = 11) -> ValuedSales:
    """Return the generated sample with days, areas of very different sizes, and intervals that are too narrow."""
    values, prices = generated(n, seed)
    rows = np.arange(n)
    return ValuedSales(
        values,
        prices,
        day=16_500 + rows % 90,
        area=np.where(rows % 50 == 0, -1, (np.sqrt(rows) % 7).astype(np.int64)),
        areas=Codes(tuple(f"9810{place}" for place in range(7))),
        intervals={50: (values * 0.97, values * 1.03), 90: (values * 0.85, values * 1.15)},
    )


ABOUT = About("somewhere")


def measures_of(values: list[float] | np.ndarray, prices: list[float] | np.ndarray) -> Measures:
    return measured(np.array(values, float), np.array(prices, float), resamples=200, seed=1)


def studied(sales: ValuedSales) -> Study:
    return study_ratios(sales, ABOUT, resamples=50)
