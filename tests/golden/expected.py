"""Writes expected/ of the golden cases by a way of its own: fixed cells of the source files, Python's decimal.

    pip install openpyxl xlrd
    python tests/golden/expected.py        # from the project folder

Amur finds the same figures by labels. Where the two differ, one of them is wrong: look before you copy.
"""
import csv
import io
import os
import re
import zipfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction
from xml.etree import ElementTree

import openpyxl
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
    # A dash alone could begin a formula.
    w.writerows([["'-" if cell == "-" else cell for cell in row] for row in rows])
    folder = os.path.join(HERE, case, "expected")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8-sig", newline="") as f:
        f.write(out.getvalue())


def figure(base, value, growth, power, significant=False):
    """Columns of one figure from its printed value and growth; `-` says that there is none."""
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


def printed(cell):
    """What a cell of an openpyxl sheet shows: numbers padded to the places of their format."""
    value = cell.value
    if value is None or isinstance(value, str):
        return (value or "").strip()
    text = repr(value).removesuffix(".0")
    places = re.search(r"\.(0+)", cell.number_format)
    missing = len(places.group(1)) - len(text.partition(".")[2]) if places else 0
    return text if missing <= 0 else text + ("" if "." in text else ".") + "0" * missing


def xlsx(case, name, sheet):
    return openpyxl.load_workbook(os.path.join(HERE, case, "in", name))[sheet]


def measure(name, text, power, as_percent=False):
    """Columns of a figure and its companions; `-` and н/д are missing, 以上 is a lower bound."""
    if text in ("-", "н/д", ""):
        return {f"{name}_status": "O"}
    bound = ">" if text.endswith("以上") else ""
    forecast = text.endswith("（预计）")
    number = Decimal(text.removesuffix("以上").removesuffix("（预计）").strip("%+").replace(",", ""))
    half = Decimal(5).scaleb(number.as_tuple().exponent - 1)
    shift = -2 if as_percent else power
    return {name: plain(number.scaleb(shift)), f"{name}_status": "F" if forecast else "A", f"{name}_bound": bound,
            f"{name}_rounding": "" if bound else plain(half.scaleb(shift))}


COMPANIONS = ("", "_status", "_bound", "_rounding")
FIRST = [f"obs_value{end}" for end in COMPANIONS] + ["as_stated", "unit_measure", "currency"]
GROWTH = [f"stated_growth{end}" for end in COMPANIONS]
ORIGIN = ["origin_file", "origin_sheet", "origin_cell"]
FLOW_DIMS = "ref_area counterpart_area reporter indicator breakdown flow time_period freq".split()


def flow_rows(base, texts, growths, columns, line, power):
    """The rows of one line with three flows."""
    for at, (flow, _) in enumerate(FLOWS):
        row = dict(base, flow=flow, as_stated=texts[at], origin_cell=f"{columns[at]}{line}")
        row |= measure("obs_value", texts[at], power) | measure("stated_growth", growths[at], 0, as_percent=True)
        yield row


def table(case, name, columns, rows):
    write(case, name, columns, [[row.get(column, "") for column in columns] for row in rows])


def trade(**more):
    return dict(dict(ref_area="CN-HL", counterpart_area="RU", reporter="CN", indicator="TRADE_GOODS_VALUE",
                     breakdown="TOTAL", unit_measure="CNY", currency="CNY"), **more)


def groups_2023():
    """Rows 5-11; 亿元; row 6 is June alone; rows 7 and 8 are groups of countries."""
    name = "trade/2023年1-6月黑龙江省进出口情况.xlsx"
    sheet = xlsx("groups-2023", name, "1-6月")
    rows = []
    items = {5: {}, 6: dict(time_period="2023-06", freq="M"), 7: dict(counterpart_area="BRI", overlap="overlapping"),
             8: dict(counterpart_area="RCEP", overlap="overlapping"), 9: dict(breakdown="GENERAL"),
             10: dict(breakdown="BORDER_SMALL"), 11: dict(breakdown="PROCESSING")}
    for line, own in items.items():
        cells = [printed(sheet.cell(line, col)) for col in range(1, 9)]
        base = trade(**(dict(counterpart_area="W0", time_period="2023-01/2023-06", freq="YTD") | own),
                     source_ids=cells[7], unit_stated="亿元", origin_file=name, origin_sheet="1-6月")
        rows += flow_rows(base, cells[1:7:2], cells[2:7:2], "BDF", line, 8)
    table("groups-2023", "figures.csv", FLOW_DIMS + FIRST + GROWTH + ["source_ids", "unit_stated", "overlap"] + ORIGIN, rows)


def cumulative_ods():
    """Lines 5-14; 亿元; the share of the province belongs to the total alone. OpenDocument numbers carry no format."""
    name = "trade/对俄进出口累计.ods"
    ns = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
    tree = ElementTree.fromstring(zipfile.ZipFile(os.path.join(HERE, "cumulative-ods", "in", name)).read("content.xml"))
    rows = []
    for line, element in enumerate(list(tree.iter(ns % "table" + "table-row"))[4:14], start=5):
        cells = []
        for cell in element:
            value = cell.get(ns % "office" + "value")
            text = "".join("".join(p.itertext()) for p in cell.iter(ns % "text" + "p")).strip()
            cells.append(text if value is None else plain(Decimal(value)))
        year, last = re.fullmatch(r"(\d{4})年1-(\d+)月", cells[0]).groups()
        base = trade(time_period=f"{year}-01/{year}-{int(last):02d}", freq="YTD", source_ids=cells[8],
                     unit_stated="亿元人民币", origin_file=name, origin_sheet="对俄累计")
        for row in flow_rows(base, cells[1:7:2], cells[2:7:2], "BDF", line, 8):
            rows.append(row | measure("stated_share", cells[7] if row["flow"] == "total" else "-", 0, as_percent=True))
    share = [f"stated_share{end}" for end in COMPANIONS]
    table("cumulative-ods", "figures.csv", FLOW_DIMS + FIRST + GROWTH + share + ["source_ids", "unit_stated"] + ORIGIN, rows)


def cities_windows_1251():
    """Lines 4-20; millions of dollars, decimal commas, thousands parted by U+00A0."""
    name = "trade/Торговля_Хэйлунцзян_2011-2013.csv"
    with open(os.path.join(HERE, "cities-windows-1251", "in", name), encoding="windows-1251", newline="") as f:
        lines = list(csv.reader(f, delimiter=";"))
    areas = {"провинция Хэйлунцзян": "CN-HL", "г. Хэйхэ": "CN-HEIHE", "г. Суйфэньхэ": "CN-SUIFENHE", "г. Муданьцзян": "CN-MUDANJIANG"}
    months = "январь февраль март апрель май июнь июль".split()
    rows = []
    for line, cells in enumerate(lines, start=1):
        if cells[0] not in areas:
            continue
        words = cells[2].removesuffix(" г.").split()
        time, freq = words[-1], "A"
        if len(words) == 2:
            first, _, last = words[0].partition("-")
            start, end = (f"{words[1]}-{months.index(month) + 1:02d}" for month in (first, last or first))
            time, freq = (f"{start}/{end}", "YTD") if last else (start, "M")
        base = trade(ref_area=areas[cells[0]], counterpart_area="RU" if cells[1] == "Россия" else "W0", time_period=time, freq=freq,
                     unit_measure="USD", currency="USD", source_ids=cells[9], unit_stated="млн долл. США", origin_file=name)
        point = [text.replace("\u00a0", "").replace(" ", "").replace(",", ".") for text in cells]
        for row in flow_rows(base, point[3:9:2], point[4:9:2], "DFH", line, 6):
            rows.append(row | dict(as_stated=cells["ABCDEFGH".index(row["origin_cell"][0])]))
    table("cities-windows-1251", "figures.csv", FLOW_DIMS + FIRST + GROWTH + ["source_ids", "unit_stated"] + ORIGIN, rows)


