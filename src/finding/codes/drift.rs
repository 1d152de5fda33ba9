//! Codes raised where the columns of a file are not those of the last published run.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &COLUMN_NEW,
    &COLUMN_GONE,
    &COLUMN_RENAMED,
    &COLUMN_MOVED,
    &COLUMN_RETYPED,
    &COLUMN_UNIT_CHANGED,
    &SHEET_NEW,
    &SHEET_GONE,
];

/// Whether a code speaks of the columns of a file.
pub fn is_drift(code: &Code) -> bool {
    LIST.iter().any(|known| known.id == code.id)
}

/// A column that the earlier file did not have.
pub const COLUMN_NEW: Code = Code {
    id: "L21",
    title: Words { zh: "出现新列", en: "A new column", ru: "Новый столбец" },
    why: Words {
        zh: "上期文件没有该列：它可能改变其他列的含义，或其数据未被读取",
        en: "The earlier file did not have it: it may change what other columns mean, or its data go unread",
        ru: "В прежнем файле его не было: он может менять смысл других столбцов либо не читается",
    },
    mend: Words {
        zh: "如属有意，请在来源中声明该列，或将其写入 contract.accept；否则请从文件中删除",
        en: "If it is meant, declare it in the source or name it in contract.accept; else remove it from the file",
        ru: "Если так задумано, объявите его в источнике или укажите в contract.accept; иначе удалите из файла",
    },
};

/// A column that the earlier file had.
pub const COLUMN_GONE: Code = Code {
    id: "L22",
    title: Words {
        zh: "缺少上期有的列",
        en: "A column of the earlier file is gone",
        ru: "Столбца прежнего файла больше нет",
    },
    why: Words {
        zh: "该列的数据自本期起缺失",
        en: "Its data are missing from now on",
        ru: "Его данных теперь нет",
    },
    mend: Words {
        zh: "向填报人核实并补上该列；如属有意，将其写入 contract.accept",
        en: "Ask who sends the file and restore it; if it is meant, name it in contract.accept",
        ru: "Уточните у отправителя и верните столбец; если так задумано, укажите его в contract.accept",
    },
};

/// A column at the same place with another header.
pub const COLUMN_RENAMED: Code = Code {
    id: "L23",
    title: Words {
        zh: "列名已更改", en: "A column has another header", ru: "У столбца другой заголовок"
    },
    why: Words {
        zh: "同一位置的列换了名称，其含义可能已变",
        en: "It stands at the same place, but may mean something else",
        ru: "Он на прежнем месте, но может означать иное",
    },
    mend: Words {
        zh: "核对含义：恢复原列名，或修改来源的列名并写入 contract.accept",
        en: "Check what it means: restore the header, or change it in the source and name it in contract.accept",
        ru: "Проверьте смысл: верните заголовок или измените его в источнике и укажите в contract.accept",
    },
};

/// A column that stands elsewhere among the others.
pub const COLUMN_MOVED: Code = Code {
    id: "L24",
    title: Words {
        zh: "列的次序已变", en: "A column has moved", ru: "Столбец перемещён"
    },
    why: Words {
        zh: "按列名读取，数值不受影响；但次序变动常伴随表式改版",
        en: "It is read by its header, so no figure is wrong; but a new order often comes with a new form",
        ru: "Читается по заголовку, значения верны; но новый порядок часто означает новую форму",
    },
    mend: Words {
        zh: "核对表式；恢复原次序，或将列名写入 contract.accept",
        en: "Check the form; restore the order, or name the column in contract.accept",
        ru: "Проверьте форму; верните порядок или укажите столбец в contract.accept",
    },
};

/// A column that holds another kind of value.
pub const COLUMN_RETYPED: Code = Code {
    id: "L25",
    title: Words {
        zh: "列的数据类型已变",
        en: "A column holds another kind of value",
        ru: "В столбце значения другого вида",
    },
    why: Words {
        zh: "例如数字变为文字：该列可能已另作他用",
        en: "Numbers that became text, say: the column may be used for something else now",
        ru: "Например, числа стали текстом: столбец мог получить иное назначение",
    },
    mend: Words {
        zh: "核对该列的单元格并更正；如属有意，将其写入 contract.accept",
        en: "Check its cells and mend them; if it is meant, name it in contract.accept",
        ru: "Проверьте и исправьте ячейки; если так задумано, укажите столбец в contract.accept",
    },
};

/// A column whose figures come in another unit.
pub const COLUMN_UNIT_CHANGED: Code = Code {
    id: "L26",
    title: Words {
        zh: "列的计量单位已变",
        en: "A column comes in another unit",
        ru: "У столбца другая единица",
    },
    why: Words {
        zh: "数值已按新单位换算；如单位写错，全列将差若干数量级",
        en: "Its figures are read in the new unit; if that is wrong, all of them are off by powers of ten",
        ru: "Значения читаются в новой единице; если она неверна, ошибка — на порядки",
    },
    mend: Words {
        zh: "核对文件中的单位；如属有意，将列名写入 contract.accept",
        en: "Check the unit in the file; if it is meant, name the column in contract.accept",
        ru: "Проверьте единицу в файле; если так задумано, укажите столбец в contract.accept",
    },
};

/// A sheet with a table of the source that the earlier file did not have.
pub const SHEET_NEW: Code = Code {
    id: "L28",
    title: Words { zh: "出现新工作表", en: "A new sheet", ru: "Новый лист" },
    why: Words {
        zh: "上期文件没有该表：其数据已计入，可能与其他表重复",
        en: "The earlier file did not have it: its figures are read now, and may repeat those of other sheets",
        ru: "В прежнем файле его не было: его данные теперь читаются и могут повторять другие листы",
    },
    mend: Words {
        zh: "核对该表；如属有意，将表名写入 contract.accept；如不应读取，在来源中写明 sheet",
        en: "Check it; if it is meant, name it in contract.accept; if it is not to be read, name the sheets in the source",
        ru: "Проверьте; если так задумано, укажите в contract.accept; если читать не нужно, укажите sheet в источнике",
    },
};

/// A sheet of the source that the earlier file had.
pub const SHEET_GONE: Code = Code {
    id: "L29",
    title: Words {
        zh: "缺少上期有的工作表",
        en: "A sheet of the earlier file is gone",
        ru: "Листа прежнего файла больше нет",
    },
    why: Words {
        zh: "该表的数据自本期起缺失",
        en: "Its figures are missing from now on",
        ru: "Его данных теперь нет",
    },
    mend: Words {
        zh: "向填报人核实并补上该表；如属有意，将表名写入 contract.accept",
        en: "Ask who sends the file and restore it; if it is meant, name it in contract.accept",
        ru: "Уточните у отправителя и верните лист; если так задумано, укажите его в contract.accept",
    },
};
