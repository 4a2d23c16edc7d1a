# Sourced by ../sip. All traffic stays on 127.0.0.1 and is bounded in count and time.
hz=$(getconf CLK_TCK)

tree() { local pid=$1 child; echo "$pid"; for child in $(pgrep -P "$pid" || true); do tree "$child"; done; }

# cpu PID: user and system time of the process and its living descendants, in ms; children that ended are in their parent's account.
cpu() {
  local total=0 pid ticks
  for pid in $(tree "$1"); do
    ticks=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $12 + $13 + $14 + $15 }') && total=$((total + ${ticks:-0}))
  done
  echo $((total * 1000 / hz))
}
rss() { local total=0 pid kb; for pid in $(tree "$1"); do kb=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && total=$((total + ${kb:-0})); done; echo $((total / 1024)); }

start_carrier() {
  sipp -sf "$here/sip.d/carrier.xml" -i 127.0.0.1 -p $carrier -mp 26000 -nostdin >/dev/null 2>"$work/carrier.err" </dev/null &
  started+=("$!")
}

# column FILE NAME: last value of a column of sipp's statistics
column() { awk -F';' -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } { line = $0 } END { split(line, v, ";"); print v[c] + 0 }' "$1"; }

# sipp_calls NAME PORT RATE COUNT HOLD_MS LOCAL_PORT
sipp_calls() {
  local status=0
  sipp -sf "$here/sip.d/caller.xml" -inf "$work/calls.csv" "127.0.0.1:$2" -i 127.0.0.1 -p "$6" -mp $(($6 + 20000)) -nostdin -r "$3" -m "$4" -d "$5" -l 30000 \
    -trace_stat -stf "$work/$1.csv" -fd 1 -timeout 300 >"$work/$1.out" 2>"$work/$1.err" </dev/null || status=$?
  return 0
}

# calls PORT RATE COUNT HOLD_MS: short calls only
calls() {
  rm -f "$work/short.csv"
  sipp_calls short "$1" "$2" "$3" "$4" 17070
  local failed; failed=$(column "$work/short.csv" 'FailedCall(C)')
  echo "  $(column "$work/short.csv" 'SuccessfulCall(C)') answered, $failed failed, $(column "$work/short.csv" 'Retransmissions(C)') retransmissions"
}

# round_of NAME PORT PID POSTGRES: nine short calls for each of 40 s, CPU until 50 s after the last call ended
round_of() {
  local name=$1 port=$2 pid=$3 postgres=$4 count=$((rate * seconds)) before before_pg cpu_ms pg_ms ok failed again
  rm -f "$work/short.csv" "$work/long.csv"
  before=$(cpu "$pid"); before_pg=$([ -n "$postgres" ] && cpu "$postgres" || echo 0)
  sipp_calls long "$port" $((rate / 10)) $((count / 10)) 40000 17270 &
  local long=$!
  sipp_calls short "$port" $((rate - rate / 10)) $((count - count / 10)) 100 17070
  wait $long
  settle 50
  cpu_ms=$(($(cpu "$pid") - before)); pg_ms=$(($([ -n "$postgres" ] && cpu "$postgres" || echo 0) - before_pg))
  ok=$(($(column "$work/short.csv" 'SuccessfulCall(C)') + $(column "$work/long.csv" 'SuccessfulCall(C)')))
  failed=$(($(column "$work/short.csv" 'FailedCall(C)') + $(column "$work/long.csv" 'FailedCall(C)')))
  again=$(($(column "$work/short.csv" 'Retransmissions(C)') + $(column "$work/long.csv" 'Retransmissions(C)')))
  echo "$name $count $ok $failed $again $cpu_ms $pg_ms $(rss "$pid") $([ -n "$postgres" ] && rss "$postgres" || echo 0)" >>"$work/figures"
  echo "  $name: $ok answered, $failed failed, $again retransmissions, $cpu_ms ms CPU, PostgreSQL $pg_ms ms" >&2
}

# postmaster HOME: the process that serves this instance's data folder, which root's instances keep elsewhere. The switch notes where.
postmaster() {
  local data; data=$(sed -n 's/.*, data in \([^,]*\).*/\1/p' "$1/karaf/notes" 2>/dev/null)
  [ -n "$data" ] && [ -r "$data/postmaster.pid" ] || { echo "no PostgreSQL of $1 is found: karaf/notes says '$(cat "$1/karaf/notes" 2>/dev/null)'" >&2; return 1; }
  head -n 1 "$data/postmaster.pid"
}

# What a server still does after its last call is charged to that call.
settle() { local until=$((SECONDS + $1)); while [ $SECONDS -lt $until ]; do read -rt 1 <> <(:) || true; done; }

# Every call has its CDRs on disk: the account's and the carrier's. Ends the benchmark when it has not: calls that lose CDRs cost nothing.
expect_cdrs() {
  local want=$(($1 * 2)) have limit=$((SECONDS + 60))
  while have=$(cdrs_on_disk); [ "$have" != "$want" ] && [ $SECONDS -lt $limit ]; do read -rt 1 <> <(:) || true; done
  if [ "$have" != "$want" ]; then
    echo "CDRs on disk: ${have:-no answer from cdr:list}, expected $want" >&2
    exit 1
  fi
  echo "  CDRs on disk: $have, expected $want" >&2
  cdr_line="CDRs on disk: $have of $want expected (two payers a call)"
}
cdrs_on_disk() { "$strowger" client --home "$home" "cdr:list --count --from 2000-01-01T00:00:00Z" 2>/dev/null | tr -dc '0-9' || true; }

# row NAME: min, median and max of the numbers on standard input
row() { sort -n | awk -v name="$1" '{ v[NR] = $1 } END { printf "| %s | %s | %s | %s |\n", name, v[1], v[int((NR + 1) / 2)], v[NR] }'; }

table() {
  echo "| figure | min | median | max |"
  echo "|---|---|---|---|"
  awk '$1 == "strowger" { printf "%.3f\n", $6 / $3 }' "$work/figures" | row "switch JVM, ms of CPU a call"
  awk '$1 == "strowger" { printf "%.3f\n", $7 / $3 }' "$work/figures" | row "PostgreSQL, ms of CPU a call"
  awk '$1 == "strowger" { printf "%.3f\n", ($6 + $7) / $3 }' "$work/figures" | row "sum, ms of CPU a call"
  awk '$1 == "kamailio" { printf "%.3f\n", $6 / $3 }' "$work/figures" | row "Kamailio, ms of CPU a call"
  paste -d' ' <(grep '^strowger' "$work/figures") <(grep '^kamailio' "$work/figures") | awk '{ printf "%.2f\n", ($6 + $7) / $3 / ($15 / $12) }' | row "ratio, sum to Kamailio"
  awk '$1 == "strowger" { print $4 }' "$work/figures" | row "failed calls of $((rate * seconds))"
  awk '$1 == "strowger" { print $5 }' "$work/figures" | row "retransmissions of the callers"
  awk '$1 == "strowger" { print $8 + $9 }' "$work/figures" | row "RSS of JVM and PostgreSQL afterwards, MB"
  echo
  echo "$cdr_line; $rate calls a second, $(nproc) cores, $("${JAVA:-java}" -version 2>&1 | head -n 1)"
}
