//! Codes raised about input files.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &WRONG_ENDING,
    &CELL_REPEATED,
    &SHEET_ABSENT,
    &NO_WORKSHEET,
    &STRUCK_THROUGH,
    &HIDDEN_READ,
    &HIDDEN_SKIPPED,
    &CELL_DAMAGED,
    &WIDE_LINE,
    &LAST_LINE_CUT,
    &PAGE_WITHOUT_END,
    &FORMAT_ABSENT,
    &READ_TOO_MUCH_MEMORY,
    &READ_TOO_LONG,
    &READER_BROKE,
];

/// A file whose name says another format than its content.
pub const WRONG_ENDING: Code = Code {
    id: "F03",
    title: Words {
        zh: "扩展名与内容不符，按内容读取",
        en: "the ending of the file name is not that of its content, which was read",
        ru: "расширение не соответствует содержимому; прочитано содержимое",
    },
    why: Words {
        zh: "其他程序可能打不开此文件。",
        en: "Other programs may refuse the file.",
        ru: "Другие программы могут не открыть файл.",
    },
    mend: Words {
        zh: "用正确的扩展名重新保存。",
        en: "Save it again with the right ending.",
        ru: "Сохраните файл с правильным расширением.",
    },
};

/// A file whose reading needs more memory than it may have.
pub const READ_TOO_MUCH_MEMORY: Code = Code {
    id: "F21",
    title: Words {
        zh: "读取此文件所需内存超过上限",
        en: "reading this file needs more memory than it may have",
        ru: "для чтения файла нужно больше памяти, чем разрешено",
    },
    why: Words {
        zh: "文件可能已损坏，或某个单元格离表格极远；读取已停止，其他文件不受影响。",
        en: "It may be damaged, or a stray cell may stand far from its table; its reading was stopped, the others went on.",
        ru: "Файл может быть повреждён, или одна ячейка стоит далеко от таблицы; чтение остановлено, остальные файлы прочитаны.",
    },
    mend: Words {
        zh: "重新复制文件，或在 Excel 中打开后另存为 .xlsx；确实很大时用 --read-memory 提高上限。",
        en: "Copy it again, or open it in Excel and save it as .xlsx; if it really is large, raise --read-memory.",
        ru: "Скопируйте файл заново или пересохраните в Excel как .xlsx; если он действительно велик, увеличьте --read-memory.",
    },
};

/// A file whose reading takes longer than it may.
pub const READ_TOO_LONG: Code = Code {
    id: "F22",
    title: Words {
        zh: "读取此文件超时",
        en: "reading this file takes too long",
        ru: "чтение файла занимает слишком много времени",
    },
    why: Words {
        zh: "文件可能已损坏；读取已停止，其他文件不受影响。",
        en: "It may be damaged; its reading was stopped, the others went on.",
        ru: "Файл может быть повреждён; чтение остановлено, остальные файлы прочитаны.",
    },
    mend: Words {
        zh: "重新复制文件，或在 Excel 中打开后另存为 .xlsx；确实很大时用 --read-deadline 延长时限。",
        en: "Copy it again, or open it in Excel and save it as .xlsx; if it really is large, raise --read-deadline.",
        ru: "Скопируйте файл заново или пересохраните в Excel как .xlsx; если он действительно велик, увеличьте --read-deadline.",
    },
};

/// A file that killed the process that read it.
pub const READER_BROKE: Code = Code {
    id: "F23",
    title: Words {
        zh: "读取此文件时程序中断",
        en: "the reader broke off at this file",
        ru: "чтение файла аварийно прервалось",
    },
    why: Words {
        zh: "文件多半已损坏；读到一半的内容已丢弃，其他文件不受影响。",
        en: "It is probably damaged; what was read of it was dropped, the others went on.",
        ru: "Файл, вероятно, повреждён; прочитанная часть отброшена, остальные файлы прочитаны.",
    },
    mend: Words {
        zh: "重新复制文件，或在 Excel 中打开后另存为 .xlsx。",
        en: "Copy it again, or open it in Excel and save it as .xlsx.",
        ru: "Скопируйте файл заново или пересохраните в Excel как .xlsx.",
    },
};

