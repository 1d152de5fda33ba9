"""Draws the layout cases and writes what Amur must make of them, from fixed cells and Python's decimal.

    pip install openpyxl xlwt
    python tests/golden/layouts.py         # from the project folder

Each case is one layout of a real trade table with the traps met in it; the figures are invented and add up,
but where a case says otherwise. pipeline.toml of each case is written by hand.
"""
import csv
import os
from decimal import ROUND_HALF_UP, Decimal

from drawn import HERE, html, ods, spot, text, xls, xlsx, xml2003

WIDE = "\u3000"
HARD = "\u00a0"
COMPANIONS = ("", "_status", "_bound", "_rounding")
WHEN = ["time_period", "freq"]
FIRST = [f"obs_value{end}" for end in COMPANIONS] + ["as_stated", "unit_measure", "currency"]
ORIGIN = ["origin_file", "origin_sheet", "origin_cell"]
MONEY = ("CNY", "USD", "EUR", "RUB")
FINDING = "code severity subject file sheet cell seen expected count".split()


def further(name, unit=False):
    """Columns of a measure that is not the first."""
    return [f"{name}{end}" for end in COMPANIONS] + ([f"{name}_unit_measure"] if unit else [])


def year(text):
    return dict(time_period=text, freq="A")


def month(text):
    return dict(time_period=text, freq="M")


def ytd(text):
    return dict(time_period=text, freq="YTD")


def printed(grid, cell):
    row, column = spot(cell)
    value = grid[row - 1][column - 1]
    return value.strip() if isinstance(value, str) else "" if value is None else repr(value).removesuffix(".0")


def plain(x):
    said = f"{x:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def measured(name, said, power, status="A"):
    """A figure and its companions; a status of O, M or Q says that there is none."""
    if status in ("O", "M", "Q"):
        return {f"{name}_status": status}
    bare = said.replace(",", "").replace(HARD, "").replace(" ", "").replace("−", "-")
    number = Decimal(bare)
    half = Decimal(5).scaleb(number.as_tuple().exponent - 1)
    return {name: plain(number.scaleb(power)), f"{name}_status": status, f"{name}_bound": "",
            f"{name}_rounding": plain(half.scaleb(power))}


def figures(case, report, columns, source, lines):
    """`source`: file, sheet, grid. A line: dimensions, then (cell, power, unit, status, text) of the first
    figure, then by name (cell, power, status, unit) of the others; status and what follows may be left out."""
    out = []
    for own, first, more in lines:
        file, sheet, grid = source if len(source) == 3 else source[own.pop("at")]
        cell, power, unit, status, said = (list(first) + ["A", None])[:5] if len(first) < 5 else first
        if len(first) == 4:
            status, said = first[3], None
        said = printed(grid, cell) if said is None else said
        row = dict(own, unit_measure=unit, currency=unit if unit in MONEY else "", origin_file=file,
                   origin_sheet=sheet, origin_cell=cell)
        shown = printed(grid, cell)
        row["as_stated"] = "'" + shown if shown.startswith("-") else shown
        row |= measured("obs_value", said, power, status)
        for name, (cell, power, *how) in more.items():
            row |= measured(name, printed(grid, cell).rstrip("%"), power, how[0] if how else "A")
            if len(how) > 1:
                row[f"{name}_unit_measure"] = how[1]
        out.append(row)
    table(case, report, columns + ORIGIN, out)


