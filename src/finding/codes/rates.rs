//! Codes raised about exchange rates.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &PARTIAL_COVERAGE,
    &STEPPED_DOWN,
    &MISSING_RATE,
    &RATE_TWICE,
    &UNKNOWN_CURRENCY,
    &RATE_JUMPS,
    &SOURCES_CONTRADICT,
    &SOURCES_APART,
    &SERIES_ENDS,
    &SERIES_GAP,
    &SERIES_STANDS_STILL,
    &TWO_RATES,
];

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

/// The same rate stands twice for one day.
pub const RATE_TWICE: Code = Code {
    id: "X04",
    title: Words {
        zh: "同一天的汇率出现两次",
        en: "a rate stands twice for one day",
        ru: "курс на один день записан дважды",
    },
    why: Words {
        zh: "两处数值相同，只采用一次；重复可能说明文件拼接有误。",
        en: "Both are equal and one is used; the repeat may mean that files were joined wrongly.",
        ru: "Значения равны, использовано одно; повтор может означать ошибку при объединении файлов.",
    },
    mend: Words {
        zh: "删除重复的行。", en: "Delete one of the lines.", ru: "Удалите одну из строк."
    },
};

/// A currency of a rates file is not known.
pub const UNKNOWN_CURRENCY: Code = Code {
    id: "X05",
    title: Words {
        zh: "汇率文件中有不认识的货币",
        en: "a currency of a rates file is not known",
        ru: "неизвестная валюта в файле курсов",
    },
    why: Words {
        zh: "该货币的汇率未被读取。", en: "Its rates are not read.", ru: "Её курсы не прочитаны."
    },
    mend: Words {
        zh: "如果需要该货币，请使用 ISO 4217 代码。",
        en: "If it is needed, name it by its ISO 4217 code.",
        ru: "Если она нужна, укажите её код ISO 4217.",
    },
};

/// A rate jumps by a factor that no market explains.
pub const RATE_JUMPS: Code = Code {
    id: "X06",
    title: Words {
        zh: "汇率相邻两日相差悬殊",
        en: "a rate jumps from one day to the next",
        ru: "курс скачет от одного дня к другому",
    },
    why: Words {
        zh: "很可能隐藏了报价单位（每 10 或 100 单位）；该来源的这一货币不予采用。",
        en: "A nominal (per 10 or 100 units) is probably hidden; the currency of this source is not used.",
        ru: "Вероятно, скрыт номинал (за 10 или 100 единиц); валюта этого источника не используется.",
    },
    mend: Words {
        zh: "核对所列行的报价单位，或改用带单位的文件。",
        en: "Check the nominal of the lines named, or use a file that prints it.",
        ru: "Проверьте номинал в указанных строках или возьмите файл, где он указан.",
    },
};

/// Two sources contradict each other by a factor of ten or upside down.
pub const SOURCES_CONTRADICT: Code = Code {
    id: "X07",
    title: Words {
        zh: "两个来源的汇率相互矛盾",
        en: "two sources of rates contradict each other",
        ru: "два источника курсов противоречат друг другу",
    },
    why: Words {
        zh: "一方的报价单位或方向有误，无法判断是哪一方；用到该货币时不能发布，未用到时仅作提示。",
        en: "The nominal or direction of one is wrong, and which one cannot be told: nothing is published that uses the currency.",
        ru: "У одного неверен номинал или направление, и неизвестно, у какого: с этой валютой публикация остановлена.",
    },
    mend: Words {
        zh: "核对两个文件中所列日期的汇率，更正或移除有误的文件。",
        en: "Compare the rates of the day named in both files; mend or remove the wrong file.",
        ru: "Сверьте курсы указанного дня в обоих файлах; исправьте или уберите неверный.",
    },
};

/// Two sources are further apart than two fixings of one market.
pub const SOURCES_APART: Code = Code {
    id: "X08",
    title: Words {
        zh: "两个来源的汇率差异较大",
        en: "two sources of rates are far apart",
        ru: "два источника курсов сильно расходятся",
    },
    why: Words {
        zh: "折算值取决于采用哪个来源。",
        en: "Converted values depend on which source is used.",
        ru: "Пересчитанные значения зависят от выбора источника.",
    },
    mend: Words {
        zh: "确认哪个来源可靠，并排在第一位。",
        en: "Decide which source is right and put it first.",
        ru: "Решите, какой источник верен, и поставьте его первым.",
    },
};

/// The rates of some currencies end long before the others.
pub const SERIES_ENDS: Code = Code {
    id: "X09",
    title: Words {
        zh: "部分货币的汇率提前终止",
        en: "rates of some currencies end early",
        ru: "курсы некоторых валют кончаются раньше",
    },
    why: Words {
        zh: "此后的金额由下一来源折算，或无法折算。",
        en: "Later amounts are converted by the next source, or not at all.",
        ru: "Более поздние суммы пересчитываются по следующему источнику или не пересчитываются.",
    },
    mend: Words {
        zh: "如需要这些货币，请补充其他来源。",
        en: "If these currencies are needed, add another source.",
        ru: "Если эти валюты нужны, добавьте другой источник.",
    },
};

/// A series has no rates for longer than holidays last.
pub const SERIES_GAP: Code = Code {
    id: "X10",
    title: Words {
        zh: "汇率序列中断",
        en: "rates are missing for longer than holidays last",
        ru: "курсов нет дольше, чем длятся праздники",
    },
    why: Words {
        zh: "中断期间的平均汇率只覆盖部分日期。",
        en: "Means over the gap cover only part of their period.",
        ru: "Средние за этот промежуток охватывают лишь часть периода.",
    },
    mend: Words {
        zh: "补齐所列日期之间的汇率。",
        en: "Fill in the rates between the days named.",
        ru: "Добавьте курсы между указанными днями.",
    },
};

/// The last rates of a series are all the same.
pub const SERIES_STANDS_STILL: Code = Code {
    id: "X11",
    title: Words {
        zh: "最近多日的汇率完全相同",
        en: "the last rates of a series stand still",
        ru: "последние курсы ряда не меняются",
    },
    why: Words {
        zh: "数据源可能已停止更新，只是重复旧值。",
        en: "The feed may have stopped and repeat its last value.",
        ru: "Источник мог перестать обновляться и повторяет последнее значение.",
    },
    mend: Words {
        zh: "与来源网站核对最近的汇率。",
        en: "Compare the last rates with the source.",
        ru: "Сверьте последние курсы с источником.",
    },
};

/// Two files of one source have different rates for one day.
pub const TWO_RATES: Code = Code {
    id: "X12",
    title: Words {
        zh: "同一来源的两个文件汇率不同",
        en: "two files of one source have different rates for one day",
        ru: "в двух файлах одного источника разные курсы на один день",
    },
    why: Words {
        zh: "无法判断哪一个正确，不能发布。",
        en: "Which one is right cannot be told; nothing is published.",
        ru: "Неизвестно, какой верен; публикация остановлена.",
    },
    mend: Words {
        zh: "更正或移除其中一个文件。",
        en: "Mend or remove one of the files.",
        ru: "Исправьте или уберите один из файлов.",
    },
};
