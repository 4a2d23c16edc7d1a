# Sourced by ../sip. All traffic stays on 127.0.0.1 and is bounded in count and time.
hz=$(getconf CLK_TCK)

tree() { local pid=$1 child; echo "$pid"; for child in $(pgrep -P "$pid" || true); do tree "$child"; done; }

# cpu_of PID...: user and system time in ms. A process's own and that of its children that ended; what a living child uses is its own.
cpu_of() {
  local total=0 pid ticks
  for pid in "$@"; do
    ticks=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $12 + $13 + $14 + $15 }') && total=$((total + ${ticks:-0}))
  done
  echo $((total * 1000 / hz))
}
# The embedded PostgreSQL is a child of the JVM: "alone" keeps it out of the JVM's account, "tree" has all of a server's processes.
cpu_alone() { cpu_of "$1"; }
cpu_tree() { cpu_of $(tree "$1"); }

# pss PID...: memory in MB, a page that several processes map counted once among them (PSS). For one process that shares little it is the RSS.
pss() {
  local total=0 pid kb
  for pid in "$@"; do kb=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null) && total=$((total + ${kb:-0})); done
  echo $((total / 1024))
}
# rss PID...: memory in MB as the kernel counts it for each process (VmRSS): a page that several map, such as PostgreSQL's buffers, counts for each.
rss() {
  local total=0 pid kb
  for pid in "$@"; do kb=$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && total=$((total + ${kb:-0})); done
  echo $((total / 1024))
}

# memory_of JVM POSTMASTER: one line with both; sets: memory, the RSS of the two in MB
memory_of() {
  local jvm postgres
  jvm=$(rss "$1") postgres=$(rss $(tree "$2"))
  memory=$((jvm + postgres))
  echo "RSS: JVM $jvm MB, PostgreSQL $postgres MB. PSS, shared pages counted once: JVM $(pss_alone "$1") MB, PostgreSQL $(pss_tree "$2") MB."
}
pss_alone() { pss "$1"; }
pss_tree() { pss $(tree "$1"); }

# Where sipp sends its calls from; it binds two ports for media, too, which nobody uses.
short_port=17070 long_port=17270 held_port=17470 media_above=20000 carrier_media=26000

# require_free PORT...: sipp and Kamailio end at once on a port that somebody has, and the calls would only seem to be refused.
require_free() {
  local port inode uid taken=0
  for port in "$@"; do
    if read -r inode uid < <(listeners udp "$port" 127.0.0.1); then
      echo "Port $port/udp, which the benchmark needs, is taken by $(holder "$inode" "$uid"). End that and try again." >&2
      taken=1
    fi
  done
  [ $taken = 0 ] || exit 1
}

# leashed SIGNAL COMMAND...: becomes the command, which gets the signal when the benchmark is gone, even by kill -9.
leashed() {
  local signal=$1; shift
  if setpriv --pdeathsig "$signal" -- true 2>/dev/null; then exec setpriv --pdeathsig "$signal" -- "$@"; fi
  exec "$@"
}

# sipp writes its counts per message where it runs, under a name of its own: each run has a folder.
start_carrier() {
  mkdir -p "$work/carrier.d"
  (cd "$work/carrier.d" && leashed KILL sipp -sf "$here/sip.d/carrier.xml" -i 127.0.0.1 -p $carrier -mp $carrier_media -nostdin -trace_counts -fd 1 >/dev/null 2>"$work/carrier.err" </dev/null) &
  started[$!]=carrier
}