def table(case, report, columns, rows):
    folder = os.path.join(HERE, case, "expected")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, report), "w", encoding="utf-8-sig", newline="") as f:
        writer = csv.writer(f, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([row.get(column, "") for column in columns] for row in rows)


def found(case, *rows):
    """Warnings of the run, and what is told of the files; where there is nothing to tell, there is no file."""
    table(case, "findings.csv", FINDING, [dict(zip(FINDING, row)) for row in rows])


def customs_by_mode():
    """Shanghai Customs by mode of trade: three header rows, the total as #合计 or 总值, `--` for no growth.
    One file compares with the year before, the other a month with the months so far and indents all modes."""
    case = "layout-customs-by-mode"
    head = ["贸易方式2位"] + ["人民币(亿)", "人民币同比(%)"] * 6
    old = [["反馈报表1：贸易方式累计表RMB"],
           [None, "进出口", None, None, None, "出口", None, None, None, "进口"],
           [None] + ["2031年01月-2031年12月", None, "2030年01月-2030年12月", None] * 3, head,
           ["#合计", 34.8284, 2.2741, 34.0540, 0.1233, 13.7254, 0.0037, 13.7249, 0.437, 21.1030, 3.807, 20.3291, -0.0873],
           ["一般贸易", 27.7969, 4.5865, 26.8789, 1.3211, 9.0300, -0.0215, 8.9957, 0.9607, 18.7669, 7.153, 17.8832, 1.523],
           ["加工贸易", 7.0312, -0.1299, 7.1751, -6.1846, 4.6951, -2.1472, 4.7292, -8.4512, 2.3361, 4.1868, 2.4459, -0.9365],
           [WIDE * 2 + "来料加工装配贸易", 0.3283, -10.8841, 0.3684, -35.0569, 0.1782, -17.0826, 0.2149, -45.4716, 0.1501, -2.2039, 0.1535, -11.3438],
           [WIDE * 2 + "进料加工贸易", 6.7029, 0.4639, 6.8067, -3.8237, 4.5169, -1.4468, 4.5143, -5.4406, 2.1860, 4.6563, 2.2924, -0.0746],
           ["补偿贸易", 0.0003, "--", 0, "--", 0.0003, "--", 0, "--", 0, "--", 0, "--"]]
    merges = ["B2:E2", "F2:I2", "J2:M2", "B3:C3", "D3:E3", "F3:G3", "H3:I3", "J3:K3", "L3:M3"]
    xlsx(case, "方式2031.xlsx", {"Sheet1": old, "Sheet2": [], "Sheet3": []}, merges)
    head = ["贸易方式2位"] + ["人民币(万)", "人民币同比(%)"] * 6
    new = [["本市1：2032年1至8月进出口商品贸易方式总值表（人民币值）"],
           ["", "进出口", None, None, None, "出口", None, None, None, "进口"],
           [""] + ["2032年08月-2032年08月", None, "2032年01月-2032年08月", None] * 3, head,
           ["总值", 3470.7045, 0.0312, 28071.0578, 0.5601, 1564.0025, 8.1798, 11705.7394, 2.9047, 1906.702, -5.7897, 16365.3184, -1.0524],
           [WIDE * 2 + "一般贸易", 3470.5507, 4.4554, 28069.5874, 0.5434, 1563.8487, 13.2222, 11704.9249, 4.7006, 1906.702, -1.4234, 16364.6625, -1.9423],
           [WIDE * 2 + "国家间、国际组织间无偿援助", 0.1538, -32.1558, 0.8145, -46.1042, 0.1538, -32.1558, 0.8145, -46.1042, 0, "--", 0, "--"],
           [WIDE * 2 + "其他捐赠物资", 0, -100, 0.6559, -82.1819, 0, "--", 0, -100, 0, -100, 0.6559, -82.1634]]
    xlsx(case, "方式2032.xlsx", {"0-18": new}, merges + ["A1:M1"])
    lines = []
    for at, grid, power, heads, modes in (
            ("old", old, 8, (year("2031"), year("2030")),
             ((5, "#合计", "001"), (6, "#合计 / 一般贸易", "001001"), (7, "#合计 / 加工贸易", "001002"),
              (8, "#合计 / 加工贸易 / 来料加工装配贸易", "001002001"), (9, "#合计 / 加工贸易 / 进料加工贸易", "001002002"),
              (10, "#合计 / 补偿贸易", "001003"))),
            ("new", new, 4, (month("2032-08"), ytd("2032-01/2032-08")),
             ((5, "总值", "001"), (6, "总值 / 一般贸易", "001001"), (7, "总值 / 国家间、国际组织间无偿援助", "001002"),
              (8, "总值 / 其他捐赠物资", "001003")))):
        for line, mode, outline in modes:
            for flow, columns in (("total", "BCDE"), ("export", "FGHI"), ("import", "JKLM")):
                for when, value, growth in zip(heads, columns[::2], columns[1::2]):
                    grown = (f"{growth}{line}", -2, "O" if printed(grid, f"{growth}{line}") == "--" else "A")
                    lines.append((dict(when, at=at, mode=mode, flow=flow, outline=outline),
                                  (f"{value}{line}", power, "CNY"), dict(growth=grown)))
    figures(case, "modes.csv", ["mode", "flow"] + WHEN + FIRST + further("growth") + ["outline"],
            dict(old=("方式2031.xlsx", "Sheet1", old), new=("方式2032.xlsx", "0-18", new)), lines)


def customs_by_commodity():
    """Shanghai Customs by commodity, BIFF8: merged header of three rows, the total twice, a heading without
    figures, hierarchy by U+3000, thousands in the header and the unit of quantity in a column."""
    case = "layout-customs-by-commodity"
    grid = [["本市4：主要出口商品当月和累计表RMB"],
            ["", "", "出口"], ["", "", "2031年12月-2031年12月", None, None, None, "2031年01月-2031年12月"],
            ["商品编码8位", "第一数量单位"] + ["第一数量(千)", "第一数量同比(%)", "人民币(万)", "人民币同比(%)"] * 2,
            ["#合计", "", 18936.355, 19.1505, 1319.2785, 12.2079, 204912.734, -1.9331, 13720.9079, 0.4081],
            ["全商品合计", "", 18936.355, 19.1505, 1319.2785, 12.2079, 204912.734, -1.9331, 13720.9079, 0.4081],
            ["出口重点商品"] + [""] * 9,
            [WIDE * 2 + "农产品", "", "--", "--", 14.0286, -11.0918, "--", "--", 182.3895, 26.7971],
            [WIDE * 4 + "肉类（包括杂碎）", "千克", 2.41, -7.2869, 8.9949, 10.5576, 24.863, -16.7033, 78.1818, -13.1569],
            [WIDE * 4 + "水产品", "千克", 0.656, -30.85, 5.0337, -20.1283, 8.609, -21.0967, 104.2077, -10.3713],
            [WIDE * 6 + "冻鱼", "千克", 0.65, -29.0554, 5.0336, -19.992, 8.607, -20.9286, 104.2076, -10.3593],
            [WIDE * 2 + "机电产品（包括本目录已具体列名的机电产品）", "", 15498.888, 22.3135, 930.3627, 15.2734, 162955.377, -2.0265, 9488.1115, 0.0885],
            [WIDE * 4 + "电动载人汽车", "辆", 0.01, "--", 5.2930, "--", 0.101, 573.3333, 52.9298, 1532.6854],
            [WIDE * 4 + "其他机电产品", "", 15498.878, 22.3, 925.0697, 15.1, 162955.276, -2.1, 9435.1817, 0.1]]
    xls(case, "2031年出口商品.xls", {"0-298": grid}, ["A1:J1", "A2:B2", "C2:J2", "C3:F3", "G3:J3"])
    lines = []
    top, part, machines = "#合计", "#合计 / 出口重点商品", "机电产品（包括本目录已具体列名的机电产品）"
    for line, goods, outline, unit in (
            (5, top, "001", ""),
            (8, f"{part} / 农产品", "001001001", ""), (9, f"{part} / 农产品 / 肉类（包括杂碎）", "001001001001", "KG"),
            (10, f"{part} / 农产品 / 水产品", "001001001002", "KG"), (11, f"{part} / 农产品 / 水产品 / 冻鱼", "001001001002001", "KG"),
            (12, f"{part} / {machines}", "001001002", ""),
            (13, f"{part} / {machines} / 电动载人汽车", "001001002001", "VEHICLES"),
            (14, f"{part} / {machines} / 其他机电产品", "001001002002", "")):
        for when, value, growth, quantity in ((month("2031-12"), "E", "F", "C"), (year("2031"), "I", "J", "G")):
            grown = (f"{growth}{line}", -2, "O" if printed(grid, f"{growth}{line}") == "--" else "A")
            counted = (f"{quantity}{line}", 3, "A" if unit else "O" if printed(grid, f"{quantity}{line}") == "--" else "M", unit)
            lines.append((dict(when, goods=goods, outline=outline), (f"{value}{line}", 4, "CNY"),
                          dict(growth=grown, quantity=counted)))
    figures(case, "goods.csv", ["goods"] + WHEN + FIRST + further("growth") + further("quantity", unit=True) + ["outline"],
            ("2031年出口商品.xls", "0-298", grid), lines)


def national_commodities():
    """General Administration of Customs by commodity, BIFF8: an empty row and column before the table, 256 columns
    by style, months without a year, numbers as text and as numbers in one column, `*` on groups, a blank behind
    header and label, a unit that turns from 万吨 to 吨, an empty 其中： row, a note. No January: 1至2月."""
    case = "layout-national-commodities"
    head = ["商品名称", "计量单位"]
    merges = ["B2:K2", "J3:K3", "B4:B5", "C4:C5", "D4:E4", "F4:G4", "H4:I4", "J4:K4"]

    def drawn(when, so_far, unit, rows):
        return [[None], [None, f"（13）2031年{when}出口主要商品量值表（人民币值）"], [None] * 9 + [unit],
                [None] + head + [when, None, so_far, None, "当月比去年同期±% ", None, "累计比去年同期±%"],
                [None] * 3 + ["数量", "金额 "] * 4] + [[None] + row for row in rows]
    first = drawn("2月", "1至2月累计", "金额单位：万元人民币", [
        ["农产品*", "-", "-", "6,009,507", "-", "12,320,095", "-", "3.2", "-", "4.4"],
        ["    肉类（包括杂碎）", "万吨", "5", "132,237", "9", "266,487", "42.4", "19.6", "45.1", "11.4"],
        ["    其中：", None, None, None, None, None, None, None, None, None],
        ["        牛肉" + HARD, "吨", "4,021", "61,419", "9,000", "121,099", "16.8", "7.5", "36.1", "23.0"],
        ["文化产品*", "-", "-", 10051007, "-", 22816604, "-", -8.2, "-", -6.3],
        ["注：本表所列主要出口商品的范围见说明。"]])
    second = drawn("3月", "1至3月累计", "单位：万元人民币", [
        ["农产品*", "-", "-", "4,984,614", "-", "17,304,709", "-", "-13.1", "-", "-2.8"],
        ["    肉类（包括杂碎）", "吨", "30,000", "113,981", "120,000", "380,468", "-11.2", "-12.8", "-11.8", "-13.3"],
        ["    其中：", None, None, None, None, None, None, None, None, None],
        ["        牛肉" + HARD, "吨", "3,500", "50,001", "12,500", "171,100", "1.0", "2.0", "3.0", "4.0"],
        ["文化产品*", "-", "-", "7,202,136", "-", "30,018,740", "-", "11.4", "-", "-2.6"]])
    xls(case, "全国2031年2月.xls", {"出口主要商品量值表": first}, merges)
    xls(case, "全国2031年3月.xls", {"出口主要商品量值表": second}, merges, far=256)
    lines = []
    for at, grid, whens in (("a", first, (month("2031-02"), ytd("2031-01/2031-02"))),
                            ("b", second, (month("2031-03"), ytd("2031-01/2031-03")))):
        for line, goods in ((6, "农产品*"), (7, "农产品* / 肉类（包括杂碎）"), (9, "农产品* / 肉类（包括杂碎） / 牛肉"), (10, "文化产品*")):
            power = {"万吨": 4, "吨": 0, "-": 0}[printed(grid, f"C{line}")]
            unit = "" if printed(grid, f"C{line}") == "-" else "T"
            for when, quantity, value in zip(whens, "DF", "EG"):
                counted = (f"{quantity}{line}", power, "A" if unit else "O", unit)
                lines.append((dict(when, at=at, goods=goods), (f"{value}{line}", 4, "CNY"), dict(quantity=counted)))
    name = "出口主要商品量值表"
    figures(case, "goods.csv", ["goods"] + WHEN + FIRST + further("quantity", unit=True),
            dict(a=("全国2031年2月.xls", name, first), b=("全国2031年3月.xls", name, second)), lines)


def customs_by_country():
    """General Administration of Customs by country: the unit in the eighth column, growth as text under its own head,
    continents by blanks, an of-which row, blocs that overlap them. The continents are 2 short of the total, and
    one growth is stated that the file of the year before does not bear out."""
    case = "layout-customs-by-country"
    labels = ["总值", "亚洲", "    其中：日本", "          越南", "欧洲", "    俄罗斯联邦", "东南亚国家联盟", "“一带一路”沿线国家"]
    # Exports and imports of the month and of the months so far; their sums are what both come to.
    now = [(600, 3501, 400, 2401), (400, 2300, 300, 1700), (100, 600, 100, 600), (300, 1700, 200, 1100),
           (200, 1200, 100, 700), (200, 1200, 100, 700), (300, 1700, 200, 1100), (500, 2900, 300, 1800)]
    before = [(570, 3330, 390, 2356), (380, 2190, 290, 1656), (100, 600, 100, 612), (280, 1590, 190, 1044),
              (190, 1140, 100, 700), (190, 1140, 100, 700), (280, 1590, 190, 1044), (470, 2730, 290, 1744)]

    def sheet(year, rows, growth):
        grid = [[f"（4）{year}年6月进出口商品国别（地区）总值表（人民币值）"],
                [None] * 7 + ["单位：万元人民币"],
                ["进口原产国（地）\n出口最终目的国（地）", "进出口", None, "出口", None, "进口", None, "累计比去年同期±%", None, None],
                [None, "6月", "1至6月"] + ["6月", "1至6月"] * 2 + ["进出口", "出口", "进口"]]
        for label, (out, out_so_far, into, into_so_far), grown in zip(labels, rows, growth):
            grid.append([label, out + into, out_so_far + into_so_far, out, out_so_far, into, into_so_far, *grown])
        return grid + [["注：1.“-”表示无数据。"]]

    def stated(line):
        """Growth of both, of exports, of imports in percent, to one place as customs prints it."""
        out, into = (now[line][1], before[line][1]), (now[line][3], before[line][3])
        pairs = ((out[0] + into[0], out[1] + into[1]), out, into)
        return [f"{(Decimal(100 * (new - old)) / old).quantize(Decimal('0.1'), ROUND_HALF_UP)}" for new, old in pairs]

    growth = [stated(line) for line in range(len(labels))]
    growth[2][2] = "-"
    growth[4][2] = "2.5"
    merges = ["A1:J1", "A3:A4", "B3:C3", "D3:E3", "F3:G3", "H3:J3"]
    lines, found_in = [], {}
    for year, rows, own in (("2030", before, [["-"] * 3] * len(labels)), ("2031", now, growth)):
        file, grid = f"国别{year}年6月.xlsx", sheet(year, rows, own)
        xlsx(case, file, {"Report": grid}, merges)
        found_in[year] = (file, "Report", grid)
        for line, area, outline in (
                (5, "总值", "001"), (6, "总值 / 亚洲", "001001"), (7, "总值 / 亚洲 / 其中：日本", "001001001"),
                (8, "总值 / 亚洲 / 越南", "001001002"), (9, "总值 / 欧洲", "001002"),
                (10, "总值 / 欧洲 / 俄罗斯联邦", "001002001")):
            for flow, (of_month, so_far), grown in (("total", "BC", "H"), ("export", "DE", "I"), ("import", "FG", "J")):
                place = dict(at=year, area=area, flow=flow, outline=outline)
                lines.append((dict(place, **month(f"{year}-06"), stated_growth_status="O"), (f"{of_month}{line}", 4, "CNY"), {}))
                status = "O" if printed(grid, f"{grown}{line}") == "-" else "A"
                lines.append((dict(place, **ytd(f"{year}-01/{year}-06")), (f"{so_far}{line}", 4, "CNY"),
                              dict(stated_growth=(f"{grown}{line}", -2, status))))
    figures(case, "areas.csv", ["area", "flow"] + WHEN + FIRST + further("stated_growth") + ["outline"], found_in, lines)
    file = "国别2031年6月.xlsx"
    # Imports of Europe: 700 of 700. Half a unit of each figure moves the growth by (700.5 / 699.5 - 1) at most, half a
    # unit of the last place of what is stated by 0.05 points.
    most = (Decimal("700.5") / Decimal("699.5") - 1) * 100 + Decimal("0.05")
    base = (Decimal(7000000) / Decimal("1.025")).quantize(Decimal("1E1"))  # told to six digits
    apart = ("2.5 % stated", f"0 % computed (roundings allow ±{most:.2f} points); the stated growth implies a base of "
             f"{base:.0f} against 7000000 published ({(base / 7000000 - 1) * 100:+.2f} %): probably a revised base")
    # Half a unit of the last place of the total and of each continent: 1.5 of 万元.
    gap = ("outline 001, flow total, time_period 2031-01/2031-06, unit_measure CNY, currency CNY = 59020000",
           "2 codes below it = 59000000 (apart by 20000, roundings allow 15000); with C6, C9")
    found(case, ("T03", "warning", "growth is borne out by the year before", file, "Report", "G9", *apart, 1),
          ("T18", "warning", "continents add up to the total", file, "Report", "C5", *gap, 1))


def query_extract():
    """Customs query as GB18030: all quoted with a comma at the end of each line, or bare without; thousands in
    quotes; two quantities with their units; codes with leading zeros. Partners add up to a table of totals."""
    case = "layout-query-extract"
    head = "商品编码,商品名称,贸易伙伴编码,贸易伙伴名称,注册地编码,注册地名称,第一数量,第一计量单位,第二数量,第二计量单位,人民币"
    laptops = [head.split(","),
               ["08471309", "其他便携式自动数据处理设备", "103", "孟加拉国", "31", "上海市", "2020", "台", "2462", "千克", "1,520,298"],
               ["08471309", "其他便携式自动数据处理设备", "106", "缅甸", "31", "上海市", "5", "台", "15", "千克", "26,601"],
               ["08471309", "其他便携式自动数据处理设备", "110", "中国香港", "31", "上海市", "177197", "台", "398766", "千克", "939,174,318"]]
    cars = [[cell for at, cell in enumerate(head.split(",")) if at not in (6, 7, 8, 9)],
            ["870240", "仅装有驱动电动机的车辆，座位≥10", "125", "尼泊尔", "31", "上海市", "395,679"],
            ["870240", "仅装有驱动电动机的车辆，座位≥10", "429", "墨西哥", "31", "上海市", "100,875,201"]]
    text(case, "2031笔记本电脑出口.csv", "".join(",".join(f'"{cell}"' for cell in row) + ",\r\n" for row in laptops), "gb18030")
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in cars]
    text(case, "2031电动载人汽车出口.csv", "".join(",".join(row) + "\n" for row in quoted), "gb18030")
    totals = [["商品编码", "人民币"], ["08471309", "940,721,217"], ["870240", "101,270,880"]]
    text(case, "2031出口商品总值.csv", "".join(",".join(f'"{cell}"' for cell in row) + ",\r\n" for row in totals), "gb18030")
    lines = [(dict(year("2031"), at="a", hs_code=row[0], partner=row[3]), (f"K{line}", 0, "CNY"),
              dict(quantity=(f"G{line}", 0, "A", "SETS"), weight=(f"I{line}", 0, "A", "KG")))
             for line, row in enumerate(laptops[1:], 2)]
    figures(case, "laptops.csv", ["hs_code", "partner"] + WHEN + FIRST + further("quantity", unit=True) + further("weight", unit=True),
            dict(a=("2031笔记本电脑出口.csv", "", laptops)), lines)
    lines = [(dict(year("2031"), hs_code=row[0], partner=row[3]), (f"G{line}", 0, "CNY"), {}) for line, row in enumerate(cars[1:], 2)]
    figures(case, "cars.csv", ["hs_code", "partner"] + WHEN + FIRST, ("2031电动载人汽车出口.csv", "", cars), lines)


