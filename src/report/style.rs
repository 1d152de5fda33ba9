//! How a page looks: colours, sizes, lines, number formats. The tokens were measured to print whole in
//! Chinese, Russian and English; meaning never rests on colour alone.

/// One font for all three scripts: `SimSun` would draw Cyrillic letters as wide as Chinese ones.
pub(super) const FONT: &str = "Microsoft YaHei";
/// The band and the titles.
pub(super) const NAVY: u32 = 0x001F_3A5F;
/// Ordinary text.
pub(super) const INK: u32 = 0x001B_2733;
/// Units, notes, footers.
pub(super) const MUTED: u32 = 0x005B_6770;
/// Fill of a header row.
pub(super) const HEADER: u32 = 0x00E3_ECF4;
/// Fill of tiles, totals and section rows.
pub(super) const TILE: u32 = 0x00F2_F6FA;
/// Hair lines.
pub(super) const RULE: u32 = 0x00C9_D3DD;
/// Links.
pub(super) const LINK: u32 = 0x0000_72B2;
/// Ground of a data bar.
pub(super) const BAR: u32 = 0x00BB_D7EA;
/// A chart's figures of now.
pub(super) const NOW: u32 = 0x0000_72B2;
/// A chart's figures of before.
pub(super) const PREVIOUS: u32 = 0x00B8_C4CE;
/// A chart's rates.
pub(super) const RATE: u32 = 0x00E6_9F00;
/// A chart's further figures.
pub(super) const NEXT: u32 = 0x0000_9E73;
/// White on the band.
pub(super) const WHITE: u32 = 0x00FF_FFFF;
/// Fill and text of a warning.
pub(super) const WARN_FILL: u32 = 0x00FF_F1CC;
/// Text of a warning.
pub(super) const WARN: u32 = 0x007A_4D00;
/// Text of a failure.
pub(super) const BAD: u32 = 0x009C_0006;
/// Text of a pass.
pub(super) const GOOD: u32 = 0x0000_573F;

/// Height of a body row, in points.
pub(super) const BODY_HEIGHT: f64 = 19.0;
/// Height that each further line of text adds, in points.
pub(super) const LINE_HEIGHT: f64 = 15.0;
/// Height of a note line under a table, in points.
pub(super) const NOTE_HEIGHT: f64 = 15.0;

/// Where text stands in its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// A line above or below a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// None.
    #[default]
    None,
    /// Between rows.
    Hair,
    /// Above and below a table.
    Medium,
    /// At the left of a tile.
    Thick,
}

/// How heavy the letters are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Ordinary.
    #[default]
    Normal,
    /// Bold.
    Bold,
}

/// What a text does at the edge of its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wrap {
    /// Runs on into empty neighbours.
    #[default]
    Run,
    /// Breaks into lines.
    Break,
}

/// The look of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Style {
    /// Letters, in points.
    pub(super) size: u8,
    /// Their weight.
    pub(super) weight: Weight,
    /// Their colour.
    pub(super) colour: u32,
    /// The ground, white where not given.
    pub(super) fill: Option<u32>,
    /// Where text stands.
    pub(super) align: Align,
    /// Steps away from the edge.
    pub(super) indent: u8,
    /// What long text does.
    pub(super) wrap: Wrap,
    /// Excel number format; empty for general.
    pub(super) number: String,
    /// Line above.
    pub(super) above: Rule,
    /// Line below.
    pub(super) below: Rule,
    /// Line at the left edge, drawn in navy.
    pub(super) edge: Rule,
}

impl Style {
    /// Text of a given size and colour.
    pub(super) fn text(size: u8, colour: u32) -> Self {
        Self { size, colour, ..Self::default() }
    }

    /// A cell of a table's body.
    pub(super) fn body() -> Self {
        Self { below: Rule::Hair, ..Self::text(10, INK) }
    }

    /// A sheet's title.
    pub(super) fn title() -> Self {
        Self::text(16, NAVY).bold()
    }

    /// A line under the title.
    pub(super) fn subtitle() -> Self {
        Self::text(10, MUTED)
    }

    /// A note under a table.
    pub(super) fn note() -> Self {
        Self::text(9, MUTED)
    }

    /// A warning line.
    pub(super) fn warning() -> Self {
        Self { fill: Some(WARN_FILL), ..Self::text(10, WARN).bold() }
    }

    /// A header cell.
    pub(super) fn header() -> Self {
        Self {
            weight: Weight::Bold,
            fill: Some(HEADER),
            wrap: Wrap::Break,
            above: Rule::Medium,
            below: Rule::Medium,
            ..Self::text(10, NAVY)
        }
    }

    /// A total.
    pub(super) fn total() -> Self {
        Self { fill: Some(TILE), above: Rule::Hair, below: Rule::Medium, ..Self::body().bold() }
    }

    /// Bold.
    #[must_use]
    pub(super) fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }

    /// Another colour.
    #[must_use]
    pub(super) fn colour(mut self, colour: u32) -> Self {
        self.colour = colour;
        self
    }

    /// Another ground.
    #[must_use]
    pub(super) fn fill(mut self, colour: u32) -> Self {
        self.fill = Some(colour);
        self
    }

    /// Another alignment and indent.
    #[must_use]
    pub(super) fn align(mut self, align: Align, indent: u8) -> Self {
        self.align = align;
        self.indent = indent;
        self
    }

    /// A number format.
    #[must_use]
    pub(super) fn number(mut self, format: impl Into<String>) -> Self {
        self.number = format.into();
        self
    }

    /// Long text breaks into lines.
    #[must_use]
    pub(super) fn wrapped(mut self) -> Self {
        self.wrap = Wrap::Break;
        self
    }
}
