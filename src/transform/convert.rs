//! `convert`: an amount in other currencies, each value by the rate of its own day or period.
//!
//! Every converted amount keeps its original and names the rate it used. Only distinct pairs of currency
//! and period are quoted; a rate that is missing is an error or a mark, never 1.

use polars::prelude::*;

use crate::measure::{Currency, Method, Quote};
use crate::spec::{Fields, Mistakes, Node, Span, Text};
use crate::table::{Column as TableColumn, ColumnType, Companion, Schema, Table};

use super::columns::{PARTIAL, money_column, text, units};
use super::converted::Converted;
use super::given::{Given, Rating};
use super::measured::Measured;
use super::pairs::{Pairs, When};
use super::quoted::{Answer, Asking, WhenMissing};
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, Wanted, World};

pub(super) const KIND: VerbKind = VerbKind {
    name: "convert",
    example: r#"convert = { value = "obs_value", to = ["CNY", "USD"], rates = "reference", method = "average" }"#,
    read,
};

/// As written.
#[derive(Debug)]
struct Convert {
    span: Span,
    value: Text,
    to: Vec<(Currency, Text)>,
    rating: Rating,
    on: Option<Text>,
    currency: Option<Text>,
    missing: WhenMissing,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "`convert`", mistakes)?;
    let value = fields.required_text("value");
    let named = if fields.required("to").is_some() { fields.texts("to") } else { Vec::new() };
    let mut to: Vec<(Currency, Text)> = Vec::new();
    for name in &named {
        match Currency::parse(&name.value) {
            Some(currency) if to.iter().any(|(known, _)| *known == currency) => {
                mistakes.add(name.span.clone(), format!("{currency} stands twice in `to`"));
            }
            Some(currency) => to.push((currency, name.clone())),
            None => mistakes.add_with_help(
                name.span.clone(),
                format!("`{}` is no currency", name.value),
                "give its ISO 4217 code, as in CNY, USD, RUB",
            ),
        }
    }
    let rating = Rating::read(&mut fields);
    let missing = fields.choice("missing", &[("error", WhenMissing::Error), ("empty", WhenMissing::Empty)]);
    let read = Convert {
        span: fields.span(),
        value: value?,
        to,
        rating: rating?,
        on: fields.text("on"),
        currency: fields.text("currency"),
        missing: missing.unwrap_or(WhenMissing::Error),
    };
    fields.finish();
    Some(Box::new(read))
}

impl Verb for Convert {
    fn inputs(&self) -> Vec<Text> {
        self.rating.table().into_iter().cloned().collect()
    }

    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        super::columns::expect_column(schema, &self.value, &[ColumnType::Money], mistakes);
        let default = |name: &str| Text::at(self.span.clone(), name);
        let on = self.on.clone().unwrap_or_else(|| default("time_period"));
        let when =
            super::columns::expect_column(schema, &on, &[ColumnType::Text, ColumnType::Date], mistakes);
        if when == Some(ColumnType::Date) && self.rating.method() == Some(Method::Average) {
            mistakes.add_with_help(
                on.span.clone(),
                format!("`{}` holds single days, which have no average rate", on.value),
                "write method = \"daily\"",
            );
        }
        let currency = self.currency.clone().unwrap_or_else(|| default("currency"));
        super::columns::expect_column(schema, &currency, &[ColumnType::Text], mistakes);
        let given = self.rating.plan(shapes, mistakes);
        for (target, written) in &self.to {
            let name = converted_name(&self.value.value, *target);
            if schema.has(&name) {
                mistakes.add(written.span.clone(), format!("there is already a column `{name}`"));
            }
        }
        if mistakes.count() > before {
            return None;
        }
        let when = match when {
            Some(ColumnType::Date) => When::Day(on.value),
            _ => When::Period { column: on.value, frequency: super::columns::frequency_column(schema) },
        };
        let companions: Vec<Companion> =
            schema.companions_of(&self.value.value).map(|(companion, _)| companion).collect();
        let planned = Conversion {
            value: self.value.value.clone(),
            targets: self.to.iter().map(|(target, _)| *target).collect(),
            given: given?,
            when,
            currency: currency.value,
            missing: self.missing,
            companions,
            partial: Measured::of(schema, &self.value.value).partial,
            wanted: Wanted::All,
        };
        let mut shape = shape.clone();
        for target in &planned.targets {
            planned.declare(*target, &mut shape.schema);
        }
        Some((shape, Box::new(planned)))
    }
}

