//! The sample input read as the shipped pipeline declares it. Expected figures come from
//! `figures.csv`, the master of the sample, through Python; counts of the declarations from openpyxl.

use super::testing::{account, cell, figures, lists, read_sample};
use super::{CombineError, SourceReading};
use crate::table::Companion;

/// Counts of rows and `-` cells are those of the sheets.
#[track_caller]
fn check_account(source: &str, expected: &str) {
    assert_eq!(account(&read_sample(source)), expected);
}

#[test]
fn every_source_is_accounted_for_to_the_row() {
    check_account("russia_ytd", "10 taken, 10 used, 0 normalised, 0 rejected; figures 24, missing 13");
    check_account("russia_cities", "16 taken, 0 used, 16 normalised, 0 rejected; figures 34, missing 31");
    check_account("china_russia", "15 taken, 13 used, 2 normalised, 0 rejected; figures 31, missing 29");
    check_account(
        "heihe_zone",
        "8 taken, 7 used, 0 normalised, 0 rejected, 1 superseded; figures 7, missing 4",
    );
    check_account("expo", "10 taken, 3 used, 7 normalised, 0 rejected; figures 28, missing 32");
    check_account("expo6", "2 taken, 2 used, 0 normalised, 0 rejected; figures 2, missing 0");
    check_account("ports", "8 taken, 6 used, 2 normalised, 0 rejected; figures 18, missing 44");
    check_account("bridges", "11 taken, 11 used, 0 normalised, 0 rejected; figures 17, missing 27");
}

/// The columns of every row in which `column` holds `text`; rows replaced by later figures come last.
#[track_caller]
fn check_rows(source: &str, (column, text): (&str, &str), names: &[&str], expected: &str) {
    let reading = read_sample(source);
    let frames = std::iter::once(&reading.table.frame).chain(&reading.superseded);
    let rows = frames.flat_map(|frame| (0..frame.height()).map(move |row| (frame, row)));
    let rows = rows.filter(|(frame, row)| cell(frame, *row, column) == text);
    let lines = rows
        .map(|(frame, row)| names.iter().map(|name| cell(frame, row, name)).collect::<Vec<_>>().join(" "));
    assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected);
}

#[test]
fn a_correction_replaces_one_figure_and_keeps_the_others() {
    let names = ["stated_growth", "released", "vintage", "obs_value_status"];
    check_rows(
        "heihe_zone",
        ("indicator", "TRADE_GOODS_VALUE"),
        &names,
        "0.587 2024-02-26 A A\n0.569 2024-02-02 P P",
    );
    check_rows("heihe_zone", ("indicator", "FOREIGN_CAPITAL"), &names, "0.273 2024-02-02 P P");
    check_rows("heihe_zone", ("indicator", "FOREIGN_FIRMS"), &names, "- 2024-02-02 P P");
}

#[test]
fn the_final_number_of_the_expo_replaces_the_forecast() {
    check_rows(
        "expo6",
        ("edition", "EXPO-6"),
        &["indicator", "obs_value", "unit_measure", "obs_value_status", "released"],
        "EXPO_ENTERPRISES 1764 ENTERPRISES A 2019-06-19\nEXPO_COUNTRIES 74 PIECES A 2019-06-19\n\
         EXPO_ENTERPRISES 1360 ENTERPRISES F 2019-05-25\nEXPO_COUNTRIES 34 PIECES F 2019-05-25",
    );
}

#[test]
fn groups_of_countries_are_marked_and_nothing_else_is() {
    let names = ["counterpart_area", "flow", "time_period"];
    check_rows(
        "province",
        ("overlap", "overlapping"),
        &names,
        "BRI total 2023-01/2023-06\nBRI export 2023-01/2023-06\nBRI import 2023-01/2023-06\n\
         RCEP total 2023-01/2023-06\nRCEP export 2023-01/2023-06\nRCEP import 2023-01/2023-06",
    );
}

#[test]
fn one_year_is_that_of_russian_customs() {
    let names = ["time_period", "flow", "obs_value", "stated_growth"];
    check_rows(
        "china_russia",
        ("reporter", "RU"),
        &names,
        "2010 total 59340000000 0.503\n2010 export - -\n2010 import - -",
    );
}

#[test]
fn the_share_of_the_province_goes_with_the_total_alone() {
    let names = ["flow", "obs_value", "stated_share", "stated_share_status"];
    check_rows(
        "russia_ytd",
        ("time_period", "2017-01/2017-04"),
        &names,
        "total 25020000000 0.653 A\nexport 3550000000 - O\nimport 21470000000 - O",
    );
}

