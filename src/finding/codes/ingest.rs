//! Codes raised about input files.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[&WRONG_ENDING, &READ_TOO_MUCH_MEMORY, &READ_TOO_LONG, &READER_BROKE];

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
