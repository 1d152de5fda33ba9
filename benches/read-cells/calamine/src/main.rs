//! Streams every cell of a workbook through calamine and prints how many there are.

use calamine::{DataRef, Reader, Xlsx, open_workbook};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: read-cells-calamine FILE")?;
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let mut cells = 0_u64;
    for sheet in workbook.sheet_names() {
        let mut reader = workbook.worksheet_cells_reader(&sheet)?;
        while let Some(cell) = reader.next_cell()? {
            cells += u64::from(!matches!(cell.get_value(), DataRef::Empty));
        }
    }
    println!("{cells} cells");
    Ok(())
}
