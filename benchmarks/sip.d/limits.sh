# Sourced by the benchmarks: what a figure is held against. past is 1 once a limit was not kept.
past=0

# median: of the numbers on standard input
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }

# worst: the largest of the numbers on standard input
worst() { sort -n | tail -n 1; }

# judge NAME FIGURE LIMIT UNIT: a figure that is missing keeps no limit
judge() {
  if awk -v is="$2" -v limit="$3" 'BEGIN { exit !(is ~ /^[0-9]+(\.[0-9]+)?$/ && is + 0 <= limit + 0) }'; then echo "$1: $2 $4, limit $3: kept"
  else echo "$1: ${2:-nothing measured} $4, limit $3: NOT KEPT"; past=1
  fi
}