#[test]
fn what_is_known_of_one_figure_goes_with_it() {
    let reading = read_sample("expo");
    let frame = &reading.table.frame;
    let noted: Vec<usize> =
        (0..frame.height()).filter(|row| cell(frame, *row, "obs_value_note") != "-").collect();
    assert_eq!(noted.len(), 1);
    let names = ["edition", "indicator", "obs_value", "obs_value_status"];
    assert_eq!(names.map(|name| cell(frame, noted[0], name)), ["EXPO-5", "EXPO_VISITORS", "42000", "P"]);
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(figures(&read_sample(source)), expected);
}

#[test]
fn two_sheets_with_merged_headers_of_which_rows_and_sections() {
    check("province", PROVINCE);
    assert_eq!(
        account(&read_sample("province")),
        "24 taken, 18 used, 3 normalised, 0 rejected, 3 section; figures 36, missing 54"
    );
}

#[test]
fn two_stacked_blocks_have_their_own_units() {
    check("russia_years", RUSSIA_YEARS);
    assert_eq!(
        account(&read_sample("russia_years")),
        "8 taken, 8 used, 0 normalised, 0 rejected; figures 11, missing 28"
    );
}

#[test]
fn months_cumulative_and_full_years_of_one_column() {
    check("province_series", PROVINCE_SERIES);
    assert_eq!(
        account(&read_sample("province_series")),
        "19 taken, 19 used, 0 normalised, 0 rejected; figures 55, missing 4"
    );
}

/// 5,520,000 万元 is known to 10,000 万元: half of that is 50,000,000 yuan.
#[test]
fn trailing_zeros_carry_no_precision_where_declared() {
    let reading = read_sample("province_series");
    let rounding = reading.table.frame.column(&Companion::Rounding.of("obs_value")).unwrap();
    assert_eq!(rounding.get(0).unwrap().to_string(), "50000000.00000000");
}

#[test]
fn declarations_are_accounted_for_to_the_row() {
    let reading = read_sample("declarations");
    assert_eq!(
        account(&reading),
        "2002 taken, 1989 used, 3 normalised, 8 rejected, 2 repeat; figures 1992, missing 0"
    );
    let mut rejects: Vec<String> = reading
        .rejects
        .iter()
        .map(|reject| format!("{} {} {}", reject.code.id, reject.place.cell, reject.seen))
        .collect();
    rejects.sort();
    assert_eq!(rejects.join("\n"), REJECTS);
}

#[test]
fn too_many_rejects_stop_the_source() {
    let Err(CombineError::TooManyRejects(too_many)) = super::testing::try_sample("declarations", "0.1%")
    else {
        panic!("8 of 2002 rows are more than 0.1 %");
    };
    assert_eq!((too_many.rejected, too_many.taken), (8, 2002));
}

#[test]
fn facts_keep_bounds_plans_and_words() {
    let reading = read_sample("facts");
    assert_eq!(account(&reading), "37 taken, 37 used, 0 normalised, 0 rejected; figures 37, missing 0");
    check_fact(&reading, "F01", "122000000000 A - 500000000 122 ×10^9 CNY");
    check_fact(&reading, "F02", "17320000000 A - 5000000 17.32 ×10^9 USD");
    check_fact(&reading, "F15", "170000000000 A > - 170 ×10^9 CNY");
    check_fact(&reading, "F30", "- E - - Nizhneleninskoye");
    check_fact(&reading, "F35", "571000000 F - - 571 ×10^6 CNY");
}

#[track_caller]
fn check_fact(reading: &SourceReading, id: &str, expected: &str) {
    let names = ["obs_value", "obs_value_status", "obs_value_bound", "obs_value_rounding", "as_stated"];
    assert_eq!(super::testing::row_of(reading, "fact_id", id, &names), expected);
}

#[test]
fn every_constant_and_default_is_in_its_list() {
    let mistakes = crate::spec::Mistakes::default();
    for spec in super::testing::shipped() {
        spec.check_lists(&lists(), &mistakes);
    }
    assert_eq!(mistakes.into_sorted(), Vec::new());
}

const REJECTS: &str = "\
C01 J104 待核
C02 J1754 #N/A
C04 E1457 703102000
C07 J704 \n\
C08 B1154 2031-06-01
C08 J254 -5473.68
C09 B404 2021-02-30
C11 I1304 XXX";

