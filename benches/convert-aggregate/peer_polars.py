"""The same job in polars, with amounts as Decimal(38, 8) or, as most would write it, as doubles.

    pip install polars
    python benches/convert-aggregate/peer_polars.py DATA OUT.csv [decimal|float]
"""
import sys

import polars as pl

data, out = sys.argv[1:3]
exact = sys.argv[3:] != ["float"]
number = pl.Decimal(38, 8) if exact else pl.Float64
# Polars divides decimals at the scale of the dividend; the double of a rate has 15 digits.
fx = pl.read_csv(f"{data}/fx_daily.csv", schema_overrides={"date": pl.Date, "cny_per_unit": pl.Float64}).sort("date")
days = pl.DataFrame({"date": pl.date_range(fx["date"].min(), fx["date"].max(), "1d", eager=True)})
rates = days.join(fx.select("currency").unique(), how="cross").sort("date")
rates = rates.join_asof(fx, on="date", by="currency", check_sortedness=False).rename({"currency": "币种"})
dollars = rates.filter(pl.col("币种") == "USD").select("date", usd="cny_per_unit")
yuan = days.with_columns(pl.lit("CNY").alias("币种"), pl.lit(1.0).alias("cny_per_unit")).select(rates.columns)
rates = pl.concat([rates, yuan]).join(dollars, on="date")
rates = rates.with_columns(cny=pl.col("cny_per_unit").cast(number),
                           usd=(pl.col("cny_per_unit") / pl.col("usd")).cast(number)).drop("cny_per_unit")
kinds = {"申报日期": pl.Date, "商品编码": pl.String, "金额": number}
table = (
    pl.scan_csv(f"{data}/decl_*.csv", schema_overrides=kinds)
    .rename({"申报日期": "date"})
    .join(rates.lazy(), on=["date", "币种"], how="left")
    .group_by(time_period=pl.col("date").dt.strftime("%Y-%m"), partner="贸易伙伴", hs2=pl.col("商品编码").str.slice(0, 2))
    .agg(value_cny=(pl.col("金额") * pl.col("cny")).sum(), value_usd=(pl.col("金额") * pl.col("usd")).sum(), declarations=pl.len())
    .sort("time_period", "partner", "hs2")
    .collect()
)
table.write_csv(out)
print(table.height, "rows,", table["value_cny"].sum(), "CNY")
