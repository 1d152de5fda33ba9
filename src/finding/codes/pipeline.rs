//! Codes raised by `pipeline`.

use super::super::{Code, Words};

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[
    &UNMATCHED_FILE,
    &SKIPPED_FILE,
    &SOURCE_WITHOUT_FILE,
    &UNREADABLE_FILE,
    &STEP_FAILED,
    &REPORT_FAILED,
    &EARLIER_DAMAGED,
];

/// A file that no block reads.
pub const UNMATCHED_FILE: Code = Code {
    id: "P01",
    title: Words {
        zh: "没有数据源读取此文件",
        en: "no source matches this file",
        ru: "ни один источник не читает этот файл",
    },
    why: Words {
        zh: "文件中的数字未进入报告。",
        en: "Its figures are not in the report.",
        ru: "Его данные не вошли в отчёт.",
    },
    mend: Words {
        zh: "在流水线文件中为它声明一个数据源，或将它移出 input。",
        en: "Declare a source for it in the pipeline file, or move it out of input.",
        ru: "Опишите источник в файле конвейера или уберите файл из input.",
    },
};

/// A file that is never read.
pub const SKIPPED_FILE: Code = Code {
    id: "P02",
    title: Words {
        zh: "此文件不读取", en: "this file is never read", ru: "этот файл не читается"
    },
    why: Words {
        zh: "临时、隐藏、空文件或指向文件夹外的链接不是数据。",
        en: "Temporary, hidden and empty files and links out of the folder are no data.",
        ru: "Временные, скрытые и пустые файлы и внешние ссылки не являются данными.",
    },
    mend: Words {
        zh: "如果它应是数据，请重新保存为普通文件。",
        en: "If it should be data, save it again as an ordinary file.",
        ru: "Если это данные, сохраните их заново как обычный файл.",
    },
};

/// A source that found no file.
pub const SOURCE_WITHOUT_FILE: Code = Code {
    id: "P03",
    title: Words {
        zh: "数据源没有文件", en: "no file matches this source", ru: "нет файла для источника"
    },
    why: Words {
        zh: "缺少这些数字的报告会误导读者。",
        en: "A report without these figures would mislead.",
        ru: "Отчёт без этих данных вводил бы в заблуждение.",
    },
    mend: Words {
        zh: "将文件放入 input，或从流水线文件中删除该数据源。",
        en: "Put the file into input, or remove the source from the pipeline file.",
        ru: "Положите файл в input или удалите источник из файла конвейера.",
    },
};

/// A matched file that could not be read.
pub const UNREADABLE_FILE: Code = Code {
    id: "P04",
    title: Words {
        zh: "文件无法读取", en: "a file could not be read", ru: "файл не удалось прочитать"
    },
    why: Words {
        zh: "缺少这些数字的报告会误导读者，因此不发布。",
        en: "A report without its figures would mislead, so nothing is published.",
        ru: "Отчёт без этих данных вводил бы в заблуждение, поэтому он не публикуется.",
    },
    mend: Words {
        zh: "按所述原因修正文件后重新运行。",
        en: "Mend the file as the reason says and run again.",
        ru: "Исправьте файл, как указано в причине, и запустите снова.",
    },
};

/// A step that refused its data.
pub const STEP_FAILED: Code = Code {
    id: "P05",
    title: Words { zh: "计算步骤失败", en: "a step failed", ru: "шаг не выполнен" },
    why: Words {
        zh: "结果会不正确或不完整，因此不发布。",
        en: "The result would be wrong or incomplete, so nothing is published.",
        ru: "Результат был бы неверным или неполным, поэтому он не публикуется.",
    },
    mend: Words {
        zh: "按所述原因修正数据或流水线文件。",
        en: "Mend the data or the pipeline file as the reason says.",
        ru: "Исправьте данные или файл конвейера, как указано в причине.",
    },
};

/// A report that could not be made.
pub const REPORT_FAILED: Code = Code {
    id: "P06",
    title: Words {
        zh: "报告无法生成", en: "a report could not be made", ru: "отчёт не удалось построить"
    },
    why: Words {
        zh: "只发布完整的一套报告。",
        en: "Only a whole set of reports is published.",
        ru: "Публикуется только полный набор отчётов.",
    },
    mend: Words {
        zh: "按所述原因修正流水线文件。",
        en: "Mend the pipeline file as the reason says.",
        ru: "Исправьте файл конвейера, как указано в причине.",
    },
};

/// The figures of the run that changes would be told against cannot be used.
pub const EARLIER_DAMAGED: Code = Code {
    id: "P07",
    title: Words {
        zh: "上次发布的数值清单不可用",
        en: "the figures of the last publication cannot be used",
        ru: "список значений прошлой публикации непригоден",
    },
    why: Words {
        zh: "文件缺失或已被改动，无法说明哪些数值有变化。",
        en: "The file is missing or was altered, so what changed cannot be told.",
        ru: "Файл отсутствует или изменён, поэтому изменения назвать нельзя.",
    },
    mend: Words {
        zh: "请勿改动 output 中的文件；下次运行将与本次比较。",
        en: "Leave the files in output as they are; the next run is compared with this one.",
        ru: "Не изменяйте файлы в output; следующий запуск сравнивается с этим.",
    },
};
