//! Codes raised by declared checks.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &NOT_UNIQUE,
    &SUM_DIFFERS,
    &STATED_DIFFERS,
    &IMPLIED_RATE_DIFFERS,
    &PERIODS_DO_NOT_ADD,
    &CUMULATIVE_FALLS,
    &REFERENCE_DIFFERS,
    &NOT_ALLOWED,
    &CONDITION_BROKEN,
    &OUT_OF_RANGE,
    &PATTERN_BROKEN,
    &NOT_FILLED,
    &ROW_COUNT,
    &NOT_FRESH,
    &OUTLIER,
    &SOURCES_DISAGREE,
    &STATED_SHARE_DIFFERS,
    &PARTS_DIFFER,
];

/// Two rows have one identity.
pub const NOT_UNIQUE: Code = Code {
    id: "T01",
    title: Words { zh: "标识重复", en: "Identity stands twice", ru: "Повтор ключа" },
    why: Words {
        zh: "同一标识出现多次会使合计重复计算。",
        en: "Rows with the same identity are counted twice in every total.",
        ru: "Строки с одинаковым ключом учитываются в итогах дважды.",
    },
    mend: Words {
        zh: "在源文件中删除重复行，或更正其编号。",
        en: "Delete the repeated row in the source file, or correct its number.",
        ru: "Удалите повторную строку в исходном файле или исправьте её номер.",
    },
};

/// Parts do not add up to their total.
pub const SUM_DIFFERS: Code = Code {
    id: "T02",
    title: Words {
        zh: "分项之和不等于合计", en: "Parts do not add up", ru: "Сумма частей не равна итогу"
    },
    why: Words {
        zh: "差额超出四舍五入允许的范围，其中至少一个数字有误或口径不同。",
        en: "They differ by more than rounding allows: one of the figures is wrong or of another scope.",
        ru: "Расхождение больше, чем допускает округление: одно из значений неверно или иного охвата.",
    },
    mend: Words {
        zh: "与来源核对三个数字；如为来源本身的差异，在 accept 中写明理由。",
        en: "Compare the figures with the source; if the source itself differs, name the reason under `accept`.",
        ru: "Сверьте значения с источником; если расхождение в самом источнике, укажите причину в `accept`.",
    },
};

/// Printed growth differs from computed growth.
pub const STATED_DIFFERS: Code = Code {
    id: "T03",
    title: Words {
        zh: "公布同比与计算同比不一致",
        en: "Stated growth differs from computed",
        ru: "Опубликованный прирост не равен расчётному",
    },
    why: Words {
        zh: "公布的增速常以修订后的上年数为基数，与已公布的数字无法直接相除得到。",
        en: "Published growth often rests on a revised base, which the published figures do not show.",
        ru: "Опубликованный прирост часто опирается на пересмотренную базу, которой нет в самих данных.",
    },
    mend: Words {
        zh: "报告以公布数为准，计算数并列；有修订后的基数时加入来源文件。",
        en: "The report leads with the stated figure beside the computed one; add the revised base if it is known.",
        ru: "В отчёте рядом стоят оба значения; добавьте пересмотренную базу, если она известна.",
    },
};

/// Two currencies of one figure imply another rate than the reference.
pub const IMPLIED_RATE_DIFFERS: Code = Code {
    id: "T04",
    title: Words {
        zh: "隐含汇率与参考汇率不符",
        en: "Implied rate differs from the reference",
        ru: "Подразумеваемый курс отличается от справочного",
    },
    why: Words {
        zh: "同一数值的两种货币金额不是按该时期平均汇率折算的，其中一个可能使用了其他日期的汇率。",
        en: "The two amounts of one figure were not converted at the rate of its period: perhaps at that of another day.",
        ru: "Две суммы одного показателя пересчитаны не по курсу его периода: возможно, по курсу другого дня.",
    },
    mend: Words {
        zh: "保留原文数字并标注，另列按参考汇率折算的数值。",
        en: "Keep the printed figure with its mark, and show the value at the reference rate beside it.",
        ru: "Оставьте значение источника с пометкой и покажите рядом пересчёт по справочному курсу.",
    },
};

/// Figures of shorter periods do not add up to that of the longer one.
pub const PERIODS_DO_NOT_ADD: Code = Code {
    id: "T05",
    title: Words {
        zh: "累计数与分期数不衔接", en: "Periods do not add up", ru: "Периоды не складываются"
    },
    why: Words {
        zh: "累计数应等于前期累计加当期；差额超出四舍五入，通常是来源修订了前期数据。",
        en: "A cumulative figure is the one before plus the new period; a gap beyond rounding usually means revised earlier figures.",
        ru: "Накопленное значение равно предыдущему плюс новый период; разрыв сверх округления обычно означает пересмотр прежних данных.",
    },
    mend: Words {
        zh: "核对各期数字；如为来源修订，在 accept 中写明理由。",
        en: "Compare the figures with the source; if it revised earlier periods, name that under `accept`.",
        ru: "Сверьте значения с источником; если он пересмотрел прежние периоды, укажите это в `accept`.",
    },
};

