"""The money tests of the outside programme (M1 to M12), over HTTP and the command line, with a time limit.

`python -m benchmarks.programme --list` lists them; tests/programme runs each of them at a small size.
"""