def two_reporters():
    """Rows 5-19; 亿美元; row 8 is Russian customs."""
    name = "trade/中俄贸易历年.xlsx"
    sheet = xlsx("two-reporters", name, "中俄贸易")
    rows = []
    for line in range(5, 20):
        cells = [printed(sheet.cell(line, col)) for col in range(1, 9)]
        base = trade(ref_area="CN", reporter="RU" if line == 8 else "CN", time_period=cells[0][:4], freq="A", unit_measure="USD",
                     currency="USD", source_ids=cells[7], unit_stated="亿美元", origin_file=name, origin_sheet="中俄贸易")
        rows += flow_rows(base, cells[1:7:2], cells[2:7:2], "BDF", line, 8)
    table("two-reporters", "figures.csv", FLOW_DIMS + FIRST + GROWTH + ["source_ids", "unit_stated"] + ORIGIN, rows)


UNITS = {"亿元": ("CNY", 8), "亿元人民币": ("CNY", 8), "亿美元": ("USD", 8), "亿卢布": ("RUB", 8), "万美元": ("USD", 4),
         "个": ("PIECES", 0), "件": ("PIECES", 0), "家": ("ENTERPRISES", 0), "项": ("ITEMS", 0), "平方米": ("M2", 0),
         "人次": ("PERSON_TRIPS", 0), "万人次": ("PERSON_TRIPS", 4), "辆次": ("VEHICLE_TRIPS", 0), "艘次": ("SHIP_CALLS", 0),
         "列": ("TRAINS", 0), "TEU": ("TEU", 0), "万吨": ("T", 4), "米": ("M", 0)}


def in_unit(text, unit):
    code, power = UNITS.get(unit, ("", 0))
    return dict(unit_measure=code, currency=code if code in ("CNY", "USD", "RUB") else "", as_stated=text) | measure(
        "obs_value", text, power)


def correction_by_figure():
    """Row 4 of the first file is replaced by row 4 of the second; rows 5 and 6 of the first stand in it alone."""
    first, second = "trade/黑河片区2023年快报.xlsx", "trade/黑河片区2023年快报（更正）.xlsx"
    rows = []
    for name, released, vintage, codes in (
            (first, "2024-02-02", "P", ("TRADE_GOODS_VALUE", "FOREIGN_CAPITAL", "FOREIGN_FIRMS")),
            (second, "2024-02-26", "A", ("TRADE_GOODS_VALUE", "TRADE_BONDED_B", "RMB_SETTLEMENT", "MAIL_TRUCKS", "MAIL_ITEMS"))):
        sheet = xlsx("correction-by-figure", name, "主要指标")
        for line, code in enumerate(codes, start=4):
            cells = [printed(sheet.cell(line, col)) for col in range(1, 6)]
            row = trade(ref_area="FTZ-HEIHE", counterpart_area="W0", indicator=code, flow="total" if code.startswith("TRADE") else "_Z",
                        time_period="2023", freq="A", unit_stated=cells[1], released=released, vintage=vintage, source_ids=cells[4],
                        origin_file=name, origin_sheet="主要指标", origin_cell=f"C{line}")
            row |= in_unit(cells[2], cells[1]) | measure("stated_growth", cells[3], 0, as_percent=True)
            row |= dict(obs_value_status=vintage) | (dict(obs_value_bound=">", obs_value_rounding="") if "超过" in cells[0] else {})
            rows.append(row)
    columns = ("ref_area counterpart_area reporter indicator breakdown flow time_period freq".split() + FIRST + GROWTH
               + ["unit_stated", "released", "vintage", "source_ids"] + ORIGIN)
    table("correction-by-figure", "superseded.csv", columns, rows[:1])
    table("correction-by-figure", "figures.csv", columns, rows[1:])


def expo_editions():
    """Rows 3-12; units in the header but for the contracts; the period is the month of the opening."""
    name = "expo/中俄博览会历届情况.xlsx"
    sheet = xlsx("expo-editions", name, "历届")
    kinds = (("EXPO_COUNTRIES", "F", "个"), ("EXPO_ENTERPRISES", "G", "家"), ("EXPO_AREA", "H", "平方米"),
             ("EXPO_VISITORS", "I", "人次"), ("EXPO_AGREEMENTS", "J", "项"), ("EXPO_CONTRACTS", "K", ""))
    cities = {"哈尔滨": "CN-HRB", "叶卡捷琳堡": "RU-YEK"}
    rows = []
    for line in range(3, 13):
        at = {letter: printed(sheet[f"{letter}{line}"]) for letter in "ABCDEFGHIJKLM"}
        last = line == 12
        for code, letter, unit in kinds:
            row = dict(edition="ALL" if last else f"EXPO-{line - 2}", time_period="2014/2023" if last else at["D"][:7],
                       freq="R" if last else "M", indicator=code, year="" if last else at["B"], city=cities.get(at["C"], ""),
                       opened="" if last else at["D"], closed="" if last else at["E"], source_ids=at["M"], origin_file=name,
                       origin_sheet="历届", origin_cell=f"{letter}{line}") | in_unit(at[letter], unit or at["L"])
            if (line, code) == (7, "EXPO_VISITORS"):
                row |= dict(obs_value_status="P", obs_value_note="第三日的人数 / count of the third day / на третий день")
            rows.append(row)
    columns = (["edition", "time_period", "freq", "indicator"] + FIRST
               + ["obs_value_note", "year", "city", "opened", "closed", "source_ids"] + ORIGIN)
    table("expo-editions", "figures.csv", columns, rows)


def expo_forecast_and_final():
    """Column B holds the forecast, column C what replaced it."""
    name = "expo/中俄博览会历届情况.xlsx"
    sheet = xlsx("expo-forecast-and-final", name, "第六届预报终报")
    columns = (["edition", "time_period", "freq", "indicator"] + FIRST + ["released", "vintage", "source_ids"] + ORIGIN)
    for file, letter, released, vintage, status in (("superseded.csv", "B", "2019-05-25", "P", "F"), ("figures.csv", "C", "2019-06-19", "A", "A")):
        rows = [dict(edition="EXPO-6", time_period="2019-06", freq="M", indicator=code, released=released, vintage=vintage,
                     source_ids=printed(sheet[f"D{line}"]), origin_file=name, origin_sheet="第六届预报终报", origin_cell=f"{letter}{line}")
                | in_unit(printed(sheet[f"{letter}{line}"]), unit) | dict(obs_value_status=status)
                for line, code, unit in ((3, "EXPO_ENTERPRISES", "家"), (4, "EXPO_COUNTRIES", "个"))]
        table("expo-forecast-and-final", file, columns, rows)


