"""Writes declarations as CSV and daily rates, the same for the same arguments; the standard library is enough.

    python benches/convert-aggregate/generate.py OUT ROWS [FILES]

OUT/decl_*.csv cover 2023 and 2024 in the order of days; OUT/fx_daily.csv holds a rate for every day but weekends.
"""
import csv
import os
import random
import sys
from datetime import date, timedelta

START, DAYS = date(2023, 1, 1), 731
PARTNERS = ["俄罗斯", "白俄罗斯", "哈萨克斯坦", "韩国", "日本", "美国", "德国", "法国", "意大利", "英国", "荷兰", "巴西", "印度", "越南",
            "泰国", "马来西亚", "新加坡", "印度尼西亚", "澳大利亚", "加拿大", "土耳其", "波兰", "蒙古", "阿联酋", "墨西哥"]
CHAPTERS = ["03", "07", "10", "12", "15", "27", "31", "39", "44", "47", "64", "72", "84", "85", "87"]
CURRENCIES, WEIGHTS = ["CNY", "USD", "RUB", "EUR"], [40, 30, 22, 8]


def write_rates(path, rng):
    rates = {"USD": 6.90, "RUB": 0.0980, "EUR": 7.40}
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f)
        out.writerow(["date", "currency", "cny_per_unit"])
        for at in range(-10, DAYS):
            day = START + timedelta(days=at)
            if day.weekday() >= 5:
                continue
            for currency in rates:
                rates[currency] *= 1 + rng.gauss(0, 0.003)
                out.writerow([day, currency, f"{rates[currency]:.6f}"])


def write_declarations(path, rng, first, last, rows):
    codes = [chapter + f"{rng.randrange(10 ** 8):08d}" for chapter in CHAPTERS for _ in range(20)]
    names = [(START + timedelta(days=at)).isoformat() for at in range(DAYS)]
    pick, span = rng.random, last - first
    currencies = [currency for currency, weight in zip(CURRENCIES, WEIGHTS) for _ in range(weight)]
    with open(path, "w", encoding="utf-8") as f:
        f.write("申报日期,商品编码,贸易伙伴,金额,币种\n")
        for row in range(rows):
            day = names[first + span * row // rows]
            code, partner = codes[int(pick() * len(codes))], PARTNERS[int(pick() ** 2 * len(PARTNERS))]
            amount, currency = int(10 ** (3 + 5 * pick())), currencies[int(pick() * 100)]
            f.write(f"{day},{code},{partner},{amount // 100}.{amount % 100:02d},{currency}\n")


def main():
    folder, rows = sys.argv[1], int(sys.argv[2])
    files = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(20240517)
    write_rates(os.path.join(folder, "fx_daily.csv"), rng)
    for at in range(files):
        name = os.path.join(folder, f"decl_{at + 1:02d}.csv")
        write_declarations(name, rng, DAYS * at // files, DAYS * (at + 1) // files, rows // files)


main()
