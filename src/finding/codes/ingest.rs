//! Codes raised about input files.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[&WRONG_ENDING];

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
