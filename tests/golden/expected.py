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
from decimal import ROUND_HALF_UP, Decimal, getcontext
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
        if texts[at] in ("-", "н/д") and growths[at] in ("-", "н/д"):
            continue
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
                     unit_measure="USD", currency="USD", source_ids=cells[9], unit_stated="млн долл. сша", origin_file=name)
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
    code, power = UNITS[unit]
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
            if at[letter] == "-":
                continue
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
            if text == "-":
                continue
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
            if at[letter] == "-":
                continue
            row = dict(ref_area=codes[at["A"]], counterpart_area="RU", time_period=at["B"], freq="P", indicator=code, state=at["H"],
                       source_ids=at["I"], origin_file=name, origin_sheet="跨境通道", origin_cell=f"{letter}{line}") | in_unit(at[letter], unit or at["E"])
            if at["H"] in ("预计", "计划") or (code.endswith("CAPACITY") and at["H"] != "通车"):
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


def layout_rows(name, columns, file, sheet, cells):
    """Rows of one layout; each is its dimensions and attributes, (cell, power, unit, status or "") of the first
    figure, and the further figures by name as (cell, power, unit) or (cell, kind) for shares."""
    source = xlsx("layouts", file, sheet) if sheet else None
    rows = []
    for own, (cell, power, unit, status), more in cells:
        text = printed(source[cell]) if source else own.pop("text")
        number = text.rstrip("①")
        row = dict(own, as_stated="'" + text if text.startswith("-") else text, unit_measure=unit,
                   currency=unit if unit in ("CNY", "USD") else "",
                   origin_file=file, origin_sheet=sheet, origin_cell=cell)
        if status in ("O", "M"):
            row |= dict(obs_value_status=status)
        else:
            row |= measure("obs_value", number, power) | (dict(obs_value_status=status) if status else {})
        for other, (cell, *how) in more.items():
            text = printed(source[cell]).replace("—", "-")
            if how[0] == "fraction":
                row |= measure(other, text, 0)
            elif how[0] == "index":
                grown = Decimal(text) - 100
                row |= measure(other, f"{grown:f}", 0, as_percent=True)
            else:
                row |= measure(other, text, how[0]) | {f"{other}_unit_measure": how[1]}
        rows.append(row)
    table("layouts", f"{name}.csv", columns + ORIGIN, rows)


