"""Writes expected/ of the golden cases by a way of its own: fixed cells of the source files, Python's decimal.

    pip install xlrd
    python tests/golden/expected.py        # from the project folder

Amur finds the same figures by labels. Where the two differ, one of them is wrong: look before you copy.
"""
import csv
import io
import os
from decimal import ROUND_HALF_UP, Decimal, getcontext

import xlrd

getcontext().prec = 60
HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = ("ref_area counterpart_area breakdown flow time_period freq obs_value obs_value_status obs_value_bound "
           "obs_value_rounding as_stated unit_measure currency stated_growth stated_growth_status stated_growth_bound "
           "stated_growth_rounding source_ids origin_file origin_sheet origin_cell").split()


def rounded(x, places):
    """Half away from zero, without trailing zeros."""
    return plain(x.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def plain(x):
    text = f"{x:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write(case, name, header, rows):
    out = io.StringIO()
    w = csv.writer(out, lineterminator="\r\n")
    w.writerow(header)
    w.writerows(rows)
    folder = os.path.join(HERE, case, "expected")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8-sig", newline="") as f:
        f.write(out.getvalue())


def figure(base, value, growth, power, significant=False):
    """Columns of one figure from its printed value and growth."""
    if value == "-" and growth == "-":
        return None
    row = dict(base, breakdown="TOTAL")
    if value != "-":
        number = Decimal(value.replace(",", ""))
        last = Decimal(1).scaleb(number.as_tuple().exponent)
        if significant:
            last = Decimal(1).scaleb(len(str(int(number))) - len(str(int(number)).rstrip("0")))
        row.update(obs_value=plain(number.scaleb(power)), obs_value_status="A",
                   obs_value_rounding=plain((last / 2).scaleb(power)), as_stated=value)
    else:
        row.update(obs_value_status="O", as_stated="-")
    if growth != "-":
        number = Decimal(growth.strip("%+"))
        places = -number.as_tuple().exponent
        row.update(stated_growth=plain(number / 100), stated_growth_status="A",
                   stated_growth_rounding=plain(Decimal(5).scaleb(-places - 3)))
    else:
        row.update(stated_growth_status="O")
    return row


FLOWS = (("total", 1), ("export", 3), ("import", 5))


def stacked_xls():
    """Rows 5-10 in millions of dollars, rows 15-16 in hundreds of millions of yuan; columns B-G; years in A."""
    name = "trade/黑龙江省对俄进出口历年.xls"
    sheet = xlrd.open_workbook(os.path.join(HERE, "stacked-xls", "in", name)).sheet_by_index(0)

    def text(r, c):
        v = sheet.cell_value(r, c)
        return v if isinstance(v, str) else repr(v).removesuffix(".0")
    rows = []
    for r, unit, power in [(r, "USD", 6) for r in range(4, 10)] + [(r, "CNY", 8) for r in (14, 15)]:
        for flow, c in FLOWS:
            base = dict(ref_area="CN-HL", counterpart_area="RU", flow=flow, time_period=text(r, 0)[:4], freq="A",
                        unit_measure=unit, currency=unit, source_ids=text(r, 7), origin_file=name,
                        origin_sheet="历年", origin_cell=f"{'ABCDEFG'[c]}{r + 1}")
            found = figure(base, text(r, c), text(r, c + 1), power)
            if found:
                rows.append([found.get(k, "") for k in FIGURES])
    write("stacked-xls", "figures.csv", FIGURES, rows)


def period(text):
    """2022年1-3月 / 2022年4月（当月） / 2022年（全年）"""
    year, rest = text[:4], text[5:]
    if rest == "（全年）":
        return year, "A"
    if rest.endswith("（当月）"):
        return f"{year}-{int(rest[:-5]):02d}", "M"
    last = int(rest[2:-1])
    return f"{year}-01/{year}-{last:02d}", "YTD"


def gb18030_series():
    """Line 4 to 22 of the file; ten thousands of yuan; zeros at the end carry no precision."""
    name = "trade/黑龙江省进出口2022-2024.csv"
    with open(os.path.join(HERE, "gb18030-series", "in", name), encoding="gb18030", newline="") as f:
        lines = list(csv.reader(f))
    rows = []
    for at in range(3, 22):
        cells = lines[at]
        time, freq = period(cells[0])
        for flow, c in FLOWS:
            base = dict(ref_area="CN-HL", counterpart_area="W0", flow=flow, time_period=time, freq=freq, unit_measure="CNY",
                        currency="CNY", source_ids=cells[7], origin_file=name, origin_cell=f"{'ABCDEFG'[c]}{at + 1}")
            found = figure(base, cells[c], cells[c + 1], 4, significant=True)
            if found:
                rows.append([found.get(k, "") for k in FIGURES])
    write("gb18030-series", "figures.csv", FIGURES, rows)


def facts_and_rates():
    """Two amounts of 2018 and a bound of June 2019, at the mean of the daily crosses CNY/EUR ÷ USD/EUR."""
    folder = os.path.join(HERE, "facts-and-rates", "in")
    with open(os.path.join(folder, "rates/ecb.csv")) as f:
        days = [(r["Date"], Decimal(r["CNY"]) / Decimal(r["USD"])) for r in csv.DictReader(f)]

    def mean(start):
        crosses = [c.quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP) for d, c in days if d.startswith(start)]
        return (sum(crosses) / len(crosses)).quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP)
    with open(os.path.join(folder, "article/facts.csv"), encoding="utf-8-sig", newline="") as f:
        facts = list(csv.DictReader(f))
    money = ["obs_value", "obs_value_status", "obs_value_bound", "obs_value_rounding"]
    header = (["fact_id", "indicator", "label", "entity", "ref_area", "counterpart_area", "time_period", "freq"] + money
              + ["as_stated", "unit_measure", "currency", "value_text", "qualifier", "paragraph", "source_named", "note"])
    for cur in ("cny", "usd"):
        header += [f"obs_value_{cur}{end}" for end in ("", "_status", "_bound", "_rounding", "_rate", "_note")]
    header += ["origin_file", "origin_sheet", "origin_cell"]
    rows = []
    for line, f in enumerate(facts, start=2):
        if f["fact_id"] not in ("F01", "F02", "F15"):
            continue
        number, power = Decimal(f["OBS_VALUE"]), int(f["UNIT_MULT"])
        value = number.scaleb(power)
        above = f["QUALIFIER"].startswith("more than")
        half = None if above else (Decimal(1).scaleb(number.as_tuple().exponent) / 2).scaleb(power)
        bound = ">" if above else ""
        row = [f["fact_id"], f["indicator_id"], f["label"], f["entity"], f["REF_AREA"], f["COUNTERPART_AREA"],
               f["TIME_PERIOD"], f["FREQ"], plain(value), "A", bound, plain(half) if half else "",
               f"{f['OBS_VALUE']} ×10^{power} {f['CURRENCY']}", f["UNIT_MEASURE"], f["CURRENCY"], "", f["QUALIFIER"],
               f["PARAGRAPH"], f["SOURCE_NAMED"], f["NOTE"]]
        rate = mean(f["TIME_PERIOD"])
        for cur in ("CNY", "USD"):
            if cur == f["CURRENCY"]:
                row += [plain(value), "A", bound, plain(half) if half else "", "", ""]
                continue
            convert = (lambda x: x / rate) if cur == "USD" else (lambda x: x * rate)
            row += [rounded(convert(value), 8), "A", bound, rounded(convert(half), 8) if half else "",
                    f"CNY per USD {f['TIME_PERIOD']} mean of daily crosses ECB", ""]
        rows.append(row + ["article/facts.csv", "", f"I{line}"])
    write("facts-and-rates", "money.csv", header, rows)


stacked_xls()
gb18030_series()
facts_and_rates()