def port_traffic():
    """Rows 3-10; the growth beside the cargo is its alone."""
    name = "crossings/口岸与跨境通道.xlsx"
    sheet = xlsx("port-traffic", name, "口岸运量")
    ports = {"绥芬河铁路口岸": "PORT-SUIFENHE-RAIL", "同江铁路口岸": "PORT-TONGJIANG-RAIL", "黑河口岸": "PORT-HEIHE", "黑河公路大桥": "BRIDGE-HEIHE"}
    times = {3: ("2019-01-01/2019-12-22", "R"), 4: ("2021-01-01/2021-08-25", "R"), 5: ("2023-01/2023-09", "YTD"), 6: ("2023-01/2023-09", "YTD"),
             7: ("2022-11/2025-11", "R"), 8: ("2022-01/2022-09", "YTD"), 9: ("2024", "A"), 10: ("2023", "A")}
    kinds = (("CARGO", "C", "万吨"), ("TRAINS_CE", "E", "列"), ("CONTAINERS_CE", "F", "TEU"), ("SHIPS", "G", "艘次"),
             ("VEHICLES", "H", "辆次"), ("PASSENGERS", "I", "万人次"), ("TRADE_GOODS_VALUE", "J", "亿元"))
    rows = []
    for line, (time, freq) in times.items():
        for code, letter, unit in kinds:
            text = printed(sheet[f"{letter}{line}"])
            growth = printed(sheet[f"D{line}"]) if code == "CARGO" else "-"
            rows.append(dict(ref_area=ports[printed(sheet[f"A{line}"])], time_period=time, freq=freq, indicator=code,
                             source_ids=printed(sheet[f"K{line}"]), origin_file=name, origin_sheet="口岸运量", origin_cell=f"{letter}{line}")
                        | in_unit(text, unit) | measure("stated_growth", growth, 0, as_percent=True))
    table("port-traffic", "figures.csv", ["ref_area", "time_period", "freq", "indicator"] + FIRST + GROWTH + ["source_ids"] + ORIGIN, rows)


def values_by_year_of_publication():
    """Rows 3-13; F where the row says so, for capacities before the opening, and for the length designed in 2021."""
    name = "crossings/口岸与跨境通道.xlsx"
    sheet = xlsx("values-by-year-of-publication", name, "跨境通道")
    codes = {"黑河公路大桥": "BRIDGE-HEIHE", "黑河跨境索道": "CABLEWAY-HEIHE", "同江铁路大桥": "BRIDGE-TONGJIANG"}
    kinds = (("LENGTH", "C", "米"), ("COST", "D", ""), ("PASSENGERS_CAPACITY", "F", "万人次"), ("CARGO_CAPACITY", "G", "万吨"))
    rows = []
    for line in range(3, 14):
        at = {letter: printed(sheet[f"{letter}{line}"]) for letter in "ABCDEFGHI"}
        for code, letter, unit in kinds:
            row = dict(ref_area=codes[at["A"]], counterpart_area="RU", time_period=at["B"], freq="P", indicator=code, state=at["H"],
                       source_ids=at["I"], origin_file=name, origin_sheet="跨境通道", origin_cell=f"{letter}{line}") | in_unit(at[letter], unit or at["E"])
            if at[letter] != "-" and (at["H"] in ("预计", "计划") or (code.endswith("CAPACITY") and at["H"] != "通车")):
                row |= dict(obs_value_status="F")
            if (at["A"], at["B"], code) == ("黑河跨境索道", "2021", "LENGTH"):
                row |= dict(obs_value_status="F", obs_value_note="开工时的设计长度 / length as designed, at the start of construction / проектная длина")
            rows.append(row)
    columns = ["ref_area", "counterpart_area", "time_period", "freq", "indicator"] + FIRST + ["obs_value_note", "state", "source_ids"] + ORIGIN
    table("values-by-year-of-publication", "figures.csv", columns, rows)


def derived_facts():
    """Figures that two facts give together, with the units, bounds and roundings that follow."""
    folder = os.path.join(HERE, "derived-facts", "in")
    facts = {}
    with open(os.path.join(folder, "article/facts.csv"), encoding="utf-8-sig", newline="") as f:
        everything = list(csv.DictReader(f))
        for line, fact in enumerate(everything, start=2):
            if fact["OBS_VALUE"]:
                power = int(fact["UNIT_MULT"] or 0)
                number = Decimal(fact["OBS_VALUE"])
                half = (Decimal(1).scaleb(number.as_tuple().exponent) / 2).scaleb(power)
                known = fact["QUALIFIER"] == "exact (rounded)"
                facts[fact["indicator_id"]] = dict(fact, value=number.scaleb(power), line=line,
                                                   half=half if known else None,
                                                   above=fact["QUALIFIER"].startswith("more than"))

    def named(fact):
        sign = ">" if fact["above"] else ""
        place = f"article/facts.csv ▸ I{fact['line']}"
        return f"{fact['indicator_id']} {sign}{plain(fact['value'])} {fact['UNIT_MEASURE']} ({place})"

    def row(name, of, by=None, days=None, percent=False):
        of, by = facts[of], facts[by] if by else None
        top = of["value"] * (100 if percent else 1)
        value = top / (by["value"] if by else days)
        value = value.quantize(Decimal("1e-8"), rounding=ROUND_HALF_UP)
        half = ""
        if of["half"] is not None or (by and by["half"] is not None):
            a, b = (of["half"] or 0) * (100 if percent else 1), (by["half"] or 0) if by else 0
            ends = [(top + s * a) / ((by["value"] if by else days) + t * b) for s in (-1, 1) for t in (-1, 1)]
            ends = [end.quantize(Decimal("1e-8"), rounding=ROUND_HALF_UP) for end in ends]
            half = plain(max(abs(end - value) for end in ends))
        marks = [of["OBS_STATUS"]] + ([by["OBS_STATUS"]] if by else [])
        status = "F" if "F" in marks else "D"
        bound = ">" if of["above"] else "<" if by and by["above"] else ""
        unit = "PERCENT" if percent else f"{of['UNIT_MEASURE']}/{by['UNIT_MEASURE'] if by else 'DAY'}"
        currency = "" if percent else of["CURRENCY"]
        near = [f for f in everything if f["entity"] == of["entity"] and f["indicator_id"] != "EXPO_HOST"]

        def shared(column):
            """What both facts have, and a single one has in common with another of its entity."""
            if by:
                return of[column] if of[column] == by[column] else ""
            return of[column] if sum(f[column] == of[column] for f in near) > 1 else ""
        same = [shared("REF_AREA"), shared("COUNTERPART_AREA")]
        note = f"{named(of)} ÷ {named(by) if by else f'{days} d'}"
        return ["", name, "", of["entity"], *same, of["TIME_PERIOD"], of["FREQ"], plain(value), status, bound,
                half, "", unit, currency, "", "", "", "", "", note, "article/facts.csv", "", f"I{of['line']}"]
    header = ("fact_id indicator label entity ref_area counterpart_area time_period freq obs_value obs_value_status "
              "obs_value_bound obs_value_rounding as_stated unit_measure currency value_text qualifier paragraph "
              "source_named note obs_value_note origin_file origin_sheet origin_cell").split()
    write("derived-facts", "derived.csv", header, [
        row("CABLEWAY_COST_PER_METRE", "CABLEWAY_COST", "CABLEWAY_LENGTH"),
        row("CABLEWAY_COST_PER_PASSENGER", "CABLEWAY_COST", "CABLEWAY_CAPACITY"),
        row("CABLEWAY_PASSENGERS_PER_DAY", "CABLEWAY_CAPACITY", days=365),
        row("BRIDGE_PASSENGERS_PER_METRE", "BRIDGE_PASSENGERS", "BRIDGE_LENGTH"),
        row("BRIDGE_PASSENGERS_PER_DAY", "BRIDGE_PASSENGERS", days=366),
        row("ZONE_INVESTMENT_PER_ZONE", "ZONE_INVESTMENT_CUM", "ZONE_COUNT"),
        row("ZONE_ENTERPRISES_PER_ZONE", "ZONE_ENTERPRISES", "ZONE_COUNT"),
        row("ZONE_INVESTMENT_PER_ENTERPRISE", "ZONE_INVESTMENT_CUM", "ZONE_ENTERPRISES"),
        row("ZONE_TAX_RATE", "ZONE_TAX_PAID", "ZONE_INVESTMENT_CUM", percent=True),
        row("EXPO_PEOPLE_PER_COUNTRY", "EXPO_BUSINESS_REPS", "EXPO_COUNTRIES"),
        row("EXPO_AREA_PER_PERSON", "EXPO_AREA", "EXPO_BUSINESS_REPS"),
    ])