def layouts():
    """Ten layouts of real trade tables, each from fixed cells of its file."""
    def month(text):
        return dict(time_period=text, freq="M")

    def year(text):
        return dict(time_period=text, freq="A")

    def ytd(text):
        return dict(time_period=text, freq="YTD")

    when = ["time_period", "freq"]
    share, growth = ([f"{name}{end}" for end in COMPANIONS] for name in ("share", "growth"))
    value = [f"value{end}" for end in COMPANIONS] + ["value_unit_measure"]
    lines = ((5, "总值", "001", ""), (6, "总值 / 一般贸易", "001001", "总值"), (7, "总值 / 加工贸易", "001002", "总值"),
             (8, "总值 / 加工贸易 / 来料加工", "001002001", "加工贸易"), (9, "总值 / 加工贸易 / 进料加工", "001002002", "加工贸易"))
    heads = (("B", "total", month("2031-03")), ("D", "total", ytd("2031-01/2031-03")), ("F", "export", month("2031-03")))
    layout_rows("modes", ["mode", "flow"] + when + FIRST + ["outline", "parent"], "方式2031.xlsx", "0-18", [
        (dict(mode=mode, flow=flow, outline=outline, parent=parent) | period, (f"{col}{line}", 4, "CNY", ""), {})
        for line, mode, outline, parent in lines for col, flow, period in heads])
    layout_rows("goods", ["goods"] + when + FIRST + value, "商品2031.xlsx", "Sheet1", [
        (dict(goods="农产品") | month("2031-12"), ("C5", 3, "", "M"), dict(value=("D5", 4, "CNY"))),
        (dict(goods="农产品 / 肉类") | month("2031-12"), ("C6", 3, "KG", ""), dict(value=("D6", 4, "CNY"))),
        (dict(goods="农产品 / 啤酒") | month("2031-12"), ("C7", 3, "LITRES", "O"), dict(value=("D7", 4, "CNY")))])
    layout_rows("national", ["goods"] + when + FIRST + value, "全国2031.xlsx", "量值表", [
        (dict(goods=goods) | period, (f"{col}{line}", power, unit, status), dict(value=(f"{money}{line}", 4, "CNY")))
        for line, goods, power, unit, status in ((6, "农产品*", 0, "", "O"), (7, "农产品* / 肉类", 4, "T", ""),
                                                 (9, "农产品* / 肉类 / 牛肉", 0, "T", ""))
        for col, money, period in (("D", "E", month("2031-02")), ("F", "G", ytd("2031-01/2031-02")))])
    layout_rows("union", ["reporter"] + when + FIRST, "欧盟.xlsx", "Sheet 1", [
        (dict(reporter="Austria") | year("2030"), ("B8", 2, "KG", ""), {}),
        (dict(reporter="Austria") | month("2031-01"), ("C8", 2, "KG", ""), {}),
        (dict(reporter="Ireland (Eire)") | month("2031-01"), ("C9", 2, "KG", ""), {}),
        (dict(reporter="Ireland (Eire)") | month("2031-02"), ("D9", 2, "KG", ""), {})])
    layout_rows("partners", when + ["reporter"] + FIRST + share, "伙伴.xlsx", "Sheet1", [
        (dict(reporter="Albania") | year("2030"), ("E4", 0, "USD", ""), dict(share=("C4", "fraction"))),
        (dict(reporter="Algeria") | year("2030"), ("F4", 0, "USD", ""), dict(share=("D4", "fraction"))),
        (dict(reporter="Algeria") | year("2031"), ("F5", 0, "USD", ""), dict(share=("D5", "fraction")))])
    layout_rows("energy", when + ["flow"] + FIRST + growth, "能源.xlsx", "Sheet1", [
        (dict(flow="import") | year("2030"), ("B2", 4, "T", ""), dict(growth=("C2", "fraction"))),
        (dict(flow="export") | year("2030"), ("D2", 4, "T", ""), dict(growth=("E2", "fraction"))),
        (dict(flow="import") | year("2031"), ("B3", 4, "T", ""), dict(growth=("C3", "fraction"))),
        (dict(flow="export") | year("2031"), ("D3", 4, "T", "P"), dict(growth=("E3", "fraction")))])
    layout_rows("beside", ["area"] + when + ["flow"] + FIRST, "并列.xlsx", "Sheet1", [
        (dict(area=area, flow=flow) | year("2031"), (cell, 8, "USD", ""), {})
        for area, flow, cell in (("甲市", "import", "B4"), ("甲市", "export", "C4"), ("乙市", "import", "B5"),
                                 ("乙市", "export", "C5"), ("丙市", "import", "F4"), ("丙市", "export", "G4"))])
    layout_rows("indices", ["goods"] + when + FIRST + growth + ["depth"], "指数.xlsx", "Sheet1", [
        (dict(goods=goods, depth=depth) | year("2031"), (f"B{line}", 3, "USD", ""), dict(growth=(f"C{line}", "index")))
        for line, goods, depth in ((3, "Food", "0"), (4, "Food / Meat", "1"), (5, "Food / Meat / Beef", "2"), (6, "Fuel", "0"))])
    with open(os.path.join(HERE, "layouts", "in", "查询2031.csv"), encoding="gb18030", newline="") as f:
        lines = list(csv.reader(f))
    layout_rows("query", ["hs_code", "partner"] + when + FIRST, "查询2031.csv", "", [
        (dict(hs_code=line[0], partner=line[1], text=line[4]) | year("2031"), (f"E{at}", 0, "CNY", ""), {})
        for at, line in enumerate(lines[1:], start=2)])
    layout_rows("ranks", ["reporter", "flow"] + when + FIRST + share, "排名.xlsx", "Sheet1", [
        (dict(reporter="Albania", flow="export") | year("2031"), ("E2", 0, "USD", ""), dict(share=("F2", "fraction"))),
        (dict(reporter="Algeria", flow="import") | year("2031"), ("E3", 0, "USD", ""), dict(share=("F3", "fraction")))])


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
layouts()
