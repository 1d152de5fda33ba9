//! Codes raised while a source is read: layout, units, cells and rows.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &SHEET_MISSING,
    &HEADER_MISSING,
    &HEADER_AMBIGUOUS,
    &COLUMN_MISSING,
    &COLUMN_UNREAD,
    &LABEL_UNKNOWN,
    &SECTION_WITH_VALUES,
    &PERIOD_UNCERTAIN,
    &TEXT_UNCERTAIN,
    &SHEET_UNREAD,
    &NO_ROWS,
    &TOTAL_UNDECLARED,
    &UNIT_MISSING,
    &UNITS_DISAGREE,
    &UNIT_UNKNOWN,
    &NOT_A_NUMBER,
    &ERROR_CELL,
    &UNCACHED_FORMULA,
    &DAMAGED_CELL,
    &CODE_DAMAGED,
    &CODE_UNKNOWN,
    &REQUIRED_EMPTY,
    &OUT_OF_RANGE,
    &NOT_A_DATE,
    &NOT_A_PERIOD,
    &CURRENCY_UNKNOWN,
    &KEPT_AS_UNKNOWN,
    &KEY_CONFLICT,
    &TOO_MANY_REJECTS,
    &ANNOTATION_UNUSED,
];

/// No sheet, or more than one, is the one the source speaks of.
pub const SHEET_MISSING: Code = Code {
    id: "L01",
    title: Words {
        zh: "没有或不止一个符合声明的工作表",
        en: "The sheet cannot be told",
        ru: "Лист не определён",
    },
    why: Words {
        zh: "无法确定该读哪一张表",
        en: "It is not known which table to read",
        ru: "Неизвестно, какую таблицу читать",
    },
    mend: Words {
        zh: "核对工作表名称，或在来源中写明 sheet",
        en: "Check the sheet names, or name the sheet in the source",
        ru: "Проверьте имена листов или укажите sheet в описании источника",
    },
};

/// No row holds all declared labels.
pub const HEADER_MISSING: Code = Code {
    id: "L02",
    title: Words {
        zh: "未找到表头行",
        en: "The header row was not found",
        ru: "Строка заголовков не найдена",
    },
    why: Words {
        zh: "没有表头就无法知道各列的含义",
        en: "Without a header no column has a meaning",
        ru: "Без заголовков смысл столбцов неизвестен",
    },
    mend: Words {
        zh: "核对表头文字，或修改来源的 labels",
        en: "Check the header texts, or change the labels of the source",
        ru: "Проверьте заголовки или измените labels источника",
    },
};

/// A declared column is found more than once.
pub const HEADER_AMBIGUOUS: Code = Code {
    id: "L03",
    title: Words {
        zh: "同一列在表头中出现多次",
        en: "A column stands in the header more than once",
        ru: "Столбец встречается в заголовке несколько раз",
    },
    why: Words {
        zh: "无法确定取哪一列",
        en: "It is not known which one to take",
        ru: "Неизвестно, какой из них брать",
    },
    mend: Words {
        zh: "删除重复列，或写出区分它们的模式",
        en: "Remove the repeated column, or write a pattern that tells them apart",
        ru: "Удалите лишний столбец или уточните шаблон",
    },
};

/// A declared column is not in the header.
pub const COLUMN_MISSING: Code = Code {
    id: "L04",
    title: Words {
        zh: "缺少声明的列", en: "A declared column is missing", ru: "Нет объявленного столбца"
    },
    why: Words {
        zh: "该列的数据无法读取", en: "Its data cannot be read", ru: "Его данные прочитать нельзя"
    },
    mend: Words {
        zh: "核对表头，或修改来源的列名",
        en: "Check the header, or the column name in the source",
        ru: "Проверьте заголовок или имя столбца в описании источника",
    },
};

