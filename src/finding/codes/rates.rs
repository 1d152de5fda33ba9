//! Codes raised about exchange rates.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[&PARTIAL_COVERAGE, &STEPPED_DOWN, &MISSING_RATE];

/// A mean that covers too few days, with no better source.
pub const PARTIAL_COVERAGE: Code = Code {
    id: "X01",
    title: Words {
        zh: "平均汇率只覆盖部分日期",
        en: "a mean rate covers only part of its period",
        ru: "средний курс охватывает лишь часть периода",
    },
    why: Words {
        zh: "折算值可能与全期平均折算值有差异。",
        en: "The converted value may differ from one at the mean of the whole period.",
        ru: "Пересчитанное значение может отличаться от значения по курсу за весь период.",
    },
    mend: Words {
        zh: "为该货币和时期补充另一汇率来源。",
        en: "Add another source of rates for this currency and period.",
        ru: "Добавьте другой источник курсов для этой валюты и периода.",
    },
};

/// A rate of the second choice, or a coarser one.
pub const STEPPED_DOWN: Code = Code {
    id: "X02",
    title: Words {
        zh: "使用了次选或较粗的汇率",
        en: "a second-choice or coarser rate was used",
        ru: "использован курс второго выбора или более грубый",
    },
    why: Words {
        zh: "首选来源没有该日汇率；年平均汇率与当日汇率可能相差很大。",
        en: "The first source has no such rate; a mean of the year can be far from the rate of the day.",
        ru: "В первом источнике такого курса нет; среднегодовой курс может сильно отличаться от дневного.",
    },
    mend: Words {
        zh: "如有该货币的每日汇率，请放入 input/rates。",
        en: "Put a file with daily rates of this currency into input/rates, if there is one.",
        ru: "Положите в input/rates файл с дневными курсами этой валюты, если он есть.",
    },
};

/// No source has the rate.
pub const MISSING_RATE: Code = Code {
    id: "X03",
    title: Words {
        zh: "缺少汇率", en: "no source has this rate", ru: "ни в одном источнике нет курса"
    },
    why: Words {
        zh: "没有汇率就不能折算，金额留空。",
        en: "Without a rate nothing is converted; the value stays empty.",
        ru: "Без курса пересчёт невозможен; значение остаётся пустым.",
    },
    mend: Words {
        zh: "补充该货币和时期的汇率文件。",
        en: "Add a rates file that has this currency and period.",
        ru: "Добавьте файл курсов с этой валютой и периодом.",
    },
};