def eurostat_browser():
    """Eurostat data browser, xlsx: a sheet of contents and one of structure before the data, empty texts in the
    last header row, `:` for not available, the unit as a code; twelve months make the year."""
    case = "layout-eurostat-browser"
    months = [f"2031-{at:02d}" for at in range(1, 13)]
    values = [12, 7, 30, 11, 9, 46, 17, 91, 44, 11, 49, 21]
    grid = [["Data extracted on 05/01/2032 10:00:00 from [ESTAT]"],
            ["Dataset: ", "EU trade since 1988 by CPA [DS-1062396]"], ["Last updated: ", "16/12/2031 11:00"], [],
            ["PARTNER", None, "Russian Federation (Russia)"], ["PRODUCT", None, "Beer"], ["FLOW", None, "EXPORT"],
            ["INDICATORS", None, "QUANTITY_IN_100KG"], [],
            ["TIME", "2031"] + months, ["FREQ (Labels)", "Annual"] + ["Monthly"] * 12, ["REPORTER (Labels)"] + [""] * 13,
            ["Austria", sum(values)] + values,
            ["Belgium (incl. Luxembourg 'LU' -> 1998)", 1200.5] + [100] * 11 + [100.5],
            ["Ireland (Eire)", ":"] + [0, 7] + [":"] * 10, [],
            ["Special value"], [":", "not available"]]
    summary = [[], [], [], [], [], ["EU trade since 1988 by CPA [DS-1062396]"], ["Open product page", "Open in Data Browser"],
               ["Description: ", "-"], [], ["Last update of data: ", None, None, "16/12/2031 11:00"], [],
               [None, "Contents", "PARTNER", "PRODUCT", "FLOW", "INDICATORS"],
               [None, "Sheet 1", "Russian Federation (Russia)", "Beer", "EXPORT", "QUANTITY_IN_100KG"]]
    structure = [["Structure"], [None, "Dimension", "Position"], [None, "Label", "Label"],
                 [None, "Frequency", "Annual"], [None, "REPORTER", "Austria"], [None, "TIME_PERIOD", "2031"]]
    case_sheets = {"Summary": summary, "Structure": structure, "Sheet 1": grid}
    xlsx(case, "beer_volume.xlsx", case_sheets)
    lines = []
    for line, reporter in ((13, "Austria"), (14, "Belgium (incl. Luxembourg 'LU' -> 1998)"), (15, "Ireland (Eire)")):
        for when, column in [(year("2031"), "B")] + [(month(text), "CDEFGHIJKLMN"[at]) for at, text in enumerate(months)]:
            cell = f"{column}{line}"
            lines.append((dict(when, reporter=reporter), (cell, 2, "KG", "M" if printed(grid, cell) == ":" else "A"), {}))
    figures(case, "beer.csv", ["reporter"] + WHEN + FIRST, ("beer_volume.xlsx", "Sheet 1", grid), lines)
    found(case, *(("L10", "info", "beer", "beer_volume.xlsx", sheet, "", "another name", "/^Sheet \\d+$/", 1)
                  for sheet in ("Summary", "Structure")))


