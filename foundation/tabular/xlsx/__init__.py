"""Reading XLSX (ISO/IEC 29500) in a child process with limits. The child uses the standard library only."""
