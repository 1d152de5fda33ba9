//! Codes raised by `report`.

use super::super::{Code, Words};

/// A table of the plan was not computed.
pub const TABLE_ABSENT: Code = Code {
    id: "O01",
    title: Words {
        zh: "报表所需的数据表未生成",
        en: "a table of the report was not computed",
        ru: "таблица отчёта не рассчитана",
    },
    why: Words {
        zh: "没有该表就没有报表",
        en: "without it the report cannot be written",
        ru: "без неё отчёт не составить",
    },
    mend: Words {
        zh: "属程序缺陷，请报告",
        en: "a defect of the program: please report it",
        ru: "дефект программы: сообщите о нём",
    },
};

/// A figure of the cover picks several rows.
pub const FIGURE_AMBIGUOUS: Code = Code {
    id: "O02",
    title: Words {
        zh: "封面指标对应多行数据",
        en: "a figure of the cover picks several rows",
        ru: "показатель обложки отвечает нескольким строкам",
    },
    why: Words {
        zh: "任取一行即为猜测",
        en: "choosing one of them would be a guess",
        ru: "выбор одной из них был бы догадкой",
    },
    mend: Words {
        zh: "在 where 中补充条件，或用 last 指定最近一期",
        en: "add conditions to `where`, or take the latest with `last`",
        ru: "уточните `where` или возьмите последнюю через `last`",
    },
};

/// A figure of the cover is to be shown in a unit it does not have.
pub const FIGURE_UNIT: Code = Code {
    id: "O03",
    title: Words {
        zh: "封面指标的单位与数据不符",
        en: "the unit of a cover figure is not that of its data",
        ru: "единица показателя обложки не совпадает с данными",
    },
    why: Words {
        zh: "数值会被标上错误的单位",
        en: "the number would stand beside a wrong unit",
        ru: "число получило бы неверную единицу",
    },
    mend: Words {
        zh: "更正 unit，或改取相应币种的列",
        en: "correct `unit`, or take the column of that currency",
        ru: "исправьте `unit` или возьмите столбец в этой валюте",
    },
};

/// Two rows want the same cell of a pivoted sheet.
pub const CELL_TAKEN: Code = Code {
    id: "O04",
    title: Words {
        zh: "交叉表中两行数据落入同一单元格",
        en: "two rows want one cell of a pivoted sheet",
        ru: "две строки претендуют на одну ячейку сводной таблицы",
    },
    why: Words {
        zh: "其中一个数值会丢失",
        en: "one of the two figures would be lost",
        ru: "одно из значений было бы потеряно",
    },
    mend: Words {
        zh: "在 pivot 的 rows 中加入能区分两行的列，或用 where 筛选",
        en: "add the column that tells them apart to `rows` of the pivot, or filter with `where`",
        ru: "добавьте различающий столбец в `rows` или отберите строки через `where`",
    },
};

/// A number is infinite or no number.
pub const NOT_FINITE: Code = Code {
    id: "O05",
    title: Words {
        zh: "数值为无穷大或非数值",
        en: "a number is infinite or not a number",
        ru: "значение бесконечно или не является числом",
    },
    why: Words {
        zh: "此类值会使 Excel 合计失效",
        en: "Excel cannot add up such a value",
        ru: "Excel не может суммировать такое значение",
    },
    mend: Words {
        zh: "检查计算式中的除数",
        en: "look for a division by zero in the step that computes it",
        ru: "проверьте делитель в шаге, где оно вычисляется",
    },
};

/// The report could not be put together.
pub const NOT_WRITTEN: Code = Code {
    id: "O06",
    title: Words {
        zh: "报表无法生成",
        en: "the report could not be put together",
        ru: "отчёт не удалось составить",
    },
    why: Words {
        zh: "未发布任何内容", en: "nothing was published", ru: "ничего не опубликовано"
    },
    mend: Words {
        zh: "按所给原因处理；原因不明请报告",
        en: "see the reason given; if it is not clear, please report it",
        ru: "см. указанную причину; если она неясна, сообщите о ней",
    },
};

/// An input file with rejected cells could not be copied with these marked.
pub const COPY_NOT_MADE: Code = Code {
    id: "O11",
    title: Words {
        zh: "未生成标注副本",
        en: "no copy with the rejected cells marked was made",
        ru: "копия с отметками отклонённых ячеек не сделана",
    },
    why: Words {
        zh: "被拒单元格只列于 rejects.csv",
        en: "the rejected cells stand in rejects.csv only",
        ru: "отклонённые ячейки указаны только в rejects.csv",
    },
    mend: Words {
        zh: "按 rejects.csv 的地址逐一更正；文件过大时可拆分",
        en: "mend the cells by their addresses in rejects.csv; a file that is too large may be split",
        ru: "исправьте ячейки по адресам в rejects.csv; слишком большой файл можно разделить",
    },
};

/// Every code of this file.
pub(super) const LIST: &[&Code] =
    &[&TABLE_ABSENT, &FIGURE_AMBIGUOUS, &FIGURE_UNIT, &CELL_TAKEN, &NOT_FINITE, &NOT_WRITTEN, &COPY_NOT_MADE];