def lines_of(case, name):
    """The lines of a CSV file of a case, with the number of each."""
    with open(os.path.join(HERE, case, "in", name), encoding="utf-8", newline="") as f:
        return list(enumerate(csv.DictReader(f), start=2))


def half_step(text):
    """Half a unit of the last printed place."""
    return Decimal(5).scaleb(Decimal(text).as_tuple().exponent - 1)


def eight(x):
    return x.quantize(Decimal("1e-8"), rounding=ROUND_HALF_UP)


def ratio(a, b):
    """The double next to a / b, in as few digits as tell it from its neighbours."""
    return plain(Decimal(repr(float(Fraction(a) / Fraction(b)))))


def amount_columns(name, text, currency):
    return {name: plain(Decimal(text)), f"{name}_status": "A", f"{name}_rounding": plain(half_step(text)),
            "as_stated": text, "unit_measure": currency, "currency": currency}


AMOUNT = [f"amount{end}" for end in COMPANIONS] + ["as_stated", "unit_measure", "currency"]


def trade_measures():
    """Aggregates of lines; every kind of added column over sums by year; months and bases of cumulated figures."""
    case = "trade-measures"
    lines = [line for _, line in lines_of(case, "trade.csv")]
    known = lambda some, column: [Decimal(line[column]) for line in some if line[column] != "-"]
    partners = sorted({line["贸易国"] for line in lines})
    rows = []
    for partner in partners:
        mine = [line for line in lines if line["贸易国"] == partner]
        figures, duties = sorted(known(mine, "金额")), known(mine, "关税")
        mark = "A" if len(figures) == len(mine) else "E"
        middle = (figures[(len(figures) - 1) // 2] + figures[len(figures) // 2]) / 2
        # Squares of doubles, added from the least on.
        squares = 0.0
        for figure in figures:
            squares += float(Fraction(figure) / Fraction(sum(figures))) ** 2
        row = dict(partner=partner, total=plain(sum(figures)), mean=rounded(sum(figures) / len(figures), 8),
                   middle=rounded(middle, 8), least=plain(figures[0]), most=plain(figures[-1]),
                   duty=plain(sum(duties)), figures=len(figures), lines=len(mine),
                   flows=len({line["流向"] for line in mine}), squares=plain(Decimal(repr(squares))))
        row |= {f"{name}_status": mark for name in "total mean middle least most squares".split()} | dict(duty_status="A" if len(duties) == len(mine) else "E")
        rows.append(row)
    marked = "total mean middle least most duty".split()
    columns = ["partner"] + [name + end for name in marked for end in ("", "_status")]
    table(case, "aggregates.csv", columns + ["figures", "lines", "flows", "squares", "squares_status"], rows)
    yearly(case, lines, partners)
    months(case)
    seasonal(case)


def seasonal(case):
    """January and February are one season; growth is against the same season a year earlier."""
    sums = {}
    for _, line in lines_of(case, "days.csv"):
        year, month, _ = line["日期"].split("-")
        season = f"{year}-01/{year}-02" if month in ("01", "02") else f"{year}-{month}"
        sums[season] = sums.get(season, 0) + Decimal(line["金额"])
    rows = []
    for season, value in sorted(sums.items()):
        before = season.replace("2023", "2022")
        row = dict(season=season, value=plain(value), value_status="A")
        if before == season:
            row["growth_status"] = f"no base: {season.replace('2022', '2021')} not published"
        else:
            row["growth"] = ratio(value - sums[before], sums[before])
        rows.append(row)
    table(case, "seasonal.csv", ["season", "value", "value_status", "growth", "growth_status", "growth_rounding"], rows)


# Added figures have a note beside their status; ratios say in their status why there is none.
NOTED = ("increase_note", "index_2018_note", "mean_of_2_note", "so_far_note")


def yearly(case, lines, partners):
    years = sorted({line["年份"] for line in lines})
    sums, marks = {}, {}
    for year in years:
        for partner in partners:
            mine = [line["金额"] for line in lines if (line["年份"], line["贸易国"]) == (year, partner)]
            figures = [Decimal(text) for text in mine if text != "-"]
            if mine:
                sums[int(year), partner] = sum(figures) if figures else None
                marks[int(year), partner] = "O" if not figures else "A" if len(figures) == len(mine) else "E"
    # The whole of a year in which a partner has no figure is known for shares only: of what there is.
    whole = {int(year): sum(value for (at, _), value in sums.items() if at == int(year) and value is not None) for year in years}
    complete = {int(year): all(value is not None for (at, _), value in sums.items() if at == int(year)) for year in years}
    rows = []
    for (year, partner), value in sums.items():
        if value is None:
            none = {f"{name}_{'note' if name + '_note' in NOTED else 'status'}": "no value" for name in ("growth", "increase", "points", "index_2018", "yearly_rate")}
            rows.append(dict(time_period=year, partner=partner, value_status="O", increase_status="O", index_2018_status="O",
                             mean_of_2_status="O", mean_of_2_note=f"{year}: no value", so_far_status="O", so_far_note=f"{year}: no value") | none)
            continue
        row = dict(time_period=year, partner=partner, value=plain(value), value_status=marks[year, partner],
                   share=ratio(value, whole[year]), thirds=plain(value * 3))
        row["place"] = 1 + sum(other > value for (at, _), other in sums.items() if at == year and other is not None)

        def status(*parts):
            return "E" if "E" in parts else "A"
        base, why = sums.get((year - 1, partner)), f"{year - 1}: no value" if (year - 1, partner) in sums else f"{year - 1} not published"
        gap = f"no base: {why}"
        if base is None:
            row |= dict(growth_status=gap, increase_status="O", increase_note=gap, points_status=gap)
            row |= dict(mean_of_2_status="O", mean_of_2_note=why)
        else:
            mark = status(marks[year, partner], marks[year - 1, partner])
            row |= dict(increase=plain(value - base), increase_status=mark)
            row |= dict(points=ratio(value - base, whole[year - 1])) if complete[year - 1] else dict(
                points_status=f"no base: the whole of {year - 1}: no value")
            row |= dict(growth=ratio(value - base, base)) if base else dict(growth_status=f"base {year - 1} is zero")
            row |= dict(mean_of_2=rounded((value + base) / 2, 8), mean_of_2_status=mark)
        first, gap = sums.get((2018, partner)), "no base: 2018 not published"
        if first is None:
            row |= dict(index_2018_status="O", index_2018_note=gap, yearly_rate_status=gap)
        else:
            row |= dict(index_2018=rounded(100 * value / first, 8), index_2018_status=marks[year, partner])
            if year == 2018:
                row |= dict(yearly_rate_status="no year since 2018")
            else:
                power = (value / first) ** (Decimal(1) / (year - 2018)) - 1
                row |= dict(yearly_rate=rounded(power, 12))
        so_far = [at for at in range(2018, year + 1) if (at, partner) in sums]
        missing = next((at for at in range(so_far[0], year) if at not in so_far or sums[at, partner] is None), None)
        if missing:
            row |= dict(so_far_status="O", so_far_note=f"{missing}: no value" if missing in so_far else f"{missing} not published")
        else:
            row |= dict(so_far=plain(sum(sums[at, partner] for at in so_far)),
                        so_far_status=status(*(marks[at, partner] for at in so_far)))
        rows.append(row)
    for row in rows:
        year = int(row["time_period"])
        known = sorted((value for at, value in sums.items() if at[0] == year and value is not None), reverse=True)
        listed = [other for other in rows if other["time_period"] == row["time_period"]]
        equal = [other for other in listed if row.get("value") and other.get("value") == row["value"]]
        empty = f", {len(listed) - len(known)} of {len(listed)} rows empty" if len(listed) > len(known) else ""
        row |= dict(largest_2=ratio(sum(known[:2]), sum(known)), place_ties=str(len(equal)) if len(equal) > 1 else "",
                    largest_2_note=f"{min(2, len(known))} of {len(known)} figures{empty}")
    columns = ["time_period", "partner", "value", "value_status", "growth", "growth_status", "growth_rounding"]
    columns += ["increase", "increase_status", "increase_note", "points", "points_status"]
    columns += [name + end for name in ("index_2018", "mean_of_2") for end in ("", "_status", "_note")]
    columns += ["yearly_rate", "yearly_rate_status", "so_far", "so_far_status", "so_far_note", "share", "place", "place_ties",
                "largest_2", "largest_2_note", "thirds"]
    table(case, "yearly.csv", columns, rows)


def months(case):
    """A month is the difference of neighbours; a base is level over 1 + growth, between the ends of both roundings."""
    lines = lines_of(case, "ytd.csv")
    spans = {}
    for _, line in lines:
        text = line["时期"].removeprefix("2023年").removesuffix("月")
        first, _, last = text.rpartition("-")
        if first or last == "1":
            spans[int(last)] = line["金额"]
    rows = []
    for number, line in lines:
        text = line["时期"].removeprefix("2023年").removesuffix("月")
        first, _, last = text.rpartition("-")
        month, value = int(last), Decimal(line["金额"])
        name = f"2023-{month:02d}"
        growth, off = Decimal(line["同比"]) / 100, half_step(line["同比"]) / 100
        row = amount_columns("amount", line["金额"], line["币种"])
        row |= dict(time_period=f"2023-01/{name}" if first else name, freq="YTD" if first else "M", stated=plain(growth),
                    stated_status="A", stated_rounding=plain(off), origin_file="ytd.csv", origin_cell=f"B{number}")
        if not first and month > 1:
            row |= dict(month_status="O", month_note=f"{name} is no year-to-date period")
        elif month > 1 and month - 1 not in spans:
            row |= dict(month_status="O", month_note=f"no base: 2023-01/2023-{month - 1:02d} not published", month_period=name)
        else:
            before = spans.get(month - 1)
            part, width = value - Decimal(before or 0), half_step(line["金额"]) + (half_step(before) if before else 0)
            row |= dict(month=plain(part), month_status="A", month_rounding=plain(width), month_period=name)
            single = [other for _, other in lines if other["时期"] == f"2023年{month}月"]
            for other in single:
                if abs(Decimal(other["金额"]) - part) > width + half_step(other["金额"]):
                    row |= dict(month_note=f"{name} published as {plain(Decimal(other['金额']))}")
        if growth == -1:
            row |= dict(base_status="O", base_note="a fall of 100 % has no base")
        else:
            base, half = eight(value / (1 + growth)), half_step(line["金额"])
            ends = [eight((value + s * half) / (1 + growth + t * off)) for s in (-1, 1) for t in (-1, 1)]
            row |= dict(base=plain(base), base_status="D", base_rounding=plain(max(abs(end - base) for end in ends)),
                        base_low=plain(min(ends)), base_high=plain(max(ends)))
        rows.append(row)
    columns = ["time_period", "freq"] + AMOUNT + [f"stated{end}" for end in COMPANIONS]
    columns += ["month", "month_status", "month_rounding", "month_note", "month_period"]
    columns += [f"base{end}" for end in COMPANIONS] + ["base_note", "base_low", "base_high"] + ORIGIN
    table(case, "months.csv", columns, rows)


# What one unit of is quoted: the heavier currency of a pair.
HEAVIER = ["USD", "CNY", "RUB"]


def pair_of(one, other, base=None):
    """The lighter and the heavier of a pair; where a file prints units of its base for the other, that way round."""
    if base in (one, other):
        return base, other if base == one else one
    heavy, light = sorted((one, other), key=HEAVIER.index)
    return light, heavy


def twelve(x):
    return x.quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP)


def converted(row, name, text, currency, target, rate, said, base=None):
    """An amount and its rounding in another currency, by so many units of the lighter for one of the heavier."""
    to = f"{name}_{target.lower()}"
    light, heavy = pair_of(currency, target, base)
    row[f"{to}_status"] = "A"
    for end, value in (("", Decimal(text)), ("_rounding", half_step(text))):
        if currency != target:
            value = eight(value / rate) if currency == light else eight(value * rate)
        row[to + end] = plain(value)
    if currency != target:
        row[f"{to}_rate"] = f"{light} per {heavy} {said}"


def in_currency(name, target):
    return [f"{name}_{target}{end}" for end in (*COMPANIONS, "_rate", "_note")]


def quotations(case, column):
    """Daily rates: units of the base for one of the currency, by currency and day."""
    rates = {}
    for _, line in lines_of(case, "rates/plain.csv"):
        rates.setdefault(line["currency"], {})[date.fromisoformat(line["date"])] = Decimal(line[column])
    return rates


def cross(rates, base, light, heavy, day):
    """So many of the light for one of the heavy, by the base of the quotations."""
    worth = lambda currency: Decimal(1) if currency == base else rates[currency][day]
    return twelve(worth(heavy) / worth(light))


def day_before(rates, currencies, day):
    """The last day with a rate of all, at most seven days back."""
    days = (day - timedelta(days=back) for back in range(8))
    return next((at for at in days if all(at in rates[currency] for currency in currencies)), None)


def conversion_methods():
    """By the rate of the day or of the last day before, by the mean of the daily crosses, fixed, and stated by a text."""
    case = "conversion-methods"
    rates = quotations(case, "usd_per_unit")
    rows = []
    for number, line in lines_of(case, "days.csv"):
        day = date.fromisoformat(line["日期"])
        row = amount_columns("amount", line["金额"], line["币种"]) | dict(day=line["日期"], origin_file="days.csv", origin_cell=f"B{number}")
        for target in ("USD", "CNY"):
            light, heavy = pair_of(line["币种"], target, "USD")
            at = day_before(rates, [c for c in (light, heavy) if c != "USD"], day)
            if at is None:
                row[f"amount_{target.lower()}_status"] = "M"
            else:
                converted(row, "amount", line["金额"], line["币种"], target, cross(rates, "USD", light, heavy, at), f"{day} daily plain",
                          "USD")
        rows.append(row)
    table(case, "daily.csv", ["day"] + AMOUNT + in_currency("amount", "usd") + in_currency("amount", "cny") + ORIGIN, rows)
    averages(case, rates)
    named = lines_of(case, "stated.csv")
    [stated] = [Decimal(line["金额"]) for _, line in named if line["名称"] == "汇率"]
    for name, rate, said in (("fixed.csv", Decimal(7), "2018 fixed pipeline"), ("stated.csv", stated, "2018 stated named")):
        rows = []
        for number, line in named:
            if line["名称"] != "汇率":
                row = amount_columns("amount", line["金额"], line["币种"])
                row |= dict(name=line["名称"], time_period="2018", freq="A", origin_file="stated.csv", origin_cell=f"C{number}")
                for target in ("USD", "CNY"):
                    converted(row, "amount", line["金额"], line["币种"], target, rate, said)
                rows.append(row)
        columns = ["name", "time_period", "freq"] + AMOUNT + in_currency("amount", "usd") + in_currency("amount", "cny")
        table(case, name, columns + ORIGIN, rows)


def averages(case, rates):
    """Means of the daily crosses; the note tells how many days of business of the series have a rate."""
    spans = {"2021年1月": ("2021-01", "M", 1, 1), "2021年2月": ("2021-02", "M", 2, 2), "2021年1-2月": ("2021-01/2021-02", "YTD", 1, 2),
             "2021年第一季度": ("2021-Q1", "Q", 1, 3), "2021年": ("2021", "A", 1, 12)}
    rows = []
    for number, line in lines_of(case, "periods.csv"):
        period, freq, first, last = spans[line["时期"]]
        series = rates[line["币种"]]
        days = sorted(day for day in series if first <= day.month <= last)
        crosses = [cross(rates, "USD", line["币种"], "USD", day) for day in days]
        begin = max(date(2021, first, 1), min(series))
        end = min(date(2021 + last // 12, last % 12 + 1, 1) - timedelta(days=1), max(series))
        business = sum((begin + timedelta(days=on)).weekday() < 5 for on in range((end - begin).days + 1))
        notes = [f"{len(days)} of {business} days"] if len(days) < business else []
        notes += [f"rates begin on {min(series)}"] if min(series) > date(2021, first, 1) else []
        notes += [f"rates end on {max(series)}"] if end == max(series) else []
        row = amount_columns("amount", line["金额"], line["币种"])
        row |= dict(time_period=period, freq=freq, amount_usd_note="; ".join(notes), origin_file="periods.csv", origin_cell=f"B{number}")
        converted(row, "amount", line["金额"], line["币种"], "USD", twelve(sum(crosses) / len(crosses)), f"{period} mean of daily crosses plain")
        rows.append(row)
    table(case, "average.csv", ["time_period", "freq"] + AMOUNT + in_currency("amount", "usd") + ORIGIN, rows)


def joined_tables():
    """Two tables united in two ways; joined with a third; flows beside each other; rows derived; a query."""
    case = "joined-tables"

    def of(name):
        rows = []
        for number, line in lines_of(case, f"{name}.csv"):
            row = amount_columns("amount", line["金额"], line["币种"])
            rows.append(row | dict(year=line["年份"], partner=line["贸易国"], flow=line["流向"], source_table=name,
                                   origin_file=f"{name}.csv", origin_cell=f"D{number}"))
        return rows
    key = lambda row: (row["year"], row["partner"], row["flow"])
    customs, yearbook = of("customs"), of("yearbook")
    both = customs + [row for row in yearbook if key(row) not in map(key, customs)]
    columns = ["year", "partner", "flow"] + AMOUNT + ["source_table"]
    table(case, "both.csv", columns + ORIGIN, both)
    table(case, "all.csv", columns + ORIGIN, customs + yearbook)
    continents = {line["贸易国"]: line["洲"] for _, line in lines_of(case, "areas.csv")}
    wide = {}
    for row in both:
        if int(row["year"]) >= 2020:
            cells = wide.setdefault((row["year"], row["partner"]), dict(
                year=row["year"], partner=row["partner"], continent=continents[row["partner"]], currency="CNY", unit_measure="CNY"))
            cells |= {f"amount.{row['flow']}{end}": row.get(f"amount{end}", "") for end in COMPANIONS}
    flows = [f"amount.{flow}{end}" for flow in ("出口", "进口") for end in COMPANIONS]
    wide_rows = [wide[at] for at in sorted(wide)]
    table(case, "wide.csv", ["year", "partner", "continent", "currency", "unit_measure"] + flows, wide_rows)
    large = sorted((row for row in both if Decimal(row["amount"]) > 10), key=key)
    large = [dict(row, continent=continents[row["partner"]]) for row in large]
    table(case, "query.csv", ["year", "partner", "flow", "continent", "amount"], large)
    balance(case, [row for row in both if row["partner"] == "俄罗斯"], columns)


def balance(case, rows, columns):
    """Export less import, their sum and their quotients, with what the roundings of both allow."""
    made = []
    for year in sorted({row["year"] for row in rows}):
        flows = {row["flow"]: row for row in rows if row["year"] == year}
        out, into = flows.get("出口"), flows.get("进口")
        for name, first, second, sign in (("顺差", out, into, "−"), ("合计", out, into, "+"), ("出口比进口", out, into, "÷"),
                                          ("进口为出口的百分之", into, out, "÷")):
            row = dict(year=year, partner="俄罗斯", flow=name)
            if first is None:
                continue  # A quotient is about its first cell.
            if into is None:
                made.append(row | dict(amount_status="O", amount_note="no 进口", origin_file=out["origin_file"], origin_cell=out["origin_cell"]))
                continue
            (a, da), (b, db) = ((Decimal(cell["amount"]), Decimal(cell["amount_rounding"])) for cell in (first, second))
            if sign == "÷":
                times = 100 if name.endswith("百分之") else 1
                value = eight(a * times / b)
                width = max(abs(eight((a + s * da) * times / (b + t * db)) - value) for s in (-1, 1) for t in (-1, 1))
                unit = dict(unit_measure="PERCENT" if times == 100 else "RATIO")
            else:
                value, width = (a - b if sign == "−" else a + b), da + db
                unit = dict(unit_measure="CNY", currency="CNY")
            told = [f"{cell['flow']} {cell['amount']} CNY ({cell['origin_file']} ▸ {cell['origin_cell']})" for cell in (first, second)]
            made.append(row | unit | dict(amount=plain(value), amount_status="D", amount_rounding=plain(width), amount_note=f" {sign} ".join(told),
                                          origin_file=first["origin_file"], origin_cell=first["origin_cell"]))
    table(case, "balance.csv", columns + ["amount_note"] + ORIGIN, rows + made)


def declared_top():
    """Declarations at daily rates, by year and partner; the three largest, and the others as one."""
    case = "declared-top"
    rates = quotations(case, "cny_per_unit")
    groups = {}
    for _, line in lines_of(case, "declared.csv"):
        value, currency, day = Decimal(line["金额"]), line["币种"], date.fromisoformat(line["申报日期"])
        if currency != "CNY":
            light, heavy = pair_of(currency, "CNY", "CNY")
            rate = cross(rates, "CNY", light, heavy, day_before(rates, [currency], day))
            value = eight(value / rate) if currency == light else eight(value * rate)
        groups.setdefault((day.year, line["贸易国"]), []).append((value, line["商品编码"][:2]))
    whole = {}
    for (year, _), lines in groups.items():
        whole[year] = whole.get(year, 0) + sum(value for value, _ in lines)

    def row(year, partner, lines):
        value = sum(value for value, _ in lines)
        return dict(year=year, partner=partner, value=plain(value), value_status="A", declarations=len(lines),
                    chapters=len({chapter for _, chapter in lines}), share=ratio(value, whole[year]))
    columns = ["year", "partner", "value", "value_status", "value_note", "declarations", "chapters", "share"]
    table(case, "by_partner.csv", columns, [row(*at, groups[at]) for at in sorted(groups)])
    rows = []
    for year in sorted(whole):
        order = sorted((at for at in groups if at[0] == year), key=lambda at: (-sum(value for value, _ in groups[at]), at[1]))
        rows += [row(*at, groups[at]) for at in order[:3]]
        rest = [line for at in order[3:] for line in groups[at]]
        if rest:
            # How many different chapters the others have cannot be told from their numbers.
            rows.append(row(year, "其他", rest) | dict(chapters=""))
    table(case, "top.csv", columns, rows)


def cell_of(name, encoding, line, column, delimiter=","):
    """The number in a cell of a rates file, both counted from 1; a comma before the last digits is the decimal mark."""
    with open(os.path.join(HERE, "rate-layouts", "in", "rates", name), encoding=encoding, newline="") as f:
        row = f.read().splitlines()[line - 1]
    [cells] = csv.reader([row], delimiter=delimiter)
    return Decimal(cells[column - 1].replace("\u00a0", "").replace(",", "."))


def rate_layouts():
    """Amounts in yuan by the rates of eleven layouts. Each rate is told by its cells, its nominal and its way round, which
    for a printed rate is that of the file."""
    case = "rate-layouts"
    ecb = lambda line, column: cell_of("ecb.csv", "utf-8", line, column)
    own = lambda line: cell_of("own.csv", "utf-8", line, 3)
    annual = lambda line: cell_of("annual.csv", "utf-8", line, 4)
    bank = lambda name, line: cell_of(f"{name}_F01_03_2021_T03_03_2021.csv", "windows-1251", line, 3, ";")
    plain_bank = lambda line: cell_of("USD_F01_03_2021_T03_03_2021.csv", "utf-8-sig", line, 2, ";")
    safe = lambda column: cell_of("safe.csv", "gb18030", 2, column) / 100
    cfets = lambda column: cell_of("cfets.csv", "gb18030", 2, column)
    imf = lambda line, column: cell_of("representative.tsv", "windows-1252", line, column, "\t")
    imf_annual = lambda line: cell_of("imf_annual.csv", "utf-8", line, 2)
    fed = lambda line: cell_of("fed.csv", "utf-8", line, 3)
    bis = lambda line: cell_of("bis.csv", "utf-8", line, 7)
    with open(os.path.join(HERE, case, "in/rates/daily.xml"), encoding="windows-1251") as f:
        valutes = {element.find("CharCode").text: element for element in ElementTree.fromstring(f.read().encode("windows-1251"))}
    xml = {code: Decimal(found.find("Value").text.replace(",", ".")) / int(found.find("Nominal").text) for code, found in valutes.items()}
    day, jan, feb = "2021-03-02", "2021-01", "2021-02"
    rates = {
        ("ecb", day, "USD"): ("CNY per USD", ecb(3, 4) / ecb(3, 2)),
        ("ecb", day, "RUB"): ("RUB per CNY", ecb(3, 5) / ecb(3, 4)),
        ("ecb", "2021-03-03", "EUR"): ("CNY per EUR", ecb(2, 4)),
        ("ecb", "2021-03-03", "RUB"): None,
        ("plain", day, "USD"): ("CNY per USD", own(4) / own(5)),
        ("plain", day, "RUB"): ("RUB per CNY", own(5)),
        ("annual", "2019", "USD"): ("CNY per USD", annual(2)),
        ("annual", "2019", "RUB"): ("RUB per CNY", annual(3) / annual(2)),
        ("annual", "2020", "USD"): ("CNY per USD", annual(4)),
        ("cbr", "2021-02-27", "RUB"): ("RUB per CNY", bank("CNY", 4) / 10),
        ("cbr", day, "RUB"): ("RUB per CNY", bank("CNY", 3)),
        ("cbr", "2021-03-03", "KRW"): ("KRW per CNY", bank("CNY", 2) / (bank("KRW", 2) / 1000)),
        ("cbr", "2021-03-03", "USD"): ("CNY per USD", plain_bank(2) / bank("CNY", 2)),
        ("cbr_daily", "2021-03-03", "RUB"): ("RUB per CNY", xml["CNY"]),
        ("cbr_daily", "2021-03-03", "KRW"): ("KRW per CNY", xml["CNY"] / xml["KRW"]),
        ("cbr_daily", "2021-03-03", "USD"): ("CNY per USD", xml["USD"] / xml["CNY"]),
        ("safe", day, "USD"): ("CNY per USD", safe(2)),
        ("safe", day, "JPY"): ("CNY per JPY", safe(4)),
        ("safe", day, "RUB"): ("RUB per CNY", safe(5)),
        ("safe", day, "KRW"): ("KRW per CNY", safe(6)),
        ("cfets", day, "USD"): ("CNY per USD", cfets(2)),
        ("cfets", day, "JPY"): ("CNY per JPY", cfets(4) / 100),
        ("cfets", day, "RUB"): ("RUB per CNY", cfets(5)),
        ("imf_representative", "2021-03-01", "GBP"): ("CNY per GBP", imf(4, 4) * imf(4, 3)),
        ("imf_representative", day, "JPY"): ("JPY per CNY", imf(5, 5) / imf(5, 3)),
        ("imf_representative", day, "USD"): ("CNY per USD", imf(5, 3)),
        ("imf_annual", "2019", "USD"): ("CNY per USD", imf_annual(3)),
        ("imf_annual", "2019", "EUR"): ("CNY per EUR", imf_annual(3) / imf_annual(4)),
        ("imf_annual", "2019", "RUB"): ("RUB per CNY", imf_annual(6) / imf_annual(3)),
        ("fed", day, "AUD"): ("CNY per AUD", fed(5) * fed(6)),
        ("fed", day, "GBP"): ("CNY per GBP", fed(8) * fed(6)),
        ("fed", day, "USD"): ("CNY per USD", fed(6)),
        ("sdmx", jan, "USD"): ("CNY per USD", bis(2)),
        ("sdmx", jan, "EUR"): ("CNY per EUR", bis(2) / bis(6)),
        ("sdmx", jan, "RUB"): ("RUB per CNY", bis(7) / bis(2)),
        ("sdmx", feb, "USD"): ("CNY per USD", bis(3)),
    }
    says = dict(ecb="daily ECB", plain="daily plain", annual="annual mean IMF", cbr="daily Bank of Russia", cbr_daily="daily Bank of Russia",
                safe="daily SAFE", cfets="daily CFETS", imf_representative="daily IMF representative", imf_annual="annual mean IMF",
                fed="daily Fed", sdmx="monthly mean BIS")
    months = {"2021年1月": jan, "2021年2月": feb}
    tables = {}
    for number, line in lines_of(case, "amounts.csv"):
        layout, currency = line["布局"], line["币种"]
        period = months.get(line["时期"], line["时期"].removesuffix("年"))
        found = rates[layout, period, currency]
        row = amount_columns("amount", line["金额"], currency)
        row |= dict(layout=layout, time_period=period, freq={4: "A", 7: "M", 10: "D"}[len(period)],
                    origin_file="amounts.csv", origin_cell=f"C{number}")
        if found is None:
            row |= dict(amount_cny_status="M")
        else:
            pair, rate = found
            into = (lambda x: x * twelve(rate)) if pair.startswith("CNY") else (lambda x: x / twelve(rate))
            row |= dict(amount_cny=plain(eight(into(Decimal(line["金额"])))), amount_cny_status="A",
                        amount_cny_rounding=plain(eight(into(half_step(line["金额"])))),
                        amount_cny_rate=f"{pair} {period} {says[layout]}")
        tables.setdefault(layout, []).append(row)
    for layout, rows in tables.items():
        table(case, f"{layout}.csv", ["layout", "time_period", "freq"] + AMOUNT + in_currency("amount", "cny") + ORIGIN, rows)


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def checks():
    """Each rule once broken: where, what stands there, what should. The same rules that hold leave no line."""
    case = "checks"
    declared = {number: line for number, line in lines_of(case, "declarations.csv")}
    amount = lambda number: Decimal(declared[number]["金额"])
    sheet = xlsx(case, "贸易.xlsx", "贸易")
    trade_of = lambda row: Decimal(sheet[f"C{row}"].value)
    ytd = {number: Decimal(line["金额"]) for number, line in lines_of(case, "cumulative.csv")}
    code = {number: Decimal(line["金额"]) for number, line in lines_of(case, "codes.csv")}
    mirror = {number: Decimal(line["金额"]) for number, line in lines_of(case, "mirror.csv")}
    twice = {number: Decimal(line["金额"]) for number, line in lines_of(case, "twice.csv")}
    half = Decimal("0.05")  # Every figure is printed with one place.
    yuan = "unit_measure CNY, currency CNY"
    newest = max(line["申报日期"] for line in declared.values())
    days = (date(2024, 12, 31) - date.fromisoformat(newest)).days
    exports, imports, total = trade_of(6), trade_of(7), trade_of(8)
    grown, stated = imports / trade_of(4) - 1, Decimal(sheet["E7"].value) / 100
    width = max(abs((imports + s * half) / (trade_of(4) + t * half) - 1 - grown) for s in (-1, 1) for t in (-1, 1)) * 100 + half
    base = imports / (1 + stated)
    revised = (base / trade_of(4) - 1) * 100
    share = exports / (exports + imports) * 100
    implied = [plain((twice[4] + s * half) / (twice[5] - s * half)) for s in (0, -1, 1)]
    firsts = [amount(number) for number, line in declared.items() if line["行"] == "1"]
    middle = median(firsts)
    deviation = median(abs(value - middle) for value in firsts) * Decimal("1.4826")
    away = abs(amount(6) - middle) / deviation
    places = lambda x, n: f"{x.quantize(Decimal(1).scaleb(-n), rounding=ROUND_HALF_UP):f}"
    found = [
        ("T01", "unique", "declarations.csv", "G5", "number A2: 2 rows", "one row"),
        ("T12", "filled", "declarations.csv", "G6", "port (empty)", "a value"),
        ("T13", "rows", "declarations.csv", "G8", "port 同江: 1 row", "at least 2 rows"),
        ("T14", "fresh", "declarations.csv", "G6", f"newest is {newest}, {days} days before 2024-12-31 (day of the report)",
         "no more than 31 days"),
        ("T10", "range", "declarations.csv", "G7", "declared_on 2020-12-31", "at least 2021-01-01, at most 2021-12-31"),
        ("T08", "set", "declarations.csv", "G7", "flow 转口", "one of 出口, 进口"),
        ("T11", "pattern", "declarations.csv", "G4", "hs_code 440321100", r"/^\d{10}$/"),
        ("T07", "reference", "declarations.csv", "G8", "port 同江", "黑河 (海关名录)"),
        ("T09", "holds", "declarations.csv", "G6", f"amount {plain(amount(6))}; doubled {plain(2 * amount(6))}", "amount < 1000"),
        ("T02", "control", "贸易.xlsx", "C8", f"合计 = {plain(total)}",
         f"出口 + 进口 = {plain(exports + imports)} (apart by {plain(exports + imports - total)}, roundings allow {plain(3 * half)}); "
         f"time_period 2021, freq A, {yuan}; with C6, C7"),
        ("T05", "additive", "cumulative.csv", "B6", f"2021-01/2021-04 = {plain(ytd[6])}",
         f"2021-01/2021-03 + 2021-04 = {plain(ytd[4] + ytd[5])} (apart by {plain(ytd[6] - ytd[4] - ytd[5])}, "
         f"roundings allow {plain(3 * half)}); {yuan}; with B4, B5"),
        ("T06", "monotone", "cumulative.csv", "B7", f"2021-01/2021-05 = {plain(ytd[7])}",
         f"at least {plain(ytd[6])}, as in 2021-01/2021-04; {yuan}; with B6"),
        ("T18", "parts", "codes.csv", "B2", f"hs_code 27, {yuan} = {plain(code[2])}",
         f"2 codes below it = {plain(code[3] + code[4])} (apart by {plain(code[2] - code[3] - code[4])}, "
         f"roundings allow {plain(3 * half)}); with B3, B4"),
        ("T16", "agree", "mirror.csv", "C4", f"CN {plain(mirror[4])}",
         f"RU {plain(mirror[5])} (roundings allow {plain(2 * half)}); time_period 2021; with C5"),
        ("T03", "stated", "贸易.xlsx", "C7", f"{plain(stated * 100)} % stated",
         f"{plain(grown * 100)} % computed (roundings allow ±{places(width, 4)} points); the stated growth implies a base of "
         f"{places(base, 2)} against {places(trade_of(4), 2)} published (+{places(revised, 2)} %): probably a revised base"),
        ("T17", "stated share", "贸易.xlsx", "C6", f"{plain(Decimal(sheet['F6'].value))} % stated",
         f"{places(share, 2)} % computed (roundings allow ±{places(half, 4)} points)"),
        ("T04", "implied_rate", "twice.csv", "C5",
         f"{places(Decimal(implied[0]), 4)} ({places(Decimal(implied[1]), 3)}–{places(Decimal(implied[2]), 3)})",
         "6.4600 CNY per USD (daily, plain); with C4"),
        ("T15", "outlier", "declarations.csv", "G6", f"amount {plain(amount(6))}, {places(away, 1)} deviations from the median",
         f"within 5 deviations of the median {plain(middle)} of line 1, {yuan}"),
    ]
    header = ["code", "severity", "subject", "file", "sheet", "cell", "seen", "expected", "count"]
    rows = [[code, "warning", f"{rule} broken", file, "贸易" if file == "贸易.xlsx" else "", cell, seen, expected, "1"]
            for code, rule, file, cell, seen, expected in found]
    write(case, "findings.csv", header, rows)


stacked_xls()
gb18030_series()
facts_and_rates()
groups_2023()
cumulative_ods()
cities_windows_1251()
two_reporters()
correction_by_figure()
expo_editions()
expo_forecast_and_final()
port_traffic()
values_by_year_of_publication()
derived_facts()
trade_measures()
conversion_methods()
rate_layouts()
checks()
joined_tables()
declared_top()