/// Name of `value` in another currency.
fn converted_name(value: &str, target: Currency) -> String {
    format!("{value}_{}", target.as_str().to_lowercase())
}

/// Names and types known.
#[derive(Debug)]
struct Conversion {
    value: String,
    targets: Vec<Currency>,
    given: Given,
    when: When,
    currency: String,
    missing: WhenMissing,
    companions: Vec<Companion>,
    partial: Option<String>,
    /// The columns that are read later; of those beside the amounts no others are made.
    wanted: Wanted,
}

impl Planned for Conversion {
    fn narrow(&mut self, wanted: &Wanted) -> Wanted {
        self.wanted = wanted.clone();
        let made = |suffixed: &dyn Fn(&str) -> String| {
            self.targets.iter().any(|target| wanted.has(&suffixed(&converted_name(&self.value, *target))))
        };
        let companions = self.companions.iter().filter(|companion| made(&|name| companion.of(name)));
        let partial = self.partial.iter().filter(|_| made(&|name| format!("{name}{PARTIAL}")));
        let own = [&self.value, &self.currency].into_iter().chain(partial).cloned();
        let beside = companions.map(|companion| companion.of(&self.value));
        wanted.and(own.chain(self.when.columns()).chain(beside))
    }

    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let quoting = self.given.quoting(world)?;
        let pairs = Pairs::of(&table.frame, &self.value, &self.currency, &self.when)?;
        for target in &self.targets {
            let asking = Asking { pairs: &pairs, quoting: &quoting, missing: self.missing };
            let answers = asking.answers(*target, &table, world)?;
            self.add(&mut table, &pairs, *target, &answers)?;
        }
        Ok(table)
    }
}

impl Conversion {
    fn has(&self, companion: Companion) -> bool {
        self.companions.contains(&companion)
            || (companion == Companion::Status && self.missing == WhenMissing::Empty)
    }

    /// Declares the columns of one target, in the order in which [`Conversion::add`] makes them.
    fn declare(&self, target: Currency, schema: &mut Schema) {
        let name = converted_name(&self.value, target);
        schema.put(TableColumn::measure(name.as_str(), ColumnType::Money));
        for companion in Companion::ALL.into_iter().filter(|companion| self.makes(*companion, &name)) {
            schema.put(TableColumn::companion(companion, &name, ColumnType::Money));
        }
        for attribute in ["_rate", "_note"].map(|suffix| format!("{name}{suffix}")) {
            if self.wanted.has(&attribute) {
                schema.put(TableColumn::attribute(attribute, ColumnType::Text));
            }
        }
        let partial = format!("{name}{PARTIAL}");
        if self.partial.is_some() && self.wanted.has(&partial) {
            schema.put(TableColumn::attribute(partial, ColumnType::Text));
        }
    }

    /// Whether a companion of the amount `name` is made.
    fn makes(&self, companion: Companion, name: &str) -> bool {
        self.has(companion) && self.wanted.has(&companion.of(name))
    }

    /// Adds the columns of one target.
    fn add(
        &self,
        table: &mut Table,
        pairs: &Pairs,
        target: Currency,
        answers: &[Answer],
    ) -> Result<(), StepError> {
        let name = converted_name(&self.value, target);
        let converted = Converted::of(pairs, answers);
        let amount = converted.amounts(units(&table.frame, &self.value)?)?;
        let mut columns = vec![money_column(&name, amount)?];
        for companion in Companion::ALL.into_iter().filter(|companion| self.makes(*companion, &name)) {
            let from = companion.of(&self.value);
            let to = companion.of(&name);
            let made = match companion {
                Companion::Rounding => money_column(&to, converted.amounts(units(&table.frame, &from)?)?)?,
                Companion::Bound => converted.texts(&to, text(&table.frame, &from)?, None),
                Companion::Status if self.companions.contains(&companion) => {
                    converted.texts(&to, text(&table.frame, &from)?, Some("M"))
                }
                Companion::Status => {
                    let normal = StringChunked::full(PlSmallStr::EMPTY, "A", table.frame.height());
                    converted.texts(&to, &normal, Some("M"))
                }
            };
            columns.push(made);
        }
        let (rate, note) = (format!("{name}_rate"), format!("{name}_note"));
        if self.wanted.has(&rate) {
            columns.push(converted.said(&rate, |quote| Some(quote.id()))?);
        }
        if self.wanted.has(&note) {
            columns.push(converted.said(&note, Quote::note)?);
        }
        let to = format!("{name}{PARTIAL}");
        if let Some(partial) = self.partial.as_deref().filter(|_| self.wanted.has(&to)) {
            columns.push(converted.texts(&to, text(&table.frame, partial)?, None));
        }
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(target, &mut table.schema);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, ecb, imf, table};
    use super::*;
    use crate::spec::NodeKind;

