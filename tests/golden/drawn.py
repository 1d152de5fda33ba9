"""Draws the fixtures of the layout cases: small tables laid out like real ones, every figure invented.

Used by layouts.py. A sheet is a list of rows; None is no cell, "" an empty text, a number a number.
"""
import os
import zipfile
from xml.sax.saxutils import escape

import openpyxl
import xlwt
from openpyxl.styles import Alignment

HERE = os.path.dirname(os.path.abspath(__file__))


def place(case, name):
    path = os.path.join(HERE, case, "in", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def spot(address):
    """B5 as row and column, counted from 1."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters):]), column


def span(merge):
    return [spot(end) for end in merge.split(":")]


def xlsx(case, name, sheets, merges=(), indent=None):
    """`sheets`: rows by name; the first one has the merges, and an indent of style by address."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, (title, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(title)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None:
                    cell = sheet.cell(r, c, value)
                    # openpyxl stores "" as no cell; real exports store an empty text.
                    if value == "":
                        cell.data_type = "s"
        if at == 0:
            for merge in merges:
                sheet.merge_cells(merge)
            for address, level in (indent or {}).items():
                sheet[address].alignment = Alignment(indent=level)
    book.save(place(case, name))


def xls(case, name, sheets, merges=(), far=None):
    """BIFF8; `far`: a last column that only a style reaches."""
    book = xlwt.Workbook()
    for at, (title, rows) in enumerate(sheets.items()):
        sheet = book.add_sheet(title)
        covered = {}
        for merge in merges if at == 0 else ():
            (top, left), (bottom, right) = span(merge)
            covered[top, left] = (top - 1, bottom - 1, left - 1, right - 1)
        inside = {(r + 1, c + 1) for top, bottom, left, right in covered.values()
                  for r in range(top, bottom + 1) for c in range(left, right + 1)}
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if (r, c) in covered:
                    sheet.write_merge(*covered[r, c], value)
                elif value is not None and (r, c) not in inside:
                    sheet.write(r - 1, c - 1, value)
        if far:
            sheet.write(0, far - 1, None, xlwt.easyxf("pattern: pattern solid, fore_colour white"))
    book.save(place(case, name))


def text(case, name, content, encoding):
    with open(place(case, name), "w", encoding=encoding, newline="") as f:
        f.write(content)


def ods(case, name, sheets):
    """Repeated empty cells and rows at the end, as LibreOffice writes them."""
    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return (f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
                "</table:table-cell>")
    tables = ""
    for title, rows in sheets.items():
        body = "".join(f"<table:table-row>{''.join(map(cell, row))}"
                       '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>' for row in rows)
        tables += (f'<table:table table:name="{title}">{body}<table:table-row table:number-rows-repeated="1048000">'
                   '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>')
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
               'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
               'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
               'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
               f"{tables}</office:spreadsheet></office:body></office:document-content>")
    manifest = ('<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
                'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                "</manifest:manifest>")
    with zipfile.ZipFile(place(case, name), "w") as out:
        for inner, data, how in (("mimetype", kind, zipfile.ZIP_STORED), ("content.xml", content, zipfile.ZIP_DEFLATED),
                                 ("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)):
            out.writestr(zipfile.ZipInfo(inner, (2031, 1, 1, 0, 0, 0)), data, how)


def html(case, name, rows, spans, encoding):
    """A page saved as .xls; `spans`: (columns, rows) of a cell by its address; covered cells are None."""
    lines = []
    for r, row in enumerate(rows, 1):
        cells = ""
        for c, value in enumerate(row, 1):
            across, down = next((size for address, size in spans.items() if spot(address) == (r, c)), (1, 1))
            if value is not None:
                said = (f" colspan={across}" if across > 1 else "") + (f" rowspan={down}" if down > 1 else "")
                shown = escape(str(value)).replace("\u00a0", "&nbsp;")
                cells += f"<td{said}>{shown}</td>"
        lines.append(f"<tr>{cells}</tr>")
    text(case, name, f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head>\n'
         "<body><table border=1>\n" + "\n".join(lines) + "\n</table></body></html>\n", encoding)


def xml2003(case, name, sheet, rows, merges=()):
    """SpreadsheetML 2003 with skipped cells (ss:Index) and merges."""
    spans = {span(merge)[0]: span(merge)[1] for merge in merges}
    inside = {(r, c) for (top, left), (bottom, right) in spans.items()
              for r in range(top, bottom + 1) for c in range(left, right + 1)} - set(spans)
    body = ""
    for r, row in enumerate(rows, 1):
        body += "   <Row>\n"
        for c, value in enumerate(row, 1):
            if value is None or (r, c) in inside:
                continue
            bottom, right = spans.get((r, c), (r, c))
            said = f' ss:Index="{c}"' + (f' ss:MergeAcross="{right - c}"' if right > c else "")
            said += f' ss:MergeDown="{bottom - r}"' if bottom > r else ""
            kind = "String" if isinstance(value, str) else "Number"
            body += f'    <Cell{said}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>\n'
        body += "   </Row>\n"
    text(case, name, '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
         '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
         'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\n'
         f' <Worksheet ss:Name="{sheet}">\n  <Table>\n{body}  </Table>\n </Worksheet>\n</Workbook>\n', "utf-8")