/// A column with data that no declaration reads.
pub const COLUMN_UNREAD: Code = Code {
    id: "L05",
    title: Words {
        zh: "有未声明的列，未读取",
        en: "A column is not declared and was not read",
        ru: "Столбец не объявлен и не прочитан",
    },
    why: Words {
        zh: "其中的数据不会出现在报告中",
        en: "Its data do not reach the reports",
        ru: "Его данные не попадут в отчёты",
    },
    mend: Words {
        zh: "如需要，在来源中声明该列",
        en: "Declare the column if it is needed",
        ru: "Объявите столбец, если он нужен",
    },
};

/// A row label nothing recognises.
pub const LABEL_UNKNOWN: Code = Code {
    id: "L06",
    title: Words {
        zh: "无法识别的行名", en: "A row label is not known", ru: "Неизвестное название строки"
    },
    why: Words {
        zh: "不知道该行是数据、合计还是其中项",
        en: "It may be data, a total or a part of another row",
        ru: "Это могут быть данные, итог или часть другой строки",
    },
    mend: Words {
        zh: "把名称加入代码表，或在来源的 rows 中说明",
        en: "Add the name to the code list, or explain the label in `rows`",
        ru: "Добавьте название в список кодов или опишите строку в rows",
    },
};

/// A row declared as a section heading has values.
pub const SECTION_WITH_VALUES: Code = Code {
    id: "L07",
    title: Words {
        zh: "小标题行含有数值",
        en: "A section row holds values",
        ru: "Строка-раздел содержит значения",
    },
    why: Words {
        zh: "这些数值未被读取", en: "These values were not read", ru: "Эти значения не прочитаны"
    },
    mend: Words {
        zh: "核对该行，或修改来源的 rows",
        en: "Check the row, or the `rows` of the source",
        ru: "Проверьте строку или rows источника",
    },
};

/// The period is not found around the table, or its places disagree.
pub const PERIOD_UNCERTAIN: Code = Code {
    id: "L08",
    title: Words {
        zh: "表的时期缺失或互相矛盾",
        en: "The period of a table is missing or contradictory",
        ru: "Период таблицы не указан или противоречив",
    },
    why: Words {
        zh: "时期错误会使数据归入别的年月",
        en: "Figures would land in another period",
        ru: "Данные попали бы в другой период",
    },
    mend: Words {
        zh: "改正标题或工作表名称",
        en: "Correct the title or the sheet name",
        ru: "Исправьте заголовок или имя листа",
    },
};

/// A text declared to stand around the table is missing or contradictory.
pub const TEXT_UNCERTAIN: Code = Code {
    id: "L09",
    title: Words {
        zh: "表外文字缺失或互相矛盾",
        en: "A text around the table is missing or contradictory",
        ru: "Текст вокруг таблицы отсутствует или противоречив",
    },
    why: Words {
        zh: "该维度没有可信的取值",
        en: "A dimension has no value to trust",
        ru: "У измерения нет надёжного значения",
    },
    mend: Words {
        zh: "改正标题、工作表名称或文件名",
        en: "Correct the title, the sheet name or the file name",
        ru: "Исправьте заголовок, имя листа или файла",
    },
};

/// A sheet that was not read.
pub const SHEET_UNREAD: Code = Code {
    id: "L10",
    title: Words {
        zh: "工作表未读取", en: "A sheet was not read", ru: "Лист не прочитан"
    },
    why: Words {
        zh: "其中的数据不会出现在报告中",
        en: "Its data do not reach the reports",
        ru: "Его данные не попадут в отчёты",
    },
    mend: Words {
        zh: "如需要，取消隐藏或在来源中写明 sheet",
        en: "Unhide it, or name it in the source, if it is needed",
        ru: "Откройте лист или укажите его в sheet, если он нужен",
    },
};

/// A table without a row that holds a figure.
pub const NO_ROWS: Code = Code {
    id: "L20",
    title: Words {
        zh: "表中没有数据", en: "The table has no figures", ru: "В таблице нет данных"
    },
    why: Words {
        zh: "该文件没有为报告提供任何数据",
        en: "The file gives the reports no figure",
        ru: "Файл не даёт отчётам ни одной цифры",
    },
    mend: Words {
        zh: "如应有数据，请重新导出该文件",
        en: "Export the file again, if it should hold data",
        ru: "Выгрузите файл заново, если в нём должны быть данные",
    },
};

