//! A placed chart to the library's chart. Its ranges point at the sheet's own cells where those hold exactly
//! what is drawn; a dash or bound, which is text, would be drawn as zero, so for any other chart the values
//! stand in hidden columns right of the table.

use rust_xlsxwriter::{
    Chart, ChartAxis, ChartAxisLabelPosition, ChartDataLabel, ChartEmptyCells, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartPatternFill,
    ChartPatternFillType, ChartRange, ChartSeries, ChartSolidFill, ChartType, Color, Worksheet,
};

use super::ReportError;
use super::axis::{Scale, scales};
use super::chart::Shape;
use super::gallery::Placed;
use super::page::Page;
use super::plot::{Axis, Plot, Series};
use super::style::{FONT, INK, NEXT, NOW, PREVIOUS, RATE, RULE};
use super::workbook::clean;

/// Draws every chart of a page. `name` is that of its sheet.
pub(super) fn draw(sheet: &mut Worksheet, page: &Page<'_>, name: &str) -> Result<(), ReportError> {
    let mut free = u16::try_from(page.widths.len() + 1).unwrap_or(u16::MAX);
    for placed in &page.charts {
        let ranges = match &placed.plot.own {
            Some(own) => {
                let first = Page::sheet_row(page.head.len(), own.line);
                let last = first + length(&placed.plot).saturating_sub(1);
                let range = |column: usize| (column_number(column), first, last);
                let values = own.values.iter().map(|column| range(*column)).collect();
                Ranges { sheet: name, category: range(own.category), values }
            }
            None => helper(sheet, &placed.plot, name, &mut free)?,
        };
        let row = Page::sheet_row(page.head.len() + page.lines, placed.row);
        let chart = chart(placed, &ranges);
        sheet.insert_chart_with_offset(row, 0, &chart, 2, 2)?;
    }
    Ok(())
}

/// Where a chart's cells stand: column, first and last row.
struct Ranges<'a> {
    sheet: &'a str,
    category: (u16, u32, u32),
    values: Vec<(u16, u32, u32)>,
}

impl Ranges<'_> {
    fn of(&self, (column, first, last): (u16, u32, u32)) -> ChartRange {
        ChartRange::new_from_range(self.sheet, first, column, last, column)
    }
}

fn length(plot: &Plot) -> u32 {
    u32::try_from(plot.categories.len()).unwrap_or(u32::MAX)
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Writes categories and values into hidden columns: names in the first row, a gap as an empty cell.
fn helper<'a>(
    sheet: &mut Worksheet,
    plot: &Plot,
    name: &'a str,
    free: &mut u16,
) -> Result<Ranges<'a>, ReportError> {
    let mut next = || {
        let column = *free;
        *free = free.saturating_add(1);
        column
    };
    let last = length(plot).max(1);
    let column = next();
    sheet.set_column_hidden(column)?;
    sheet.write_string(0, column, clean(&plot.title))?;
    for (row, category) in (1_u32..).zip(&plot.categories) {
        sheet.write_string(row, column, clean(category))?;
    }
    let mut ranges = Ranges { sheet: name, category: (column, 1, last), values: Vec::new() };
    for series in &plot.series {
        let column = next();
        sheet.set_column_hidden(column)?;
        sheet.write_string(0, column, clean(&series.name))?;
        for (row, value) in (1_u32..).zip(&series.values) {
            if let Some(value) = value {
                sheet.write_number(row, column, *value)?;
            }
        }
        ranges.values.push((column, 1, last));
    }
    Ok(ranges)
}

