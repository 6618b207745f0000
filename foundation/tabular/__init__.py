"""Tables in and out: delimited text and XLSX in, harmless delimited text out. Pure: bytes in, values out."""
