//! Codes raised by `transform`.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    // Figures: convert, add.
    &RATE_MISSING,
    &RATE_PARTIAL,
    &RATE_STEPPED_DOWN,
    &SHARE_OF_INCOMPLETE,
    &NOT_DERIVED,
    &UNION_AGREES,
    &UNION_CONFLICT,
    &UNION_OTHER_CURRENCY,
];

// ------------------------------------------------------------ figures: convert, add

/// An amount could not be converted and is left empty.
pub const RATE_MISSING: Code = Code {
    id: "S20",
    title: Words { zh: "缺少汇率", en: "No exchange rate", ru: "Нет курса валюты" },
    why: Words {
        zh: "没有汇率的金额不折算，留空并标注 M，不计入合计。",
        en: "An amount without a rate is not converted: it stays empty with status M and is in no total.",
        ru: "Сумма без курса не пересчитывается: она остаётся пустой со статусом M и не входит в итоги.",
    },
    mend: Words {
        zh: "在汇率文件夹中加入含该币种和日期的文件，或在 [rates] 中增加第二来源。",
        en: "Add a rate file with this currency and period, or a second source to the [rates] block.",
        ru: "Добавьте файл курсов с этой валютой и периодом или второй источник в блок [rates].",
    },
};

/// An average rate covers only part of its period.
pub const RATE_PARTIAL: Code = Code {
    id: "S21",
    title: Words {
        zh: "平均汇率未覆盖整个时期",
        en: "Average rate over part of the period",
        ru: "Средний курс за часть периода",
    },
    why: Words {
        zh: "该时期只有部分日期公布了汇率，平均值可能偏离全期平均。",
        en: "Rates were published on part of the days only, so the mean may differ from that of the whole period.",
        ru: "Курс публиковался лишь часть дней, поэтому среднее может отличаться от среднего за весь период.",
    },
    mend: Words {
        zh: "加入覆盖整个时期的汇率来源，或在报告中保留标注。",
        en: "Add a source that covers the whole period, or keep the mark in the report.",
        ru: "Добавьте источник за весь период или оставьте пометку в отчёте.",
    },
};

/// A coarser or second-choice rate was used.
pub const RATE_STEPPED_DOWN: Code = Code {
    id: "S22",
    title: Words {
        zh: "使用了次选汇率",
        en: "Second-choice rate used",
        ru: "Использован курс второго выбора",
    },
    why: Words {
        zh: "首选来源在该日期或时期没有公布汇率，改用较粗或次选来源。",
        en: "The preferred source published no rate for this day or period; a coarser or second source was used.",
        ru: "Основной источник не публиковал курс за этот день или период; взят более грубый или второй источник.",
    },
    mend: Words {
        zh: "加入首选来源的完整文件，或确认次选来源可以接受。",
        en: "Add a complete file of the preferred source, or confirm that the second choice is acceptable.",
        ru: "Добавьте полный файл основного источника или подтвердите, что второй выбор допустим.",
    },
};

/// A share was taken of a total in which a figure is missing.
pub const SHARE_OF_INCOMPLETE: Code = Code {
    id: "S23",
    title: Words {
        zh: "比重的合计不完整",
        en: "Share of an incomplete total",
        ru: "Доля от неполного итога",
    },
    why: Words {
        zh: "组内有缺失的数值，合计偏小，其余各项的比重偏大。",
        en: "A figure of the group is missing: the total is too small and every share too large.",
        ru: "В группе не хватает значения: итог занижен, а все доли завышены.",
    },
    mend: Words {
        zh: "补齐缺失的数值，或先筛选掉没有数值的行。",
        en: "Supply the missing figure, or filter out rows without one.",
        ru: "Добавьте недостающее значение или отфильтруйте строки без него.",
    },
};

/// No rows have the cells a derived row is computed from.
pub const NOT_DERIVED: Code = Code {
    id: "S24",
    title: Words {
        zh: "推算行未生成",
        en: "A derived row was not made",
        ru: "Расчётная строка не построена",
    },
    why: Words {
        zh: "表中没有推算所需的任何一个数字，报告里缺少这一行。",
        en: "The table has none of the figures the row is computed from, so the report lacks it.",
        ru: "В таблице нет ни одного значения, из которых считается строка; в отчёте её нет.",
    },
    mend: Words {
        zh: "核对 derive 中的名称与表中指标代码是否一致。",
        en: "Compare the names in `derive` with those in the table.",
        ru: "Сверьте имена в `derive` с именами в таблице.",
    },
};

/// Figures that stand in two sources and agree.
pub const UNION_AGREES: Code = Code {
    id: "S30",
    title: Words {
        zh: "多个来源的同一数字一致，只计一次",
        en: "figures that stand in two sources agree and count once",
        ru: "данные двух источников совпадают и учтены один раз",
    },
    why: Words {
        zh: "同一数字不会重复计算。",
        en: "No figure is counted twice.",
        ru: "Ни одно значение не учтено дважды.",
    },
    mend: Words {
        zh: "无需处理。", en: "Nothing to do.", ru: "Ничего делать не нужно."
    },
};

/// Figures that stand in two sources and differ.
pub const UNION_CONFLICT: Code = Code {
    id: "S31",
    title: Words {
        zh: "两个来源的同一数字不一致",
        en: "one figure differs between two sources",
        ru: "одно значение различается в двух источниках",
    },
    why: Words {
        zh: "报告采用流水线中排在前面的来源；读者应知道另一数字。",
        en: "The report takes the source that stands first in the pipeline; readers should know of the other.",
        ru: "В отчёт взят источник, стоящий первым в конвейере; читателям следует знать о другом.",
    },
    mend: Words {
        zh: "核对两个来源；必要时更改 of 的顺序或更正文件。",
        en: "Compare the sources; change the order of `of`, or correct a file.",
        ru: "Сверьте источники; измените порядок в `of` или исправьте файл.",
    },
};

/// Figures that stand in two sources in different currencies.
pub const UNION_OTHER_CURRENCY: Code = Code {
    id: "S32",
    title: Words {
        zh: "两个来源的同一数字币种不同",
        en: "one figure stands in two sources in different currencies",
        ru: "одно значение дано в двух источниках в разных валютах",
    },
    why: Words {
        zh: "两种币种的金额不能直接比较，报告采用排在前面的来源及其币种。",
        en: "Amounts in two currencies cannot be compared; the report takes the source that stands first, in its currency.",
        ru: "Суммы в разных валютах несравнимы; в отчёт взят источник, стоящий первым, в его валюте.",
    },
    mend: Words {
        zh: "无需处理；如需另一币种，更改 of 的顺序或先行折算。",
        en: "Nothing to do; for the other currency change the order of `of`, or convert first.",
        ru: "Ничего делать не нужно; для другой валюты измените порядок в `of` или сначала пересчитайте.",
    },
};