def eurostat_tsv():
    """Eurostat bulk download: several codes in the first column, periods with a blank behind, a flag behind the
    number, `:` alone or with a flag. The partners add up to the world."""
    case = "layout-eurostat-tsv"
    grid = [["freq,stk_flow,partner,unit,geo\\TIME_PERIOD", "2029 ", "2030 ", "2031 "],
            ["A,EXP,WORLD,MIO_EUR,LT", "1500.5 ", "1600 p", ": c"],
            ["A,EXP,EU27_2020,MIO_EUR,LT", "1000.5 ", "1100 e", "1200 "],
            ["A,EXP,EXT_EU27,MIO_EUR,LT", "500 b", "500 ", ": "]]
    text(case, "ext_lt_intratrd.tsv", "".join("\t".join(row) + "\n" for row in grid), "utf-8")
    lines = []
    for line, partner in ((2, "WORLD"), (3, "EU27_2020"), (4, "EXT_EU27")):
        for column, when in zip("BCD", ("2029", "2030", "2031")):
            said = printed(grid, f"{column}{line}")
            number, _, flag = said.partition(" ")
            status = {"": "M" if number == ":" else "A", "p": "P", "e": "E", "b": "B", "c": "Q"}[flag]
            lines.append((dict(year(when), geo="LT", partner=partner), (f"{column}{line}", 6, "EUR", status, number), {}))
    figures(case, "exports.csv", ["geo", "partner"] + WHEN + FIRST, ("ext_lt_intratrd.tsv", "", grid), lines)