/// A year-to-date figure is smaller than the one before it.
pub const CUMULATIVE_FALLS: Code = Code {
    id: "T06",
    title: Words {
        zh: "累计数下降",
        en: "Year-to-date figure falls",
        ru: "Накопленное значение уменьшилось",
    },
    why: Words {
        zh: "累计数不应减少；下降说明数字录错、口径改变或前期被下调。",
        en: "What has been counted since January cannot shrink: a typing error, another scope, or a downward revision.",
        ru: "Накопленное с января не может уменьшиться: ошибка ввода, иной охват или пересмотр вниз.",
    },
    mend: Words {
        zh: "核对两期数字和单位；确为修订的，在 accept 中写明理由。",
        en: "Compare both figures and their units; a true revision is named under `accept`.",
        ru: "Сверьте оба значения и единицы; действительный пересмотр укажите в `accept`.",
    },
};

/// A value is not the one a reference gives.
pub const REFERENCE_DIFFERS: Code = Code {
    id: "T07",
    title: Words {
        zh: "与参考值不符", en: "Differs from the reference", ru: "Не совпадает с эталоном"
    },
    why: Words {
        zh: "其他可靠来源给出的值不同，原文可能有误。",
        en: "A trusted source gives another value, so the one printed here may be wrong.",
        ru: "Надёжный источник даёт другое значение, поэтому напечатанное может быть ошибкой.",
    },
    mend: Words {
        zh: "保留原文并标注；按参考来源核实后更正文件。",
        en: "Keep the printed value with its mark; correct the file once the reference is confirmed.",
        ru: "Оставьте значение источника с пометкой; исправьте файл, когда эталон подтверждён.",
    },
};

/// A value is none of those that are allowed.
pub const NOT_ALLOWED: Code = Code {
    id: "T08",
    title: Words {
        zh: "不在允许的取值之内", en: "Value is not allowed", ru: "Недопустимое значение"
    },
    why: Words {
        zh: "未知的取值会使筛选、连接和分组漏掉这些行。",
        en: "Rows with an unknown value are missed by filters, joins and groups.",
        ru: "Строки с неизвестным значением выпадают из отборов, соединений и групп.",
    },
    mend: Words {
        zh: "更正该值，或把它加入清单、代码表或参照表。",
        en: "Correct the value, or add it to the list, the code list or the other table.",
        ru: "Исправьте значение или добавьте его в перечень, справочник или другую таблицу.",
    },
};

/// A condition that rows should meet does not hold.
pub const CONDITION_BROKEN: Code = Code {
    id: "T09",
    title: Words {
        zh: "条件不成立", en: "Condition does not hold", ru: "Условие не выполнено"
    },
    why: Words {
        zh: "该行的数字彼此矛盾，或需要附加说明才能引用。",
        en: "The figures of the row contradict each other, or may be quoted only with an explanation.",
        ru: "Данные строки противоречат друг другу или требуют пояснения при цитировании.",
    },
    mend: Words {
        zh: "核对所列数字；如有合理原因，在 accept 中写明。",
        en: "Compare the figures shown; a good reason is named under `accept`.",
        ru: "Сверьте показанные значения; вескую причину укажите в `accept`.",
    },
};

/// A value lies outside its range.
pub const OUT_OF_RANGE: Code = Code {
    id: "T10",
    title: Words {
        zh: "超出范围", en: "Out of range", ru: "Вне допустимых пределов"
    },
    why: Words {
        zh: "超出可能范围的数字多半是单位或小数点有误。",
        en: "A figure beyond what is possible usually has a wrong unit or decimal point.",
        ru: "Значение вне возможных пределов обычно означает ошибку единицы или запятой.",
    },
    mend: Words {
        zh: "核对单位和小数点；范围过窄时调整 min、max。",
        en: "Check unit and decimal point; widen `min` or `max` if they are too narrow.",
        ru: "Проверьте единицу и запятую; при слишком узких пределах измените `min` или `max`.",
    },
};

/// A text is not written as it should be.
pub const PATTERN_BROKEN: Code = Code {
    id: "T11",
    title: Words { zh: "格式不符", en: "Written in another form", ru: "Неверный формат" },
    why: Words {
        zh: "格式不符的编码无法与其他表对应。",
        en: "A code in another form does not match those of other tables.",
        ru: "Код в другом формате не совпадёт с кодами других таблиц.",
    },
    mend: Words {
        zh: "按规定格式更正；丢失的前导零要补上。",
        en: "Correct it to the form shown; lost leading zeros must be restored.",
        ru: "Исправьте по образцу; восстановите потерянные начальные нули.",
    },
};

