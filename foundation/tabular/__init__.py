"""Reading tables from delimited text and XLSX, and writing them as delimited text. Pure: bytes and values."""