/// A row that is called a total and is read as one of those it is the total of.
pub const TOTAL_UNDECLARED: Code = Code {
    id: "L27",
    title: Words {
        zh: "疑似合计行被当作数据",
        en: "A row that seems to be a total is read as data",
        ru: "Строка, похожая на итог, прочитана как данные",
    },
    why: Words {
        zh: "汇总时会重复计算", en: "Sums count it twice", ru: "Суммы учтут её дважды"
    },
    mend: Words {
        zh: "在来源的 rows 中写明其 role：total 或 data",
        en: "Give it a role in `rows` of the source: total, or data",
        ru: "Укажите её role в rows описания источника: total или data",
    },
};

/// No unit is found for an amount.
pub const UNIT_MISSING: Code = Code {
    id: "U01",
    title: Words {
        zh: "未找到计量单位", en: "No unit was found", ru: "Единица измерения не найдена"
    },
    why: Words {
        zh: "没有单位的数字无法换算",
        en: "A number without its unit cannot be used",
        ru: "Число без единицы использовать нельзя",
    },
    mend: Words {
        zh: "在表上方写明单位，如“单位：亿元人民币”",
        en: "State the unit above the table, as in 单位：亿元人民币",
        ru: "Укажите единицу над таблицей, например «млн долл. США»",
    },
};

/// Units found in several places differ.
pub const UNITS_DISAGREE: Code = Code {
    id: "U02",
    title: Words {
        zh: "多处单位不一致", en: "Units disagree", ru: "Единицы противоречат друг другу"
    },
    why: Words {
        zh: "数值可能相差千倍万倍",
        en: "Values may be wrong by a factor of thousands",
        ru: "Значения могут отличаться в тысячи раз",
    },
    mend: Words {
        zh: "改正标题、单位行或表头，使其一致",
        en: "Make title, unit line and header agree",
        ru: "Приведите заголовок и строку единиц в соответствие",
    },
};

/// A unit that cannot be read.
pub const UNIT_UNKNOWN: Code = Code {
    id: "U03",
    title: Words {
        zh: "无法识别的计量单位", en: "A unit is not known", ru: "Неизвестная единица измерения"
    },
    why: Words {
        zh: "数值无法换算为基本单位",
        en: "The value cannot be brought to base units",
        ru: "Значение нельзя привести к базовым единицам",
    },
    mend: Words {
        zh: "改正单位的写法",
        en: "Correct the spelling of the unit",
        ru: "Исправьте написание единицы",
    },
};

/// A cell that should hold a number does not.
pub const NOT_A_NUMBER: Code = Code {
    id: "C01",
    title: Words {
        zh: "应为数字的单元格不是数字", en: "A cell is not a number", ru: "В ячейке не число"
    },
    why: Words {
        zh: "该数值无法使用", en: "The figure cannot be used", ru: "Значение использовать нельзя"
    },
    mend: Words {
        zh: "填入数字，或在来源的 missing 中声明该标记",
        en: "Enter the number, or declare the marker under `missing`",
        ru: "Введите число или объявите пометку в missing",
    },
};

/// A cell holds a spreadsheet error.
pub const ERROR_CELL: Code = Code {
    id: "C02",
    title: Words {
        zh: "单元格为错误值",
        en: "A cell holds a spreadsheet error",
        ru: "В ячейке ошибка электронной таблицы",
    },
    why: Words {
        zh: "公式没有得出结果", en: "The formula has no result", ru: "Формула не дала результата"
    },
    mend: Words {
        zh: "改正公式后重新保存",
        en: "Correct the formula and save again",
        ru: "Исправьте формулу и сохраните файл",
    },
};