# column FILE NAME: last value of a column of sipp's statistics; of several columns of that name, as a pattern, their sum
column() {
  [ -s "$1" ] || { echo 0; return; }
  awk -F';' -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name || $i ~ "^[0-9]+_" name "$") c[i] } { line = $0 } END { split(line, v, ";"); for (i in c) sum += v[i]; print sum + 0 }' "$1"
}
# messages NAME COLUMN: likewise, of its counts per message
messages() { local file; for file in "$work/$1.d"/*_counts.csv; do column "$file" "$2"; return; done; }

# begin_calls NAME PORT RATE COUNT HOLD_MS LOCAL_PORT; sets: begun, to be given to end_calls
begin_calls() {
  rm -rf "$work/$1.d" "$work/$1.csv"
  mkdir -p "$work/$1.d"
  (cd "$work/$1.d" && leashed KILL sipp -sf "$here/sip.d/caller.xml" -inf "$work/calls.csv" "127.0.0.1:$2" -i 127.0.0.1 -p "$6" -mp $(($6 + media_above)) -nostdin -r "$3" -m "$4" -d "$5" \
    -l 30000 -trace_stat -stf "$work/$1.csv" -trace_counts -fd 1 -timeout $(($4 / $3 + 240 + $5 / 1000)) >"$work/$1.out" 2>"$work/$1.err" </dev/null) &
  begun=$!
  started[$begun]=$1
}
# end_calls PROCESS: waits for it; calls that fail are counted, not judged here
end_calls() { wait "$1" || true; unset "started[$1]"; }

# calls PORT RATE COUNT HOLD_MS: short calls only; adds to: answered
calls() {
  begin_calls short "$1" "$2" "$3" "$4" $short_port
  end_calls "$begun"
  answered=$((answered + $(column "$work/short.csv" 'SuccessfulCall(C)')))
  echo "  $(column "$work/short.csv" 'SuccessfulCall(C)') answered, $(column "$work/short.csv" 'FailedCall(C)') failed," \
    "$(column "$work/short.csv" 'Retransmissions(C)') retransmissions"
}

# round_of NAME PORT PID POSTGRES: nine calls of 0.7 s, which is billed as 1 s, for each of 40 s; CPU until 50 s after the last call ended
round_of() {
  local name=$1 port=$2 pid=$3 postgres=$4 count=$((rate * seconds)) before before_pg=0 before_seen cpu_ms pg_ms=0 ok failed again invites memory
  before=$(used "$name" "$pid")
  [ -z "$postgres" ] || before_pg=$(cpu_tree "$postgres")
  before_seen=$(messages carrier INVITE_Retrans)
  begin_calls long "$port" $((rate / 10)) $((count / 10)) 40000 $long_port
  local long=$begun
  begin_calls short "$port" $((rate - rate / 10)) $((count - count / 10)) 700 $short_port
  end_calls "$begun"
  end_calls "$long"
  settle 50
  cpu_ms=$(($(used "$name" "$pid") - before))
  [ -z "$postgres" ] || pg_ms=$(($(cpu_tree "$postgres") - before_pg))
  ok=$(($(column "$work/short.csv" 'SuccessfulCall(C)') + $(column "$work/long.csv" 'SuccessfulCall(C)')))
  failed=$((count - ok))
  again=$(($(column "$work/short.csv" 'Retransmissions(C)') + $(column "$work/long.csv" 'Retransmissions(C)')))
  # Of the callers, who had no answer in time, and of the server towards the carrier.
  invites=$(($(messages short INVITE_Retrans) + $(messages long INVITE_Retrans) + $(messages carrier INVITE_Retrans) - before_seen))
  memory=$([ -z "$postgres" ] && pss_tree "$pid" || echo $(($(pss_alone "$pid") + $(pss_tree "$postgres"))))
  echo "$name $count $ok $failed $again $cpu_ms $pg_ms $memory $invites" >>"$work/figures"
  echo "  $name: $ok answered, $failed failed, $again retransmissions ($invites of INVITE), $cpu_ms ms CPU, PostgreSQL $pg_ms ms" >&2
}
# The embedded PostgreSQL is a child of the JVM and has a column of its own; Kamailio is many processes.
used() { if [ "$1" = strowger ]; then cpu_alone "$2"; else cpu_tree "$2"; fi; }

# live PID: bytes of objects that a full collection leaves
live() { "${JCMD:-$(dirname "$(readlink -f "$(command -v "${JAVA:-java}")")")/jcmd}" "$1" GC.class_histogram | awk '$1 == "Total" { print $3 }'; }

# held_calls PID PORT COUNT: heap that a call which is up keeps, 60 s after the last was set up, the rest of set-ups being over by then too; sets: held_bytes,
# of all of them together, and held_failed, how many of them were not up or did not end well
held_calls() {
  local pid=$1 port=$2 count=$3 per_second=100 before after up
  echo "Holding $count calls" >&2
  settle 60
  before=$(live "$pid")
  begin_calls held "$port" $per_second "$count" $(((count / per_second + 90) * 1000)) $held_port
  local held=$begun limit=$((SECONDS + count / per_second + 30))
  while up=$(messages held ACK_Sent); [ "${up:-0}" -lt $((count * 2)) ] && [ $SECONDS -lt $limit ]; do settle 1; done
  settle 60
  after=$(live "$pid")
  end_calls "$held"
  held_bytes=$((after - before))
  held_failed=$((count - $(column "$work/held.csv" 'SuccessfulCall(C)')))
  echo "  $held_bytes bytes more than before, $held_failed of them failed" >&2
}

# many_calls PID PORT COUNT: how much larger the heap is after so many calls than after the first 20,000, those of the warm-up among them, each time when
# everything of them is over; sets: grown, in MB, many, the calls that it made, and many_failed, how many of those failed
many_calls() {
  local pid=$1 port=$2 count=$3 first=20000 before after
  many=0 answered=0
  if [ "$first" -gt "$warm_up" ]; then
    many=$((first - warm_up))
    calls "$port" "$rate" "$many" 700 >&2
  fi
  settle 60
  before=$(live "$pid")
  echo "Heap after the first $first calls: $before bytes. $((count - first)) more" >&2
  calls "$port" "$rate" $((count - first)) 700 >&2
  many=$((many + count - first))
  settle 60
  after=$(live "$pid")
  many_failed=$((many - answered))
  echo "Heap after $count calls: $after bytes, $((after - before)) more; $many_failed calls failed" >&2
  grown=$(awk -v more=$((after - before)) 'BEGIN { printf "%.1f", (more > 0 ? more : 0) / 1048576 }')
}

# highest_rate PORT SECONDS: the highest rate at which no call fails for so long, C
highest_rate() {
  local port=$1 seconds=$2 now=$rate c=0
  while holds_rate "$port" "$now" "$seconds"; do c=$now now=$((now + 100)); done
  settle 10
  if [ "$c" -gt 0 ] && holds_rate "$port" $((c + 50)) "$seconds"; then c=$((c + 50)); fi
  echo "C, the highest rate at which no call failed for $seconds s: $c a second"
}
# holds_rate PORT RATE SECONDS: whether all of its calls are answered
holds_rate() {
  echo "$2 calls a second for $3 s" >&2
  answered=0
  calls "$1" "$2" $(($2 * $3)) 700 >&2
  [ "$answered" -eq $(($2 * $3)) ]
}

# postmaster HOME: the process that serves this instance's data folder, which root's instances keep elsewhere. The switch notes where.
postmaster() {
  local data; data=$(sed -n 's/.*, data in \([^,]*\).*/\1/p' "$1/karaf/notes" 2>/dev/null)
  [ -n "$data" ] && [ -r "$data/postmaster.pid" ] || { echo "no PostgreSQL of $1 is found: karaf/notes says '$(cat "$1/karaf/notes" 2>/dev/null)'" >&2; return 1; }
  head -n 1 "$data/postmaster.pid"
}