/// A cell that should be filled is empty.
pub const NOT_FILLED: Code = Code {
    id: "T12",
    title: Words { zh: "空值", en: "Cell is empty", ru: "Пустая ячейка" },
    why: Words {
        zh: "缺失不等于零；合计和比重会因此偏小而不被察觉。",
        en: "Missing is not zero: totals and shares become too small without a trace.",
        ru: "Пропуск не равен нулю: итоги и доли незаметно занижаются.",
    },
    mend: Words {
        zh: "补齐该值；允许少量缺失时设 fraction。",
        en: "Supply the value; set `fraction` where a few may be missing.",
        ru: "Добавьте значение; если часть пропусков допустима, задайте `fraction`.",
    },
};

/// A table has fewer or more rows than it may have.
pub const ROW_COUNT: Code = Code {
    id: "T13",
    title: Words {
        zh: "行数不符", en: "Unexpected number of rows", ru: "Неожиданное число строк"
    },
    why: Words {
        zh: "行数过少说明文件不全，过多说明重复导入。",
        en: "Too few rows mean an incomplete file, too many mean one read twice.",
        ru: "Слишком мало строк означает неполный файл, слишком много: повторную загрузку.",
    },
    mend: Words {
        zh: "核对来源文件是否齐全、是否重复。",
        en: "Check that all files are there, each once.",
        ru: "Проверьте, что все файлы на месте и без повторов.",
    },
};

/// The newest figure is older than it may be.
pub const NOT_FRESH: Code = Code {
    id: "T14",
    title: Words { zh: "数据过期", en: "Data are out of date", ru: "Данные устарели" },
    why: Words {
        zh: "最新一期缺失时，报告会把旧数当作现状。",
        en: "Without the newest period the report presents old figures as the present state.",
        ru: "Без последнего периода отчёт выдаёт старые данные за текущие.",
    },
    mend: Words {
        zh: "加入最新一期的文件；发布较慢时放宽 max_age。",
        en: "Add the file of the newest period, or raise `max_age` if the source publishes later.",
        ru: "Добавьте файл за последний период или увеличьте `max_age`, если источник публикует позже.",
    },
};

/// A value is far from the others of its group.
pub const OUTLIER: Code = Code {
    id: "T15",
    title: Words { zh: "离群值", en: "Outlier", ru: "Выброс" },
    why: Words {
        zh: "与同组中位数相差过大的数字，常见于单位错误或多写一个零。",
        en: "A figure far from the median of its group often has a wrong unit or one zero too many.",
        ru: "Значение далеко от медианы группы часто имеет неверную единицу или лишний ноль.",
    },
    mend: Words {
        zh: "与来源核对；属实的在 accept 中写明理由。",
        en: "Compare it with the source; a true one is named under `accept`.",
        ru: "Сверьте с источником; подлинное значение укажите в `accept`.",
    },
};

/// Two sources give different figures for one thing.
pub const SOURCES_DISAGREE: Code = Code {
    id: "T16",
    title: Words {
        zh: "两个来源不一致", en: "Two sources disagree", ru: "Источники расходятся"
    },
    why: Words {
        zh: "同一数字在两处不同，口径、时点或单位可能不同。",
        en: "One figure differs between two places: perhaps in scope, date or unit.",
        ru: "Одно значение различается в двух местах: возможно, иной охват, дата или единица.",
    },
    mend: Words {
        zh: "核对口径；对方统计允许的差异用 tolerance 写明。",
        en: "Compare scope and units; what mirror figures may differ by is set as `tolerance`.",
        ru: "Сверьте охват и единицы; допустимое расхождение зеркальной статистики задайте в `tolerance`.",
    },
};

/// Printed share differs from computed share.
pub const STATED_SHARE_DIFFERS: Code = Code {
    id: "T17",
    title: Words {
        zh: "公布比重与计算比重不一致",
        en: "Stated share differs from computed",
        ru: "Опубликованная доля не равна расчётной",
    },
    why: Words {
        zh: "公布的比重可能以另一合计或另一时点为分母。",
        en: "The published share may rest on another total or on that of another date.",
        ru: "Опубликованная доля может относиться к другому итогу или другой дате.",
    },
    mend: Words {
        zh: "报告并列两个比重；确认来源所用的合计。",
        en: "The report shows both; find out which total the source divided by.",
        ru: "В отчёте стоят обе доли; уточните, на какой итог делил источник.",
    },
};

/// The codes below a code do not add up to it.
pub const PARTS_DIFFER: Code = Code {
    id: "T18",
    title: Words {
        zh: "下级编码之和与上级不符",
        en: "Lower codes do not add up to the upper one",
        ru: "Сумма нижних кодов не равна верхнему",
    },
    why: Words {
        zh: "下级之和大于上级，必有一个数字有误；小于上级，可能缺少下级编码。",
        en: "A sum above the whole means a wrong figure; a sum below it, a wrong or a missing code.",
        ru: "Сумма больше целого означает ошибку; меньше целого: ошибку или пропущенный код.",
    },
    mend: Words {
        zh: "核对所列编码；下级齐全时设 complete = true。",
        en: "Compare the codes shown; set `complete = true` only where every lower code is listed.",
        ru: "Сверьте коды; задавайте `complete = true` только там, где есть все нижние коды.",
    },
};