fn chart(placed: &Placed, ranges: &Ranges<'_>) -> Chart {
    let plot = &placed.plot;
    let values = |axis: Axis| -> Vec<f64> {
        let of_axis = plot.series.iter().filter(|series| series.axis == axis);
        of_axis.flat_map(|series| series.values.iter().copied().flatten()).collect()
    };
    let (first, other) = (values(Axis::First), values(Axis::Second));
    let two = plot.series.iter().any(|series| series.axis == Axis::Second);
    let scales = if two { scales(&[&first, &other]) } else { scales(&[&first]) };
    let mut chart = Chart::new(match plot.shape {
        Shape::Column => ChartType::Column,
        Shape::Bar => ChartType::Bar,
        Shape::Line => ChartType::Line,
    });
    let mut markers = Chart::new(ChartType::Line);
    let drawn: Vec<(&Series, &(u16, u32, u32))> = plot.series.iter().zip(&ranges.values).collect();
    let count = drawn.iter().filter(|(series, _)| series.axis == Axis::First).count();
    let (mut number, mut second_number) = (0, 0);
    for (series, range) in drawn {
        // A line chart takes the marker of a finished series away; one that is added first keeps it.
        let second = series.axis == Axis::Second;
        let made = if second { markers.add_series() } else { chart.add_series() };
        made.set_name(clean(&series.name).as_str())
            .set_categories(&ranges.of(ranges.category))
            .set_values(&ranges.of(*range));
        if second {
            dress_marker(made, second_number);
            second_number += 1;
            made.set_secondary_axis(true);
        } else {
            dress(made, plot, series, (number, count));
            number += 1;
        }
    }
    axes(&mut chart, plot, &scales, first.iter().any(|value| *value < 0.0));
    if two {
        chart.combine(&markers);
    }
    frame(&mut chart, placed);
    chart
}

/// Title, legend, size, alternative text; empty cells are gaps.
fn frame(chart: &mut Chart, placed: &Placed) {
    chart
        .title()
        .set_name(clean(&placed.plot.title).as_str())
        .set_font(font(12).set_bold())
        .set_overlay(false);
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
    chart
        .chart_area()
        .set_format(ChartFormat::new().set_border(ChartLine::new().set_color(Color::RGB(RULE))));
    chart.show_empty_cells_as(ChartEmptyCells::Gaps).show_hidden_data();
    chart.set_alt_text(clean(&placed.plot.alt));
    chart.set_width(placed.width).set_height(placed.height);
}

fn axes(chart: &mut Chart, plot: &Plot, scales: &[Scale], negative: bool) {
    let format =
        |axis: Axis| plot.series.iter().find(|series| series.axis == axis).map(|series| &series.format);
    let percent = |axis: Axis| format(axis).is_some_and(|format| format.contains('%'));
    // The library names axes by where they lie: members stand along the upright axis of lying bars.
    category_axis(chart, plot.shape).set_font(&font(9)).set_label_position(ChartAxisLabelPosition::Low);
    if let Some(scale) = scales.first() {
        let look = match (percent(Axis::First), scale.step < 1.0) {
            (true, _) => "0%",
            (false, true) => "#,##0.0",
            (false, false) => "#,##0",
        };
        // Room below zero that only the second axis needs carries no numbers.
        let look = if negative { look.to_owned() } else { format!("{look};;{look}") };
        let lines = ChartLine::new().set_color(Color::RGB(RULE)).clone();
        scaled(value_axis(chart, plot.shape), scale)
            .set_num_format(look)
            .set_major_gridlines(true)
            .set_major_gridlines_line(&lines);
    }
    if let Some(scale) = scales.get(1) {
        let look = if percent(Axis::Second) { "0%" } else { "#,##0" };
        scaled(chart.y2_axis(), scale).set_num_format(look).set_major_gridlines(false);
    }
    if plot.shape == Shape::Bar {
        // The first row of the table stands on top.
        category_axis(chart, plot.shape).set_reverse().set_major_gridlines(false);
        let labelled = plot.series.len() == 1;
        value_axis(chart, plot.shape).set_hidden(labelled).set_major_gridlines(!labelled);
    }
}

fn category_axis(chart: &mut Chart, shape: Shape) -> &mut ChartAxis {
    if shape == Shape::Bar { chart.y_axis() } else { chart.x_axis() }
}

