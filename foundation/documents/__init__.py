"""Documents that people save and print: tagged PDF files and QR codes."""
