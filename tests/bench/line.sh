# line.sh - for bash scripts: what a record of long_line says
#
# shellcheck shell=bash

# line_count RECORD trips|pauses|wall_ms|servers_ms
line_count() { sed -n "s/^$2 //p" "$1"; }

# line_said RECORD PORT - "LINES BYTES": the lines that were sent there, the bytes that came from there
line_said() { awk -v port="$2" '$1 == "connection" && $2 == port { s += $6; r += $7 } END { print s + 0, r + 0 }' "$1"; }