def comtrade_rows():
    """UN Comtrade: one row a figure with codes for everything; the world (0), all modes and all goods stand among
    their parts; annual periods as 2031 with month 52; net weight without a value."""
    case = "layout-comtrade-rows"
    head = ("typeCode,freqCode,refYear,refMonth,period,reporterCode,reporterDesc,flowCode,partnerCode,partnerDesc,"
            "partner2Code,cmdCode,customsCode,motCode,netWgt,primaryValue,isReported").split(",")
    def line(flow, partner, name, goods, weight, value):
        return ["C", "A", "2031", "52", "2031", "156", "China", flow, partner, name, "0", goods, "C00", "0", weight, value, "false"]
    grid = [head, line("X", "0", "World", "TOTAL", "", "3576.5"), line("X", "643", "Russian Federation", "TOTAL", "", "1076.25"),
            line("X", "344", "China, Hong Kong SAR", "TOTAL", "", "2500.25"),
            line("M", "0", "World", "27", "1200", "500"), line("M", "643", "Russian Federation", "27", "1200", "500")]
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in grid]
    text(case, "comtrade_156_2031.csv", "".join(",".join(row) + "\n" for row in quoted), "utf-8-sig")
    lines = [(dict(year("2031"), reporter="CN", partner=partner, flow=flow, goods=goods), (f"P{at}", 0, "USD"),
              dict(weight=(f"O{at}", 0, "A" if goods == "27" else "O", "KG" if goods == "27" else "")))
             for at, partner, flow, goods in ((2, "W0", "export", "TOTAL"), (3, "RU", "export", "TOTAL"), (4, "HK", "export", "TOTAL"),
                                              (5, "W0", "import", "27"), (6, "RU", "import", "27"))]
    figures(case, "flows.csv", ["reporter", "partner", "flow", "goods"] + WHEN + FIRST + further("weight", unit=True),
            ("comtrade_156_2031.csv", "", grid), lines)