# What a server still does after its last call is charged to that call.
settle() { local until=$((SECONDS + $1)); while [ $SECONDS -lt $until ]; do read -rt 1 <> <(:) || true; done; }

# cdrs_of CALLS: waits until that many calls have their CDRs on disk, the account's and the carrier's; sets: cdrs, how many there are
cdrs_of() {
  local limit=$((SECONDS + 60))
  while cdrs=$(cdrs_on_disk); [ "${cdrs:-0}" -lt $(($1 * 2)) ] && [ $SECONDS -lt $limit ]; do settle 1; done
}

# expect_cdrs CALLS BEFORE: every call has its CDRs, none has more. Ends the benchmark when it is not so: calls that lose CDRs cost nothing.
expect_cdrs() {
  local want=$(($1 * 2 + $2)) limit=$((SECONDS + 60))
  while cdrs=$(cdrs_on_disk); [ "$cdrs" != "$want" ] && [ $SECONDS -lt $limit ]; do settle 1; done
  echo "CDRs on disk: $((${cdrs:-0} - $2)) for $1 calls made and measured (two payers a call)"
  if [ "$cdrs" != "$want" ]; then echo "That is not two a call." >&2; exit 1; fi
}
cdrs_on_disk() { "$strowger" client --home "$home" "cdr:list --count --from 2000-01-01T00:00:00Z" 2>/dev/null | tr -dc '0-9' || true; }