/// A formula was saved without its result.
pub const UNCACHED_FORMULA: Code = Code {
    id: "C03",
    title: Words {
        zh: "公式没有保存结果",
        en: "A formula was saved without its result",
        ru: "Формула сохранена без результата",
    },
    why: Words {
        zh: "文件中没有该数值", en: "The file does not hold the value", ru: "Значения нет в файле"
    },
    mend: Words {
        zh: "用 Excel 或 WPS 打开并保存一次",
        en: "Open it in Excel or WPS and save it once",
        ru: "Откройте файл в Excel или WPS и сохраните",
    },
};

/// A cell whose content the file does not hold.
pub const DAMAGED_CELL: Code = Code {
    id: "C13",
    title: Words {
        zh: "单元格内容损坏",
        en: "The content of a cell is damaged",
        ru: "Содержимое ячейки повреждено",
    },
    why: Words {
        zh: "文件中没有可用的数值",
        en: "The file holds no value that could be used",
        ru: "В файле нет пригодного значения",
    },
    mend: Words {
        zh: "用 Excel 打开，核对该单元格后重新保存",
        en: "Open the file in Excel, look at the cell and save it anew",
        ru: "Откройте файл в Excel, проверьте ячейку и сохраните заново",
    },
};

/// A code lost characters, mostly leading zeros.
pub const CODE_DAMAGED: Code = Code {
    id: "C04",
    title: Words {
        zh: "编码位数不符，可能丢失前导零",
        en: "A code lost characters",
        ru: "Код потерял знаки",
    },
    why: Words {
        zh: "编码指向别的商品",
        en: "It would stand for something else",
        ru: "Он обозначал бы другое",
    },
    mend: Words {
        zh: "以文本格式重新填写完整编码",
        en: "Enter the full code as text",
        ru: "Введите полный код как текст",
    },
};

/// A name that is in no code list.
pub const CODE_UNKNOWN: Code = Code {
    id: "C05",
    title: Words {
        zh: "名称不在代码表中",
        en: "A name is not in the code list",
        ru: "Названия нет в списке кодов",
    },
    why: Words {
        zh: "无法确定其含义", en: "Its meaning is not known", ru: "Его значение неизвестно"
    },
    mend: Words {
        zh: "改正名称，或把它加入代码表",
        en: "Correct the name, or add it to the code list",
        ru: "Исправьте название или добавьте его в список кодов",
    },
};

/// A required cell is empty.
pub const REQUIRED_EMPTY: Code = Code {
    id: "C07",
    title: Words {
        zh: "必填单元格为空", en: "A required cell is empty", ru: "Обязательная ячейка пуста"
    },
    why: Words {
        zh: "该行无法使用", en: "The row cannot be used", ru: "Строку использовать нельзя"
    },
    mend: Words { zh: "补填该单元格", en: "Fill in the cell", ru: "Заполните ячейку" },
};

/// A value outside its declared limits.
pub const OUT_OF_RANGE: Code = Code {
    id: "C08",
    title: Words {
        zh: "数值超出声明的范围",
        en: "A value is outside its limits",
        ru: "Значение вне допустимых пределов",
    },
    why: Words {
        zh: "多半是录入错误",
        en: "It is most likely a slip of the pen",
        ru: "Скорее всего, это описка",
    },
    mend: Words {
        zh: "核对原始单据后改正",
        en: "Correct it from the original document",
        ru: "Исправьте по первичному документу",
    },
};

/// A cell that should hold a date does not.
pub const NOT_A_DATE: Code = Code {
    id: "C09",
    title: Words {
        zh: "应为日期的单元格不是有效日期",
        en: "A cell is not a valid date",
        ru: "В ячейке нет верной даты",
    },
    why: Words {
        zh: "该行无法归入时期",
        en: "The row belongs to no period",
        ru: "Строку нельзя отнести к периоду",
    },
    mend: Words { zh: "改正日期", en: "Correct the date", ru: "Исправьте дату" },
};

