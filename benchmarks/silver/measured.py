"""Runs a command to its end and prints what it took as one line of JSON: measured.py COMMAND [ARGUMENT ...]."""

import json
import os
import subprocess
import sys
import time

since = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall_s = time.perf_counter() - since
if status != 0:
    sys.exit(f"{sys.argv[1]} failed with {os.waitstatus_to_exitcode(status)}")
# Linux counts the peak in kibibytes, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
cpu_s = usage.ru_utime + usage.ru_stime
print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": usage.ru_maxrss * unit / 1e6}))