# row NAME: min, median and max of the numbers on standard input
row() { sort -n | awk -v name="$1" '{ v[NR] = $0 } END { printf "| %s | %s | %s | %s |\n", name, v[1], v[int((NR + 1) / 2)], v[NR] }'; }

# of_rounds EXPRESSION: of the switch's fields in each round
of_rounds() { awk '$1 == "strowger" { printf "%.3f\n", '"$1"' }' "$work/figures"; }
failed_of_rounds() { awk '$1 == "strowger" { print $4 }' "$work/figures"; }
# Of each round, to the Kamailio that ran beside it.
ratios() { paste -d' ' <(grep '^strowger' "$work/figures") <(grep '^kamailio' "$work/figures") | awk '{ printf "%.3f\n", ($6 + $7) / $2 / ($15 / $11) }'; }

table() {
  [ -s "$work/figures" ] || return 0
  echo "| figure | min | median | max |"
  echo "|---|---|---|---|"
  of_rounds '$6 / $2' | row "switch JVM, ms of CPU a call"
  of_rounds '$7 / $2' | row "PostgreSQL, ms of CPU a call"
  of_rounds '($6 + $7) / $2' | row "sum, ms of CPU a call"
  awk '$1 == "kamailio" { printf "%.3f\n", $6 / $2 }' "$work/figures" | row "Kamailio, ms of CPU a call"
  ratios | row "ratio, sum to Kamailio"
  failed_of_rounds | row "failed calls of $((rate * seconds))"
  awk '$1 == "strowger" { printf "%d (%.2f %%)\n", $9, 100 * $9 / $2 }' "$work/figures" | row "retransmissions of INVITE, to the switch and by it"
  awk '$1 == "strowger" { print $5 }' "$work/figures" | row "retransmissions of the callers, BYE included"
  awk '$1 == "strowger" { print $8 }' "$work/figures" | row "memory of JVM and PostgreSQL afterwards, MB (PSS: shared pages counted once)"
}

# judge_rounds: CPU is held against its limits by the median of the rounds; calls that fail and INVITEs that are repeated by the worst of them
judge_rounds() {
  [ "$rounds.$seconds.$rate" = 3.60.300 ] || echo "The limits are those of 3 rounds of 60 s at 300 calls a second; this is $rounds of $seconds s at $rate:"
  judge "Switch JVM, median" "$(of_rounds '$6 / $2' | median)" 1.5 "ms a call"
  judge "PostgreSQL, median" "$(of_rounds '$7 / $2' | median)" 0.3 "ms a call"
  judge "Sum, median" "$(ratios | median)" 2.7 "times Kamailio"
  judge "Failed, worst round" "$(failed_of_rounds | worst)" 0 calls
  judge "INVITEs repeated, worst round" "$(of_rounds '100 * $9 / $2' | worst)" 0.1 "%"
}

# judge_held BYTES COUNT FAILED: a call that failed keeps nothing, and is none of those that share the heap
judge_held() {
  local each=
  [ "$2" -le "$3" ] || each=$(($1 / ($2 - $3)))
  judge "Heap of each of $(($2 - $3)) held calls, 60 s after the last set-up, after GC" "$each" 12288 bytes
  judge "Failed of $2 held calls" "$3" 0 calls
}

# judge_many MB COUNT FAILED: the warm-up's are among them
judge_many() {
  judge "Heap after $2 calls, more than after the first 20,000" "$1" 5 MB
  judge "Failed of $2 calls" "$3" 0 calls
}