/// An address that a sheet gives more than once.
pub const CELL_REPEATED: Code = Code {
    id: "F04",
    title: Words {
        zh: "工作表中同一单元格出现两次，以后者为准",
        en: "A cell stands in the file more than once; the last was read",
        ru: "Ячейка записана в файле дважды; прочитана последняя",
    },
    why: Words {
        zh: "无法确定哪个值正确。",
        en: "It is not known which value is right.",
        ru: "Неизвестно, какое значение верно.",
    },
    mend: Words {
        zh: "用 Excel 或 WPS 打开，核对后重新保存。",
        en: "Open the file in Excel or WPS, look at the cell and save it anew.",
        ru: "Откройте файл в Excel или WPS, проверьте ячейку и сохраните заново.",
    },
};

/// A sheet that the workbook lists and does not hold.
pub const SHEET_ABSENT: Code = Code {
    id: "F05",
    title: Words {
        zh: "工作簿列出的工作表在文件中不存在",
        en: "A sheet is listed in the workbook but is not in the file",
        ru: "Лист указан в книге, но его нет в файле",
    },
    why: Words {
        zh: "其中的数据已丢失。", en: "Its figures are lost.", ru: "Его данные потеряны."
    },
    mend: Words {
        zh: "重新复制原文件，或用 Excel 重新保存。",
        en: "Copy the file again, or save it anew in Excel.",
        ru: "Скопируйте файл ещё раз или сохраните его заново в Excel.",
    },
};

/// A sheet of a workbook without cells: a chart, a dialog, macros.
pub const NO_WORKSHEET: Code = Code {
    id: "F06",
    title: Words {
        zh: "该表不是数据工作表，未读取",
        en: "A sheet is a chart, a dialog or macros and was not read",
        ru: "Лист — диаграмма, диалог или макросы; не прочитан",
    },
    why: Words {
        zh: "其中没有单元格。", en: "It has no table.", ru: "В нём нет таблицы."
    },
    mend: Words {
        zh: "无需处理。", en: "Nothing needs to be done.", ru: "Ничего делать не нужно."
    },
};

/// Cells that are struck through.
pub const STRUCK_THROUGH: Code = Code {
    id: "F07",
    title: Words {
        zh: "有带删除线的单元格，已照常读取",
        en: "Cells are struck through; they were read like any others",
        ru: "Есть зачёркнутые ячейки; они прочитаны как обычные",
    },
    why: Words {
        zh: "删除线通常表示该数作废。",
        en: "A struck figure is mostly one that no longer holds.",
        ru: "Зачёркнутое число обычно недействительно.",
    },
    mend: Words {
        zh: "删除作废的数，或取消删除线。",
        en: "Delete what no longer holds, or take the line away.",
        ru: "Удалите недействительное или снимите зачёркивание.",
    },
};

/// Hidden rows or columns that were read.
pub const HIDDEN_READ: Code = Code {
    id: "F08",
    title: Words {
        zh: "隐藏的行或列已照常读取",
        en: "Hidden rows or columns were read",
        ru: "Скрытые строки или столбцы прочитаны",
    },
    why: Words {
        zh: "看表的人看不到它们，但它们计入合计。",
        en: "Who looks at the sheet does not see them, but they count.",
        ru: "На листе их не видно, но они учтены.",
    },
    mend: Words {
        zh: "取消隐藏，或声明 hidden_rows / hidden_columns。",
        en: "Show them, or declare `hidden_rows` or `hidden_columns` of `sheet`.",
        ru: "Покажите их или задайте hidden_rows / hidden_columns в sheet.",
    },
};

/// Hidden rows or columns that were left out by declaration.
pub const HIDDEN_SKIPPED: Code = Code {
    id: "F09",
    title: Words {
        zh: "隐藏的行或列按声明未读取",
        en: "Hidden rows or columns were left out, as declared",
        ru: "Скрытые строки или столбцы пропущены, как задано",
    },
    why: Words {
        zh: "它们不计入任何数。",
        en: "They count in no figure.",
        ru: "Они не входят ни в одно число.",
    },
    mend: Words {
        zh: "如应计入，请取消隐藏。",
        en: "Show them if they should count.",
        ru: "Покажите их, если они должны учитываться.",
    },
};