fn value_axis(chart: &mut Chart, shape: Shape) -> &mut ChartAxis {
    if shape == Shape::Bar { chart.x_axis() } else { chart.y_axis() }
}

fn scaled<'a>(axis: &'a mut ChartAxis, scale: &Scale) -> &'a mut ChartAxis {
    axis.set_font(&font(9)).set_min(scale.low).set_max(scale.high).set_major_unit(scale.step)
}

/// A marker without a line: its values stand over categories, they do not lead from one to the next.
fn dress_marker(series: &mut ChartSeries, number: usize) {
    let colour = if number == 0 { RATE } else { NEXT };
    series.set_format(ChartFormat::new().set_no_line()).set_marker(&marker(
        if number == 0 { ChartMarkerType::Diamond } else { ChartMarkerType::Triangle },
        colour,
        8,
    ));
}

fn marker(kind: ChartMarkerType, colour: u32, size: u8) -> ChartMarker {
    let fill = ChartSolidFill::new().set_color(Color::RGB(colour)).clone();
    let mut format = ChartFormat::new();
    format.set_solid_fill(&fill).set_border(ChartLine::new().set_color(Color::RGB(colour)));
    ChartMarker::new().set_type(kind).set_size(size).set_format(&mut format).clone()
}

/// Series differ in brightness, pattern, dash or marker as well as in colour.
fn dress(series: &mut ChartSeries, plot: &Plot, values: &Series, (number, count): (usize, usize)) {
    let colours = if count == 2 && plot.shape != Shape::Line {
        [PREVIOUS, NOW, NEXT, RATE]
    } else {
        [NOW, NEXT, PREVIOUS, RATE]
    };
    let colour = colours.get(number % colours.len()).copied().unwrap_or(NOW);
    if plot.shape == Shape::Line {
        let kinds =
            [ChartMarkerType::Circle, ChartMarkerType::Square, ChartMarkerType::Triangle, ChartMarkerType::X];
        let dashes = [
            ChartLineDashType::Solid,
            ChartLineDashType::Dash,
            ChartLineDashType::RoundDot,
            ChartLineDashType::LongDash,
        ];
        let dash = dashes.get(number % dashes.len()).copied().unwrap_or(ChartLineDashType::Solid);
        let line = ChartLine::new().set_color(Color::RGB(colour)).set_width(2.0).set_dash_type(dash).clone();
        let kind = kinds.get(number % kinds.len()).copied().unwrap_or(ChartMarkerType::Circle);
        series.set_format(ChartFormat::new().set_line(&line)).set_marker(&marker(kind, colour, 6));
        return;
    }
    let patterns = [
        None,
        None,
        Some(ChartPatternFillType::DiagonalStripesWideUpwards),
        Some(ChartPatternFillType::Dotted50Percent),
    ];
    let mut format = match patterns.get(number % patterns.len()).copied().flatten() {
        Some(pattern) => {
            let fill = ChartPatternFill::new()
                .set_pattern(pattern)
                .set_foreground_color(Color::RGB(colour))
                .set_background_color(Color::White)
                .clone();
            ChartFormat::new()
                .set_pattern_fill(&fill)
                .set_border(ChartLine::new().set_color(Color::RGB(colour)))
                .clone()
        }
        None => {
            ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))).clone()
        }
    };
    series.set_format(&mut format).set_gap(if plot.shape == Shape::Bar { 35 } else { 60 }).set_overlap(-5);
    if plot.shape == Shape::Bar && count == 1 {
        let label =
            ChartDataLabel::new().show_value().set_num_format(&values.format).set_font(&font(9)).clone();
        series.set_data_label(&label);
    }
}

fn font(size: u8) -> ChartFont {
    ChartFont::new().set_name(FONT).set_size(size).set_color(Color::RGB(INK)).clone()
}
