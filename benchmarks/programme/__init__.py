"""The outside checker's money tests (M1 to M12), bounded in time, over HTTP and the command line.

`python -m benchmarks.programme --list` names them; the daily suite runs each in its small size
(tests/programme).
"""