def comtrade_wide():
    """Comtrade as a pivot of pandas: two measures side by side under merged heads, the names of the row labels in a
    row of their own below, empty cells where there was no trade; shares of a year add up to 1."""
    case = "layout-comtrade-wide"
    grid = [[None, None, "partner_perc", None, None, "primaryValue", None, None],
            [None, "reporterDesc", "Albania", "Algeria", "China, Macao SAR", "Albania", "Algeria", "China, Macao SAR"],
            ["refYear", "flowDesc"],
            [2030, "Import", 0.25, 0.625, 0.125, 500, 1250, 250], [2031, "Import", None, 0.875, 0.125, None, 1750.5, 250.07]]
    xlsx(case, "partners.xlsx", {"Sheet1": grid}, ["C1:E1", "F1:H1"])
    lines = [(dict(year(when), reporter=reporter), (f"{value}{line}", 0, "USD"), dict(share=(f"{share}{line}", 0)))
             for when, line in (("2030", 4), ("2031", 5))
             for reporter, share, value in (("Albania", "C", "F"), ("Algeria", "D", "G"), ("China, Macao SAR", "E", "H"))
             if printed(grid, f"{value}{line}")]
    figures(case, "partners.csv", WHEN + ["reporter"] + FIRST + further("share"), ("partners.xlsx", "Sheet1", grid), lines)


def comtrade_ranks():
    """Comtrade as a long list of pandas: the first column has numbers but no header; a country with a comma in its
    name, values with three places."""
    case = "layout-comtrade-ranks"
    grid = [[None, "refYear", "flowCode", "partnerDesc", "partner_rank", "reporterDesc", "partner_sum", "partner_perc", "partner_upper_perc"],
            [64, 2031, "X", "China", 1, "China, Hong Kong SAR", 300.375, 0.75, 0.75],
            [77, 2031, "X", "China", 2, "Rep. of Korea", 75.094, 0.1875, 0.9375],
            [74, 2031, "X", "China", 3, "Other Asia, nes", 25.031, 0.0625, 1]]
    xlsx(case, "ranks.xlsx", {"Sheet1": grid})
    lines = [(dict(year("2031"), reporter=printed(grid, f"F{line}"), flow="export"), (f"G{line}", 0, "USD"),
              dict(share=(f"H{line}", 0))) for line in (2, 3, 4)]
    figures(case, "ranks.csv", ["reporter", "flow"] + WHEN + FIRST + further("share"), ("ranks.xlsx", "Sheet1", grid), lines)


def russian_customs():
    """A Russian customs table in windows-1251: semicolons, decimal comma, hard blanks in thousands, the unit and the
    period in the title, `в том числе:` without figures, a dash for nothing, a footnote. The groups add up to the total."""
    case = "layout-russian-customs"
    grid = [["Внешняя торговля Российской Федерации с основными странами", "", "", ""],
            ["январь-март 2031 г.", "", "", ""], ["млн долл. США", "", "", ""],
            ["Наименование страны", "Внешнеторговый оборот", "Экспорт", "Импорт"],
            ["ВСЕГО", f"12{HARD}690,5", "8 450,4", "4 240,1"],
            ["в том числе:", "", "", ""],
            ["СТРАНЫ ДАЛЬНЕГО ЗАРУБЕЖЬЯ", f"11{HARD}190,5", "7 250,4", "3 940,1"],
            ["  Китай", f"11{HARD}150,1", "7 250,4", "3 899,7"], ["  Науру", "40,4", "–", "40,4"],
            ["СТРАНЫ СНГ", f"1{HARD}500,0", "1 200,0", "300,0"],
            ["Источник: данные таможенной статистики.", "", "", ""]]
    text(case, "страны_2031.csv", "".join(";".join(row) + "\r\n" for row in grid), "windows-1251")
    lines = []
    for line, area, outline in ((5, "ВСЕГО", "001"), (7, "ВСЕГО / СТРАНЫ ДАЛЬНЕГО ЗАРУБЕЖЬЯ", "001001"),
                                (8, "ВСЕГО / СТРАНЫ ДАЛЬНЕГО ЗАРУБЕЖЬЯ / Китай", "001001001"),
                                (9, "ВСЕГО / СТРАНЫ ДАЛЬНЕГО ЗАРУБЕЖЬЯ / Науру", "001001002"), (10, "ВСЕГО / СТРАНЫ СНГ", "001002")):
        for column, flow in zip("BCD", ("total", "export", "import")):
            said = printed(grid, f"{column}{line}")
            lines.append((dict(ytd("2031-01/2031-03"), area=area, flow=flow, outline=outline),
                          (f"{column}{line}", 6, "USD", "O" if said == "–" else "A", said.replace(",", ".")), {}))
    figures(case, "areas.csv", ["area"] + WHEN + ["flow"] + FIRST + ["outline"], ("страны_2031.csv", "", grid), lines)