    const YEARS: &str = r#"convert = { value = "v", to = ["CNY", "USD"], rates = "reference" }"#;
    const HEAD: &str = "time_period | freq | currency | v:amount | v_status | v_bound | v_rounding:amount";

    fn scene(rows: &str) -> Scene {
        Scene::new(&format!("{HEAD}\n{rows}")).with_rates(&[ecb(), imf()])
    }

    #[track_caller]
    fn check(toml: &str, rows: &str, columns: &[&str], expected: &str) -> Journal {
        let (made, journal) = scene(rows).apply(toml);
        assert_eq!(draw(&made.unwrap(), columns), expected);
        journal
    }

    use super::super::Journal;

    /// By Python's decimal from the daily crosses at scale 12: means 6.618696977563 and 6.449111290093,
    /// quotients at scale 8, half away from zero.
    #[test]
    fn yuan_become_dollars_by_the_mean_of_their_own_year() {
        let journal = check(
            YEARS,
            "2018 | A | CNY | 122000000000 | A |  | 500000000\n2021 | A | CNY | 131340000000 | A | > | 5000000",
            &["v_cny", "v_usd", "v_usd_rounding", "v_usd_bound", "v_cny_rate", "v_usd_rate"],
            "122000000000 | 18432631137.75610892 | 75543570.23670536 | - | - | CNY per USD 2018 mean of daily crosses ECB\n\
             131340000000 | 20365596760.86873661 | 775300.6228441 | > | - | CNY per USD 2021 mean of daily crosses ECB",
        );
        assert_eq!(journal.quotes.len(), 2);
        assert!(journal.findings.is_empty());
    }

    #[test]
    fn columns_that_no_later_verb_reads_are_not_made() {
        let scene = scene("2018 | A | CNY | 122000000000 | A |  | 500000000");
        let mistakes = Mistakes::default();
        let NodeKind::Table(entries) = crate::spec::parse(YEARS, &mistakes).kind else { panic!("no table") };
        let shapes = scene.shapes();
        let verb = read(&entries[0].value, &mistakes).unwrap();
        let (_, mut planned) = verb.plan(&shapes.tables["t"], &shapes, &mistakes).unwrap();
        let wanted = Wanted::Only(["v_cny", "v_cny_note", "v_usd_status"].map(str::to_owned).into());
        let reads = planned.narrow(&wanted);
        assert!(reads.has("v_status") && reads.has("currency") && reads.has("freq"));
        assert!(!reads.has("v_bound") && !reads.has("other"));
        let drawn = table(&format!("{HEAD}\n2018 | A | CNY | 122000000000 | A |  | 500000000"));
        let made = planned.run(drawn, &scene.world()).unwrap();
        let converted =
            made.schema.names().filter(|name| name.starts_with("v_cny") || name.starts_with("v_usd"));
        // An amount is always made, for one that is too large is an error whoever reads it.
        assert_eq!(converted.collect::<Vec<_>>(), ["v_cny", "v_cny_note", "v_usd", "v_usd_status"]);
        assert_eq!(draw(&made, &["v_cny", "v_usd_status"]), "122000000000 | A");
    }

    #[test]
    fn dollars_become_yuan_by_the_same_rate() {
        check(
            YEARS,
            "2018 | A | USD | 17320000000 | A |  | 5000000",
            &["v_cny", "v_usd", "v_cny_note"],
            "114635831651.39116 | 17320000000 | -",
        );
    }