const PROVINCE: &str = "\
W0 TOTAL total 2021 A 199500000000 CNY 0.296
W0 TOTAL export 2021 A 44770000000 CNY 0.244
W0 TOTAL import 2021 A 154730000000 CNY 0.312
W0 TOTAL total 2021-12 M 18780000000 CNY 0.462
W0 TOTAL export 2021-12 M 4430000000 CNY 0.253
W0 TOTAL import 2021-12 M 14350000000 CNY 0.542
RU TOTAL total 2021 A 131340000000 CNY 0.348
RU TOTAL export 2021 A 10690000000 CNY 0.13
W0 GENERAL total 2021 A 165960000000 CNY 0.375
W0 BORDER_SMALL total 2021 A 21100000000 CNY 0.145
W0 PROCESSING total 2021 A 7870000000 CNY -0.055
W0 TOTAL total 2021-01/2021-09 YTD 145550000000 CNY 0.235
W0 TOTAL export 2021-01/2021-09 YTD 31060000000 CNY 0.159
W0 TOTAL import 2021-01/2021-09 YTD 114490000000 CNY 0.258
W0 TOTAL total 2021-09 M 17810000000 CNY 0.328
W0 TOTAL export 2021-09 M 3420000000 CNY 0.158
W0 TOTAL import 2021-09 M 14390000000 CNY 0.376
W0 GENERAL total 2021-01/2021-09 YTD 120340000000 CNY 0.299
W0 BORDER_SMALL total 2021-01/2021-09 YTD 15760000000 CNY 0.11
W0 PROCESSING total 2021-01/2021-09 YTD 5840000000 CNY -0.116
W0 SOE total 2021-01/2021-09 YTD 84620000000 CNY 0.389
W0 PRIVATE total 2021-01/2021-09 YTD 51730000000 CNY 0.106
W0 FOREIGN total 2021-01/2021-09 YTD 8550000000 CNY -0.058
W0 TOTAL total 2023-01/2023-06 YTD 142460000000 CNY 0.166
W0 TOTAL export 2023-01/2023-06 YTD 32870000000 CNY 0.437
W0 TOTAL import 2023-01/2023-06 YTD 109590000000 CNY 0.104
W0 TOTAL total 2023-06 M 23600000000 CNY 0.088
W0 TOTAL export 2023-06 M 5850000000 CNY 0.351
W0 TOTAL import 2023-06 M 17750000000 CNY 0.022
BRI TOTAL total 2023-01/2023-06 YTD 112620000000 CNY 0.168
BRI TOTAL export 2023-01/2023-06 YTD 21090000000 CNY 0.717
BRI TOTAL import 2023-01/2023-06 YTD 91530000000 CNY 0.088
RCEP TOTAL total 2023-01/2023-06 YTD 13320000000 CNY 0.182
W0 GENERAL total 2023-01/2023-06 YTD 120630000000 CNY 0.13
W0 BORDER_SMALL total 2023-01/2023-06 YTD 13970000000 CNY 0.372
W0 PROCESSING total 2023-01/2023-06 YTD 4480000000 CNY 0.205";

const RUSSIA_YEARS: &str = "\
RU TOTAL total 2005 A 5680000000 USD 0.485
RU TOTAL total 2009 A 5580000000 USD -0.497
RU TOTAL total 2011 A 18990000000 USD -
RU TOTAL total 2012 A 21310000000 USD -
RU TOTAL total 2013 A 22360000000 USD 0.058
RU TOTAL export 2013 A 6910000000 USD 0.34
RU TOTAL import 2013 A 15450000000 USD -0.033
RU TOTAL total 2014 A 23200000000 USD 0.041
RU TOTAL total 2018 A 122000000000 CNY 0.647
RU TOTAL total 2021 A 131340000000 CNY 0.348
RU TOTAL export 2021 A 10690000000 CNY 0.13";