def central_bank():
    """Bank of Russia, windows-1251: dates by day, decimal comma in quotes, the currency named at the end of the line.
    Read as figures, not as rates; the nominal stands in its own column."""
    case = "layout-central-bank"
    grid = [["nominal", "data", "curs", "cdx"], ["1", "05.03.2031", "59,5891", "Болгарский лев"],
            ["100", "04.03.2031", "6339,3500", "Болгарский лев"], ["1", "03.03.2031", "58,5742", "Болгарский лев"]]
    text(case, "BGN_F01_03_2031_T05_03_2031.csv",
         "".join(f'{a};{b};"{c}";{d}\n' if b != "data" else f"{a};{b};{c};{d}\n" for a, b, c, d in grid), "windows-1251")
    lines = [(dict(currency_name="Болгарский лев", day=day, nominal=printed(grid, f"A{line}")),
              (f"C{line}", 0, "RUB", "A", printed(grid, f"C{line}").replace(",", ".")), {})
             for line, day in ((2, "2031-03-05"), (3, "2031-03-04"), (4, "2031-03-03"))]
    figures(case, "quotes.csv", ["day", "currency_name", "nominal"] + FIRST, ("BGN_F01_03_2031_T05_03_2031.csv", "", grid), lines)


def bulletin():
    """A bureau's bulletin: three tables on one sheet with their own titles, units and heads, a note under each, a
    remark of the clerk beside. The first gives figures by month and so far, the second by city, the third by group."""
    case = "layout-bulletin"
    grid = [["2031年1-3月全市外贸运行情况"], [],
            ["一、进出口总值"], [None, None, None, "单位：亿元"],
            ["时间", "进出口", "出口", "进口"],
            ["1-2月", 30.5, 20.25, 10.25], ["3月", 15, 10, 5], ["1-3月", 45.5, 30.25, 15.25],
            ["注：1月数据与2月合并发布。"], [],
            ["二、分县（市）区进出口"], ["单位：万美元"],
            ["县（市）区", "出口额", "进口额", None, "待核"],
            ["合计", 3500, 1200], ["爱辉区", 2000, 700, None, 7], ["北安市", 1500, 500],
            ["注：按注册地统计。"], [],
            ["三、主要贸易方式"], [None, None, "单位：亿元"],
            ["方式", "1-3月", "占比%"], ["一般贸易", 40, 87.9], ["其他", 5.5, 12.1]]
    xlsx(case, "外贸简报2031年3月.xlsx", {"简报": grid}, ["A1:D1"])
    file = ("外贸简报2031年3月.xlsx", "简报", grid)
    whens = ((6, ytd("2031-01/2031-02")), (7, month("2031-03")), (8, ytd("2031-01/2031-03")))
    figures(case, "flows.csv", WHEN + ["flow"] + FIRST, file,
            [(dict(when, flow=flow), (f"{column}{line}", 8, "CNY"), {}) for line, when in whens
             for column, flow in zip("BCD", ("total", "export", "import"))])
    figures(case, "counties.csv", ["county", "flow"] + WHEN + FIRST, file,
            [(dict(ytd("2031-01/2031-03"), county=county, flow=flow), (f"{column}{line}", 4, "USD"), {})
             for line, county in ((14, "合计"), (15, "爱辉区"), (16, "北安市")) for column, flow in zip("BC", ("export", "import"))])
    figures(case, "modes.csv", ["mode"] + WHEN + FIRST + further("share"), file,
            [(dict(ytd("2031-01/2031-03"), mode=mode), (f"B{line}", 8, "CNY"), dict(share=(f"C{line}", -2)))
             for line, mode in ((22, "一般贸易"), (23, "其他"))])


def side_by_side():
    """Two halves of one table beside each other, as .ods with its endless empty rows; the total in the first half,
    a draft below."""
    case = "layout-side-by-side"
    grid = [["2031年各市进出口"], ["单位：亿美元"], ["地区", "进口", "出口", None, "地区", "进口", "出口"],
            ["合计", 9.5, 12, None, "丙市", 5, 6], ["甲市", 1.5, 2, None, "丁市", 0, 0.25], ["乙市", 3, 3.75], [],
            ["本表为草稿", 99]]
    ods(case, "各市2031.ods", {"Sheet1": grid})
    lines = [(dict(year("2031"), area=area, flow=flow), (cell, 8, "USD"), {})
             for area, flow, cell in (("合计", "import", "B4"), ("合计", "export", "C4"), ("甲市", "import", "B5"), ("甲市", "export", "C5"),
                                      ("乙市", "import", "B6"), ("乙市", "export", "C6"), ("丙市", "import", "F4"), ("丙市", "export", "G4"),
                                      ("丁市", "import", "F5"), ("丁市", "export", "G5"))]
    figures(case, "areas.csv", ["area"] + WHEN + ["flow"] + FIRST, ("各市2031.ods", "Sheet1", grid), lines)


def energy():
    """China's trade in an energy product by year: growth as a fraction beside each flow, `—` where there is none,
    empty cells for years not published, a footnote mark on a figure, the unit in a column, scratch beside."""
    case = "layout-energy"
    grid = [["年份", "进口", "进口增长率", "出口", "出口增长率", "国家", "单位", "数据来源"],
            [2029, None, "—", 48, "—", "中国", "万吨", "国家统计局"],
            [2030, 15, "—", 46, -0.042, "中国", "万吨", "国家统计局"],
            [2031, 26, 0.733, "57.5①", 0.25, "中国", "万吨", "国家统计局"],
            [None] * 9 + ["min", 15]]
    xlsx(case, "煤油进出口量.xlsx", {"煤油": grid})
    lines = [(dict(year(when), flow=flow), (f"{value}{line}", 4, "T" if status != "O" else "", status, said),
              dict(growth=(f"{growth}{line}", 0, "O" if printed(grid, f"{growth}{line}") == "—" else "A")))
             for line, when, flow, value, growth, status, said in (
                 (2, "2029", "import", "B", "C", "O", None), (2, "2029", "export", "D", "E", "A", None),
                 (3, "2030", "import", "B", "C", "A", None), (3, "2030", "export", "D", "E", "A", None),
                 (4, "2031", "import", "B", "C", "A", None), (4, "2031", "export", "D", "E", "P", "57.5"))]
    figures(case, "energy.csv", WHEN + ["flow"] + FIRST + further("growth"), ("煤油进出口量.xlsx", "煤油", grid), lines)