    #[test]
    fn counts_and_empty_values_stay_empty() {
        check(
            YEARS,
            "2018 | A |  | 16 | A |  | \n2018 | A | CNY |  | O |  | ",
            &["v_cny", "v_usd", "v_usd_status", "v_usd_rate"],
            "- | - | - | -\n- | - | - | -",
        );
    }

    /// The ECB published the yuan on 195 of its 257 days of 2005; there is no second source for that year.
    #[test]
    fn a_partial_mean_is_noted_on_the_row_and_found_once() {
        let journal = check(
            YEARS,
            "2005 | A | USD | 1 | A |  | \n2005 | A | USD | 2 | A |  | ",
            &["v_cny_note"],
            "195 of 257 days\n195 of 257 days",
        );
        let [found] = journal.findings.as_slice() else { panic!("{:?}", journal.findings) };
        assert_eq!(
            (found.code.id, found.count, found.seen.as_str()),
            ("S21", 2, "CNY per USD: 195 of 257 days")
        );
    }

    const DAYS: &str =
        r#"convert = { value = "v", to = ["CNY"], rates = "reference", method = "daily", on = "day" }"#;

    fn days(rows: &str, toml: &str) -> (Result<Table, StepError>, Journal) {
        Scene::new(&format!("day:date | currency | v:amount\n{rows}")).with_rates(&[ecb(), imf()]).apply(toml)
    }