/// A cell that should hold a period does not.
pub const NOT_A_PERIOD: Code = Code {
    id: "C10",
    title: Words {
        zh: "应为时期的单元格无法识别", en: "A cell is not a period", ru: "В ячейке не период"
    },
    why: Words {
        zh: "该行无法归入时期",
        en: "The row belongs to no period",
        ru: "Строку нельзя отнести к периоду",
    },
    mend: Words {
        zh: "按“2021年1-9月”的样式填写",
        en: "Write it as in 2021年1-9月 or 2021-09",
        ru: "Запишите период, например «январь-май 2012 г.»",
    },
};

/// A currency that cannot be read.
pub const CURRENCY_UNKNOWN: Code = Code {
    id: "C11",
    title: Words {
        zh: "无法识别的币制", en: "A currency is not known", ru: "Неизвестная валюта"
    },
    why: Words {
        zh: "金额无法折算", en: "The amount cannot be converted", ru: "Сумму нельзя пересчитать"
    },
    mend: Words {
        zh: "改为 ISO 4217 代码或常用名称",
        en: "Use the ISO 4217 code or a common name",
        ru: "Укажите код ISO 4217 или обычное название",
    },
};

/// A cell without a known name, kept as _Z by declaration.
pub const KEPT_AS_UNKNOWN: Code = Code {
    id: "C12",
    title: Words {
        zh: "空缺或未知名称，按未知 _Z 保留",
        en: "Kept as unknown",
        ru: "Сохранено как неизвестное",
    },
    why: Words {
        zh: "该行计入合计，但不属于任何已知项",
        en: "The row counts in totals, but under no known name",
        ru: "Строка входит в итоги, но не имеет известного названия",
    },
    mend: Words {
        zh: "如能查明，补填名称",
        en: "Fill in the name if it can be found out",
        ru: "Впишите название, если его можно установить",
    },
};

/// Two rows say different things of the same figure.
pub const KEY_CONFLICT: Code = Code {
    id: "R01",
    title: Words {
        zh: "同一数据出现两个不同的值",
        en: "Two rows contradict each other",
        ru: "Две строки противоречат друг другу",
    },
    why: Words {
        zh: "无法确定哪一个正确；保留了第一个",
        en: "It is not known which is right; the first was kept",
        ru: "Неизвестно, какая верна; оставлена первая",
    },
    mend: Words {
        zh: "删除错误的一行", en: "Remove the wrong row", ru: "Удалите неверную строку"
    },
};

/// More rows were rejected than the source allows.
pub const TOO_MANY_REJECTS: Code = Code {
    id: "R02",
    title: Words {
        zh: "被拒行数超过限额",
        en: "Too many rows were rejected",
        ru: "Отклонено слишком много строк",
    },
    why: Words {
        zh: "其余数据可能也不可信",
        en: "The rest may not be trusted either",
        ru: "Остальным данным, возможно, нельзя доверять",
    },
    mend: Words {
        zh: "改正被拒的行，或提高来源的 rejects",
        en: "Correct the rejected rows, or raise `rejects` of the source",
        ru: "Исправьте отклонённые строки или увеличьте rejects",
    },
};

/// A declared annotation meets no figure.
pub const ANNOTATION_UNUSED: Code = Code {
    id: "R03",
    title: Words {
        zh: "声明的注记没有对应的数据",
        en: "An annotation meets no figure",
        ru: "Примечание не относится ни к одному показателю",
    },
    why: Words {
        zh: "所指数据已不在文件中，或名称写错，注记不会出现在报告里",
        en: "The figure it speaks of is not in the files, or its name is mistyped; the note reaches no report",
        ru: "Показателя нет в файлах или в имени опечатка; примечание не попадёт в отчёт",
    },
    mend: Words {
        zh: "核对来源中 annotate 的条件，或删除该注记",
        en: "Check the condition in `annotate` of the source, or remove the entry",
        ru: "Проверьте условие в annotate источника или удалите запись",
    },
};