def indices():
    """Growth as an index (the year before is 100), hierarchy by the indent of the cell's style alone, the unit in a
    header; groups add up to the total."""
    case = "layout-indices"
    grid = [["2031年对外贸易"], ["商品", "金额（千美元）", "指数（上年=100）"],
            ["Total", 100, 106.5], ["Food", 30, 102.5], ["Meat", 20, 98], ["Beef", 8, 100], ["Fish", 10, 105], ["Fuel", 70, 110]]
    xlsx(case, "指数2031.xlsx", {"Sheet1": grid}, indent={"A4": 1, "A5": 2, "A6": 3, "A7": 2, "A8": 1})
    out = []
    for line, goods, depth, outline in ((3, "Total", 0, "001"), (4, "Total / Food", 1, "001001"), (5, "Total / Food / Meat", 2, "001001001"),
                                        (6, "Total / Food / Meat / Beef", 3, "001001001001"), (7, "Total / Food / Fish", 2, "001001002"),
                                        (8, "Total / Fuel", 1, "001002")):
        out.append((dict(year("2031"), goods=goods, depth=depth, outline=outline), (f"B{line}", 3, "USD"), dict(growth=(f"C{line}", -2))))
    # An index of 102.5 is growth of 2.5 %.
    shifted = [row[:2] + [plain(Decimal(repr(row[2])) - 100)] if len(row) > 2 and not isinstance(row[2], str) else row for row in grid]
    figures(case, "goods.csv", ["goods"] + WHEN + FIRST + further("growth") + ["depth", "outline"], ("指数2031.xlsx", "Sheet1", shifted), out)


def saved_as_html():
    """A query page saved as .xls: HTML in GBK with spans across and down, &nbsp; in labels and cells, January, which
    has no cumulative columns."""
    case = "layout-saved-as-html"
    grid = [["2031年1月进出口商品国别（地区）总值表", None, None, None, None], ["单位：百万美元", None, None, None, None],
            ["国别（地区）", "1月", None, None, "累计比去年同期±%"], [None, "进出口", "出口", "进口", None],
            ["总值", "3,300.5", "2,000", "1,300.5", "2.5"], [HARD * 4 + "俄罗斯联邦", "1,300.5", "1,000", "300.5", "-1.5"],
            [HARD * 4 + "其他", "2,000", "1,000", "1,000", HARD]]
    html(case, "国别2031年1月.xls", grid, {"A1": (5, 1), "A2": (5, 1), "A3": (1, 2), "B3": (3, 1), "E3": (1, 2)}, "gbk")
    lines = [(dict(month("2031-01"), area=area, flow=flow, outline=outline), (f"{column}{line}", 6, "USD"), {})
             for line, area, outline in ((5, "总值", "001"), (6, "总值 / 俄罗斯联邦", "001001"), (7, "总值 / 其他", "001002"))
             for column, flow in zip("BCD", ("total", "export", "import"))]
    figures(case, "areas.csv", ["area"] + WHEN + ["flow"] + FIRST + ["outline"], ("国别2031年1月.xls", "", grid), lines)
    file = "国别2031年1月.xls"
    found(case, ("L05", "info", "areas", file, "", "E3", "累计比去年同期±%", "a declared column", 2),
          ("F03", "info", "input", file, "", "", ".xls", ".html", 1))


def saved_as_xml2003():
    """SpreadsheetML 2003 named .xls: skipped cells by index, merges across and down, quarters that make the year."""
    case = "layout-saved-as-xml2003"
    grid = [["2031年分季度进出口情况"], [None, None, None, "单位：亿元人民币"],
            ["季度", "出口", None, "进口"], [None, "金额", "同比±%", "金额", "同比±%"],
            ["2031年一季度", 10.5, 3.5, 5.25, -1], ["2031年二季度", 12, "-", 6, 2], ["2031年三季度", 11.5, 4, 6.75, 2.5],
            ["2031年四季度", 14, 5, 7, 0], ["2031年", 48, 4.5, 25, 1.5]]
    xml2003(case, "季度2031.xls", "季度", grid, ["A3:A4", "B3:C3", "D3:E3"])
    lines = []
    for line in range(5, 10):
        when = year("2031") if line == 9 else dict(time_period=f"2031-Q{line - 4}", freq="Q")
        for flow, value, growth in (("export", "B", "C"), ("import", "D", "E")):
            cell = f"{growth}{line}"
            lines.append((dict(when, flow=flow), (f"{value}{line}", 8, "CNY"),
                          dict(growth=(cell, -2, "O" if printed(grid, cell) == "-" else "A"))))
    figures(case, "quarters.csv", WHEN + ["flow"] + FIRST + further("growth"), ("季度2031.xls", "季度", grid), lines)
    found(case, ("F03", "info", "input", "季度2031.xls", "", "", ".xls", ".xml", 1))


if __name__ == "__main__":
    for draw in (customs_by_mode, customs_by_commodity, national_commodities, customs_by_country, query_extract, eurostat_browser,
                 eurostat_tsv, comtrade_rows, comtrade_wide, comtrade_ranks, russian_customs, central_bank, bulletin, side_by_side,
                 energy, indices, saved_as_html, saved_as_xml2003):
        draw()