    /// 2021-02-12 is a Friday: 1.2108 dollars and 7.8207 yuan for a euro; the 13th and 14th are the weekend.
    #[test]
    fn a_weekend_takes_the_rate_of_friday() {
        let (made, _) = days("2021-02-12 | USD | 100\n2021-02-14 | USD | 100", DAYS);
        let drawn = draw(&made.unwrap(), &["v_cny", "v_cny_rate"]);
        let expected = "645.91179386 | CNY per USD 2021-02-12 daily ECB\n\
                        645.91179386 | CNY per USD 2021-02-14 daily ECB";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn the_rouble_steps_down_to_the_yearly_mean_and_days_are_found_together() {
        let (made, journal) = days("2022-03-02 | RUB | 1000\n2022-06-15 | RUB | 1000", DAYS);
        let drawn = draw(&made.unwrap(), &["v_cny_note"]);
        assert!(
            drawn.starts_with("IMF annual mean 2022: ECB published no RUB/CNY rate on 2022-03-02\n"),
            "{drawn}"
        );
        let counts: Vec<_> = journal.findings.iter().map(|found| (found.code.id, found.count)).collect();
        assert_eq!(counts, [("S22", 2)]);
        assert_eq!(journal.quotes.len(), 2);
    }

    #[test]
    fn a_missing_rate_names_currency_period_rows_and_place() {
        let rows = "2021-02-12 | USD | 100\n1998-05-04 | USD | 100\n1998-05-04 | USD | 7\n | USD | 5";
        let error = days(rows, DAYS).0.unwrap_err().to_string();
        assert_eq!(
            error,
            "no rate from USD to CNY for 1998-05-04: ECB begins after 1998-05-04; IMF has no USD/CNY mean of 1998 \
             (2 rows, first at t.xlsx ▸ S ▸ A3; and one more pair of currency and period)",
        );
    }

    #[test]
    fn a_missing_rate_may_leave_the_value_empty() {
        let toml = DAYS.replace("rates =", "missing = \"empty\", rates =");
        let (made, journal) = days("2021-02-12 | CNY | 100\n1998-05-04 | USD | 100", &toml);
        assert_eq!(draw(&made.unwrap(), &["v_cny", "v_cny_status"]), "100 | A\n- | M");
        let [found] = journal.findings.as_slice() else { panic!("{:?}", journal.findings) };
        assert_eq!((found.code.id, found.count, found.place.cell.as_str()), ("S20", 1, "A3"));
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        assert_eq!(
            scene("2018 | A | CNY | 1 | A |  | ").mistakes(
                r#"convert = { value = "freq", to = ["CNY", "YUAN"], rates = "referenc", on = "day" }"#
            ),
            "`freq` is text (expected amount)\n\
             `YUAN` is no currency (give its ISO 4217 code, as in CNY, USD, RUB)\n\
             unknown rates block `referenc` (did you mean `reference`? allowed: reference)\n\
             unknown column `day` (allowed: time_period, freq, currency, v, v_status, v_bound, v_rounding)",
        );
    }

    const FACTS: &str = "id | rate:amount | rate_bound\nF1 | 7.044 | \nF2 | 6.9 | >\nF3 | 7 | \nF3 | 8 | ";

    fn stated(condition: &str) -> String {
        format!(
            r#"convert = {{ value = "v", to = "USD", stated = {{ table = "facts", where = "{condition}", value = "rate", pair = "CNY per USD" }} }}"#
        )
    }

    /// By Python's decimal: 122e9 / 7.044 = 17319704713.23111868 at eight places.
    #[test]
    fn a_fixed_and_a_stated_rate_convert_their_own_pair() {
        let rows = "2018 | A | CNY | 122000000000 | A |  | ";
        check(
            r#"convert = { value = "v", to = "USD", fixed = "7.044 CNY per USD" }"#,
            rows,
            &["v_usd", "v_usd_rate", "v_usd_note"],
            "17319704713.23111868 | CNY per USD 2018 fixed pipeline | -",
        );
        let mut facts = super::super::drawn::table(FACTS);
        "facts".clone_into(&mut facts.name);
        let scene = scene(rows).with_table(facts);
        let (made, _) = scene.apply(&stated("id = 'F1'"));
        assert_eq!(
            draw(&made.unwrap(), &["v_usd", "v_usd_rate"]),
            "17319704713.23111868 | CNY per USD 2018 stated facts"
        );
        for (condition, why) in [
            ("id = 'F2'", "value is a bound"),
            ("id = 'F3'", "2 rows of it meet the condition"),
            ("id = 'F4'", "0 rows of it meet the condition"),
        ] {
            let error = scene.apply(&stated(condition)).0.unwrap_err().to_string();
            assert!(error.starts_with(&format!("the rate stated in `facts` is refused: {why}")), "{error}");
        }
    }

    #[test]
    fn a_fixed_rate_serves_no_other_pair() {
        let (made, _) = scene("2018 | A | RUB | 5 | A |  | ")
            .apply(r#"convert = { value = "v", to = "USD", fixed = "7.044 CNY per USD" }"#);
        let error = made.unwrap_err().to_string();
        assert!(
            error.starts_with("no rate from RUB to USD for 2018: the fixed rate is CNY per USD"),
            "{error}"
        );
    }

    #[test]
    fn a_rate_without_direction_and_two_kinds_of_rate_are_mistakes() {
        let scene = scene("2018 | A | CNY | 1 | A |  | ");
        assert_eq!(
            scene.mistakes(r#"convert = { value = "v", to = "USD", fixed = "7.044" }"#),
            "`7.044` says not which way round the rate is (write it as in \"7.044 CNY per USD\")",
        );
        assert_eq!(
            scene.mistakes(
                r#"convert = { value = "v", to = "USD", rates = "reference", fixed = "7.044 CNY per USD" }"#
            ),
            "`convert` must have one of `rates`, `fixed` and `stated`",
        );
    }

    /// A month, a quarter, a span from January and a year of one table, each by its own mean, by Python's
    /// decimal over the ECB file; the day of a table by period by the rate of that day.
    #[test]
    fn every_row_by_the_mean_of_its_own_period() {
        check(
            YEARS,
            "2018-04 | M | USD | 1 | A |  | \n2018-Q2 | Q | USD | 1 | A |  | \n2018-01/2018-08 | YTD | USD | 1 | A |  | \n2018 | A | USD | 1 | A |  | \n2018-04-08 | D | USD | 1 | A |  | ",
            &["v_cny", "v_cny_rate"],
            "6.30063061 | CNY per USD 2018-04 mean of daily crosses ECB\n\
             6.38156781 | CNY per USD 2018-Q2 mean of daily crosses ECB\n\
             6.47925199 | CNY per USD 2018-01/2018-08 mean of daily crosses ECB\n\
             6.61869698 | CNY per USD 2018 mean of daily crosses ECB\n\
             6.30521497 | CNY per USD 2018-04-08 daily ECB",
        );
    }
}