/// Cells whose content the file does not hold.
pub const CELL_DAMAGED: Code = Code {
    id: "F10",
    title: Words {
        zh: "文件中有内容损坏的单元格",
        en: "Cells have no sound content in the file",
        ru: "В файле есть повреждённые ячейки",
    },
    why: Words {
        zh: "这些数值已丢失，文件可能已损坏。",
        en: "Their values are lost; the file may be damaged elsewhere too.",
        ru: "Их значения потеряны; файл может быть повреждён.",
    },
    mend: Words {
        zh: "用 Excel 打开，核对这些单元格后重新保存。",
        en: "Open the file in Excel, look at the cells and save it anew.",
        ru: "Откройте файл в Excel, проверьте ячейки и сохраните заново.",
    },
};

/// Lines of a text file with more cells than nearly all others.
pub const WIDE_LINE: Code = Code {
    id: "F11",
    title: Words {
        zh: "有的行比其他行多出单元格",
        en: "Lines have more cells than the others",
        ru: "В некоторых строках больше ячеек, чем в остальных",
    },
    why: Words {
        zh: "多半是数字里的分隔符未加引号，后面的列会错位。",
        en: "A delimiter within a number is probably not quoted, which shifts the columns behind it.",
        ru: "Вероятно, разделитель внутри числа не взят в кавычки, и столбцы сдвинуты.",
    },
    mend: Words {
        zh: "给含分隔符的单元格加引号。",
        en: "Put quotes around cells that hold the delimiter.",
        ru: "Возьмите в кавычки ячейки с разделителем.",
    },
};

/// A text file that does not end with a line break.
pub const LAST_LINE_CUT: Code = Code {
    id: "F12",
    title: Words {
        zh: "文件末尾没有换行，可能不完整",
        en: "The file does not end with a line break and may be incomplete",
        ru: "Файл не кончается переводом строки и может быть неполным",
    },
    why: Words {
        zh: "最后一行可能被截断。",
        en: "Its last line may be cut.",
        ru: "Последняя строка может быть обрезана.",
    },
    mend: Words {
        zh: "核对最后一行，必要时重新复制文件。",
        en: "Look at the last line; copy the file again where it is cut.",
        ru: "Проверьте последнюю строку; при необходимости скопируйте файл заново.",
    },
};

/// A web page that begins and does not end.
pub const PAGE_WITHOUT_END: Code = Code {
    id: "F13",
    title: Words {
        zh: "网页没有结束标记，可能不完整",
        en: "The page has no end and may be incomplete",
        ru: "У страницы нет конца, она может быть неполной",
    },
    why: Words {
        zh: "后面的表格可能没有复制进来。",
        en: "Tables behind the last one may not have been copied.",
        ru: "Таблицы после последней могли не скопироваться.",
    },
    mend: Words {
        zh: "与原网页核对，必要时重新下载。",
        en: "Compare it with the original; download it again where tables are missing.",
        ru: "Сверьте с оригиналом; если таблиц не хватает, скачайте заново.",
    },
};

/// Cells that name a number format which the workbook does not have.
pub const FORMAT_ABSENT: Code = Code {
    id: "F14",
    title: Words {
        zh: "单元格引用了工作簿中不存在的格式",
        en: "Cells name a number format that the workbook does not have",
        ru: "Ячейки ссылаются на формат, которого нет в книге",
    },
    why: Words {
        zh: "日期或百分比可能被读成普通数字。",
        en: "A date or a share may have been read as a bare number.",
        ru: "Дата или доля могла быть прочитана как простое число.",
    },
    mend: Words {
        zh: "用 Excel 或 WPS 打开并重新保存，核对日期和百分比。",
        en: "Open the workbook in Excel or WPS, look at dates and shares, and save it anew.",
        ru: "Откройте книгу в Excel или WPS, проверьте даты и доли и сохраните заново.",
    },
};