const PROVINCE_SERIES: &str = "\
W0 TOTAL total 2022-01/2022-03 YTD 55200000000 CNY 0.295
W0 TOTAL export 2022-01/2022-03 YTD 10100000000 CNY 0.135
W0 TOTAL import 2022-01/2022-03 YTD 45100000000 CNY 0.337
W0 TOTAL total 2022-04 M 22600000000 CNY 0.468
W0 TOTAL export 2022-04 M 3930000000 CNY 0.215
W0 TOTAL import 2022-04 M 18670000000 CNY 0.536
W0 TOTAL total 2022-01/2022-04 YTD 77770000000 CNY 0.341
W0 TOTAL export 2022-01/2022-04 YTD 14040000000 CNY 0.156
W0 TOTAL import 2022-01/2022-04 YTD 63730000000 CNY 0.389
W0 TOTAL total 2022-01/2022-06 YTD 122210000000 CNY 0.307
W0 TOTAL export 2022-01/2022-06 YTD 22950000000 CNY 0.141
W0 TOTAL import 2022-01/2022-06 YTD 99260000000 CNY 0.353
W0 TOTAL total 2022-01/2022-08 YTD 167150000000 CNY 0.307
W0 TOTAL export 2022-01/2022-08 YTD 31720000000 CNY 0.15
W0 TOTAL import 2022-01/2022-08 YTD 135430000000 CNY 0.35
W0 TOTAL total 2022-01/2022-09 YTD 190150000000 CNY 0.305
W0 TOTAL export 2022-01/2022-09 YTD 36360000000 CNY 0.172
W0 TOTAL import 2022-01/2022-09 YTD 153790000000 CNY 0.341
W0 TOTAL total 2022 A 265150000000 CNY 0.33
W0 TOTAL total 2023-01/2023-02 YTD 48380000000 CNY 0.307
W0 TOTAL export 2023-01/2023-02 YTD 9310000000 CNY 0.476
W0 TOTAL import 2023-01/2023-02 YTD 39070000000 CNY 0.273
W0 TOTAL total 2023-03 M 23610000000 CNY 0.275
W0 TOTAL export 2023-03 M 5150000000 CNY 0.363
W0 TOTAL import 2023-03 M 18460000000 CNY 0.253
W0 TOTAL total 2023-01/2023-03 YTD 71980000000 CNY 0.296
W0 TOTAL export 2023-01/2023-03 YTD 14460000000 CNY 0.433
W0 TOTAL import 2023-01/2023-03 YTD 57520000000 CNY 0.266
W0 TOTAL total 2023-01/2023-04 YTD 94930000000 CNY 0.217
W0 TOTAL export 2023-01/2023-04 YTD 20450000000 CNY 0.458
W0 TOTAL import 2023-01/2023-04 YTD 74480000000 CNY 0.164
W0 TOTAL total 2023-01/2023-05 YTD 118800000000 CNY 0.183
W0 TOTAL export 2023-01/2023-05 YTD 27010000000 CNY 0.457
W0 TOTAL import 2023-01/2023-05 YTD 91790000000 CNY 0.121
W0 TOTAL total 2023-06 M 23600000000 CNY 0.088
W0 TOTAL export 2023-06 M 5850000000 CNY 0.351
W0 TOTAL import 2023-06 M 17750000000 CNY 0.022
W0 TOTAL total 2023-01/2023-06 YTD 142460000000 CNY 0.166
W0 TOTAL export 2023-01/2023-06 YTD 32870000000 CNY 0.437
W0 TOTAL import 2023-01/2023-06 YTD 109590000000 CNY 0.104
W0 TOTAL total 2023-01/2023-07 YTD 167040000000 CNY 0.155
W0 TOTAL export 2023-01/2023-07 YTD 40780000000 CNY 0.498
W0 TOTAL import 2023-01/2023-07 YTD 126260000000 CNY 0.075
W0 TOTAL total 2023-01/2023-10 YTD 241940000000 CNY 0.145
W0 TOTAL export 2023-01/2023-10 YTD 59860000000 CNY 0.465
W0 TOTAL import 2023-01/2023-10 YTD 182080000000 CNY 0.068
W0 TOTAL total 2023-01/2023-11 YTD 268370000000 CNY 0.133
W0 TOTAL export 2023-01/2023-11 YTD 66240000000 CNY 0.419
W0 TOTAL import 2023-01/2023-11 YTD 202130000000 CNY 0.063
W0 TOTAL total 2023 A 297830000000 CNY 0.123
W0 TOTAL export 2023 A 76060000000 CNY 0.394
W0 TOTAL import 2023 A 221770000000 CNY 0.053
W0 TOTAL total 2024-01/2024-07 YTD 181600000000 CNY 0.087
W0 TOTAL export 2024-01/2024-07 YTD 46360000000 CNY 0.138
W0 TOTAL import 2024-01/2024-07 YTD 135240000000 CNY 0.07";
