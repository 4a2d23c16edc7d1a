# Start, stop and look at an instance.

start_limit=${STROWGER_START_LIMIT:-180} stall_limit=${STROWGER_STALL_LIMIT:-20} sip_limit=${STROWGER_SIP_LIMIT:-60}

help_run() {
  cat <<'EOF'
strowger run [--demo] [--home DIR] [--sip-host ADDRESS] [--sip-port N] [--http-port N] [--ssh-port N]

Builds if the sources are not those of the program, starts the switch in the foreground and prints where it can be reached.
Ctrl-C stops it; the exit status then is 0, or 1 if it had to be killed. When it runs out of memory it is started again. Ports and the address given here are written to the instance's
etc/strowger.properties. SIP listens on 127.0.0.1, for phones on this machine, until --sip-host says otherwise: 192.0.2.7, or 0.0.0.0 for every address.
--demo loads two accounts, a service plan with a tariff and a carrier, and prints what to type into two softphones. The carrier's far end
runs beside the switch, on this machine, and ends with it. Where there are an account 1001 or 1002, or a carrier 'demo', of your own, it
loads and changes nothing.
EOF
}
help_start()  {
  cat <<'EOF'
strowger start [--home DIR] [--sip-host ADDRESS] [--sip-port N] [--http-port N] [--ssh-port N]

Starts the switch in the background and waits until it is ready. When it runs out of memory it is started again, at most 5 times in 10 minutes
(STROWGER_RESTARTS=N, 0 for never).
EOF
}
help_stop()   { say "strowger stop [--home DIR]: stops the switch and waits until it is gone."; }
help_status() {
  cat <<'EOF'
strowger status [--home DIR] [--parts]

Says how the switch is, and of its parts which are down. Exit 0 when it answers an OPTIONS with 200, 3 when it runs but does not, or is being
started again, 4 when it does not run. With --parts the exit status is 3 also when it answers but a part is down, or how its parts are can't be asked.
EOF
}

# The running JVM's pid, or nothing. The pid file may be stale or lost: the command line decides, and the lock, which a JVM holds while it lives,
# says whether it is worth looking through all of them.
running_pid() {
  local pid
  pid=$(cat "$home/strowger.pid" 2>/dev/null)
  if [ -n "$pid" ] && grep -qzxF -- "-Dstrowger.home=$home" "/proc/$pid/cmdline" 2>/dev/null; then printf '%s' "$pid"; return 0; fi
  [ -e "$home/strowger.lock" ] && ! flock -s -n "$home/strowger.lock" true 2>/dev/null || return 1
  pid=$(grep -lzxF -f <(printf '%s\n' "-Dstrowger.home=$home") /proc/[0-9]*/cmdline 2>/dev/null | head -1)
  pid=${pid#/proc/}; pid=${pid%/cmdline}
  [ -n "$pid" ] && printf '%s' "$pid"
}

refuse_if_running() { if pid=$(running_pid); then die "this instance runs already, process $pid ($home)."; fi; }

# From the start's first look until the JVM has ended, and who watches over it, which both inherit it, nobody else starts this instance.
take_lock() {
  { exec 9>>"$home/strowger.lock"; } 2>/dev/null || die "can't write to $home/strowger.lock (as $(id -un 2>/dev/null || id -u))."
  flock -w 2 9 || { refuse_if_running; refuse_if_waiting; die "another command is starting or stopping this instance just now ($home)."; }
}
drop_lock() { exec 9>&-; }
refuse_if_waiting() { local why; if why=$(waits_why); then die "this instance ended by itself ($why) and is being started again ($home). '$(me ' stop')' ends that."; fi; }

# program_of PID: the program it runs from, which may be another than the one that would be started now.
program_of() { tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | sed -n 's/^-Dkaraf\.home=//p'; }

drop_pid_file() { if [ "$(cat "$home/strowger.pid" 2>/dev/null)" = "$pid" ]; then rm -f "$home/strowger.pid"; fi; }

# Sets: jvm (the command line). What Karaf's own start script passes on Java 17, with our folders.
java_command() {
  local package line
  jvm=("$java")
  while IFS= read -r line; do jvm+=("$line"); done < <(sed 's/[[:space:]]*$//' "$home/etc/jvm.options" | grep -v '^[[:space:]]*\(#\|$\)')
  # For one start, e.g. a debugger's; words between blanks.
  read -ra line <<<"${STROWGER_JVM_OPTIONS:-}"
  jvm+=(${line[@]+"${line[@]}"})
  jvm+=(--add-reads=java.xml=java.logging
    --add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED
    --patch-module "java.base=$(ls "$program"/lib/endorsed/org.apache.karaf.specs.locator-*.jar)"
    --patch-module "java.xml=$(ls "$program"/lib/endorsed/org.apache.karaf.specs.java.xml-[0-9]*.jar)")
  for package in java.base/java.security java.base/java.net java.base/java.lang java.base/java.util java.naming/javax.naming.spi; do
    jvm+=(--add-opens "$package=ALL-UNNAMED")
  done
  for package in file ftp http https jar; do jvm+=("--add-exports=java.base/sun.net.www.protocol.$package=ALL-UNNAMED"); done
  jvm+=(--add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED
    --add-exports=jdk.xml.dom/org.w3c.dom.html=ALL-UNNAMED
    "-Dstrowger.home=$home" "-Dkaraf.home=$program" "-Dkaraf.base=$home" "-Dkaraf.data=$home/karaf" "-Dkaraf.etc=$home/etc"
    "-Dkaraf.log=$home/log" "-Dkaraf.instances=$home/karaf/instances" "-Djava.io.tmpdir=$home/karaf/tmp"
    "-Djava.util.logging.config.file=$home/etc/java.util.logging.properties"
    -Dkaraf.startLocalConsole=false -Dkaraf.startRemoteShell=true
    -classpath "$program/lib/boot/*:$program/lib/jdk9plus/*" org.apache.karaf.main.Main)
}

# Checks all there is to check, then starts the JVM and who watches over it. Sets: pid.
launch() {
  find_java
  refuse_if_running
  if [ -n "$checkout" ]; then build_if_needed; fi
  [ -d "$program/system" ] || die "there is no program at $program (strowger build makes it)."
  make_folders
  take_lock
  refuse_if_running
  say "Instance $home"
  prepare_instance
  check_settings
  check_ports
  write_settings
  check_key_store
  case $first_start$newer_program in
    yes*) say "  first start: unpacking and setting up, up to half a minute" ;;
    noyes) say "  the program is a newer one: bundles are installed anew, settings and data stay" ;;
  esac
  set_console_aside
  log_begin=$(size_of "$home/log/strowger.log") console_begin=$(size_of "$home/log/console.log")
  if [ "$command" = run ]; then
    trap stop_running INT TERM HUP
    spawn
  else
    read -r pid < <(exec setsid "$here/strowger" watch --home "$home" "$java" "$program" </dev/null) || die "the switch could not be started; see $home/log/console.log."
    drop_lock
  fi
}

# Whatever the JVM prints past the log. It grows while the switch runs; a start sets a long one aside.
set_console_aside() {
  if [ "$(size_of "$home/log/console.log")" -gt 1000000 ]; then mv -f "$home/log/console.log" "$home/log/console.log.1"; fi
}
size_of() { stat -c %s "$1" 2>/dev/null || printf 0; }

# since FILE SIZE: what was written to a log that had that size; a shorter one was begun anew.
since() {
  if [ "$(size_of "$1")" -ge "$2" ]; then tail -c "+$(($2 + 1))" "$1" 2>/dev/null; else cat "$1"; fi
}

# Errors of this start with their causes, each once; without any, the last lines of the log.
what_went_wrong() {
  local errors
  since "$home/log/console.log" "$console_begin" | tail -n 8 | sed 's/^/  /'
  errors=$(since "$home/log/strowger.log" "$log_begin" | grep -E ' ERROR |^Caused by: ' | awk '!seen[$0]++' | tail -n 15)
  if [ -n "$errors" ]; then printf '%s\n' "$errors"; else since "$home/log/strowger.log" "$log_begin" | tail -n 15; fi | cut -c1-400 | sed 's/^/  /'
}
has_errors() { since "$home/log/strowger.log" "$log_begin" | grep -q ' ERROR '; }

# Whoever asks: a signal, even none, can only be sent by the switch's own user.
alive() { [ -n "$pid" ] && [ -d "/proc/$pid" ]; }

shell_is_open() { is_listening "$(setting ssh.port)"; }

# Waits until the boot is finished and SIP answers, telling what happens meanwhile. Exits 1 if the boot does not finish;
# returns 1 if all runs but SIP does not answer.
await_ready() {
  local begin=$SECONDS booted= phase= now size last_size= changed=$SECONDS
  while alive; do
    size=$(size_of "$home/log/strowger.log")
    if [ "$size" != "$last_size" ]; then last_size=$size changed=$SECONDS; fi
    if [ ! -s "$home/karaf/ready" ] || ! shell_is_open; then now="starting bundles"
    elif answers_sip; then say "  ready after $((SECONDS - begin)) s"; return 0
    else now="waiting for SIP to answer"; booted=${booted:-$SECONDS}; fi
    [ "$now" = "$phase" ] || say "  $now"
    phase=$now
    if [ -n "$booted" ] && [ $((SECONDS - booted)) -ge "$sip_limit" ]; then
      warn "the switch runs, but did not answer SIP within $sip_limit s. It says:"
      run_command "switch:health" >&2
      return 1
    elif [ $((SECONDS - begin)) -ge "$start_limit" ]; then
      warn "the switch was not ready within $start_limit s ($phase). From $home/log/strowger.log:"
      what_went_wrong >&2
      stop_process
      exit 1
    elif [ -z "$booted" ] && [ $((SECONDS - changed)) -ge "$stall_limit" ] && has_errors; then
      warn "the switch does not become ready: for $stall_limit s nothing has happened after these errors, from $home/log/strowger.log:"
      what_went_wrong >&2
      stop_process
      exit 1
    fi
    sleep 0.2
  done
  warn "the switch ended while starting. From console.log and strowger.log in $home/log:"
  what_went_wrong >&2
  stop_process
  exit 1
}

# How this command is typed again for this instance.
me() { printf '%s' "${checkout:+./}strowger$1"; [ "$home" = "$checkout/instance" ] || printf ' --home %q' "$home"; }

# Names what can be reached, and of what cannot that it can't.
summary() {
  local sip protocols host http elsewhere='   (phones on other machines: --sip-host ADDRESS)' label=SIP port rest
  sip=$(sip_addresses | grep .) || sip="udp,tcp $(sip_first)"
  if grep -qvE '^[a-z,]+ (127\.|::1 )' <<<"$sip"; then elsewhere=; fi
  say ""
  while read -r protocols host port rest; do
    protocols=${protocols^^}
    printf '  %-9s %s:%s, %s%s\n' "$label" "$(bracketed "$host")" "$port" "${protocols//,/ and }" "$elsewhere"
    label= elsewhere=
  done <<<"$sip"
  http="http://$(web_host "$(http_host)"):$(setting http.port)" port=$(setting http.port)
  if https_settings; then http="https://$(web_host "$(http_host)"):$https_port" port=$https_port; fi
  if [ "$web_unfit" = no ] && wait_until 10 is_listening "$port"; then
    say "  REST      $http/api/v1   (OpenAPI: /api/v1/openapi.json)"
    say "  SOAP      $http/soap"
  else
    say "  REST      nobody listens on $http, nor for SOAP: see $home/log/strowger.log"
  fi
  say "  Shell     $(me ' client')   or   ssh -p $(setting ssh.port) admin@$(reachable "$(setting ssh.host)")"
  say "  Password  user admin, password in $home/keys/admin-password"
  say "  Settings  $home/etc    Log  $home/log/strowger.log"
  [ -f "$home/karaf/notes" ] && sed 's/^/  /' "$home/karaf/notes"
  return 0
}
is_listening() { [ -n "$(listeners tcp "$1")" ]; }

do_start() {
  launch
  trap 'stop_process; exit 130' INT TERM
  local answers=0
  await_ready || answers=1
  trap - INT TERM
  [ "$demo" = no ] || load_demo || answers=1
  summary
  return $answers
}

do_run() {
  launch
  await_ready
  [ "$demo" = no ] || load_demo
  summary
  say "" ; say "  Ctrl-C stops the switch."
  watch_over
  drop_pid_file
  # By a command of its own: switch:drain, shutdown.
  if [ "$status" = 0 ]; then say "stopped"; exit 0; fi
  die "the switch ended by itself; see $home/log/strowger.log and console.log."
}

# Ctrl-C again changes nothing: the switch ends in order. The status is 0 for a switch that stopped as it was asked to.
stop_running() {
  trap '' INT TERM HUP
  pid=${pid:-${!:-}}
  say "" ; say "Stopping"
  stop_process && stop_orphan || exit 1
  say "stopped"
  exit 0
}

do_stop() {
  local said="not running: $home"
  # Who watches, too, for he may be about to start it again.
  if pid=$(running_pid) || watcher >/dev/null; then
    stop_process || return
    said="stopped"
    if [ -n "$pid" ] && ! orphan >/dev/null; then say "$said"; return 0; fi
  fi
  if [ -d "$home/etc" ] && [ -w "$home" ]; then
    take_lock
    stop_orphan || return 1
    rm -f "$home/strowger.pid"
  fi
  say "$said"
}

# A switch that was killed leaves its PostgreSQL behind. The next start would take it over; a stop must not leave it running.
stop_orphan() {
  local pid
  pid=$(orphan) || return 0
  kill -INT "$pid" 2>/dev/null
  if ! wait_until 30 gone; then
    warn "the PostgreSQL of this instance, process $pid, was left behind by a switch that was killed and does not end. End it as its user: kill -QUIT $pid"
    return 1
  fi
  say "stopped the PostgreSQL, process $pid, that a switch which was killed had left behind"
}

# Its pid, or nothing; a pid that another process has by now is not it.
orphan() {
  local data pid
  for data in "$home/db/18/data" "/var/lib/strowger/$(cat "$home/db/instance.id" 2>/dev/null || printf none)/18/data"; do
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || continue
    [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$(realpath "$data")" ] || continue
    case $(readlink "/proc/$pid/exe") in */postgres|*"/postgres (deleted)") printf '%s' "$pid"; return 0 ;; esac
  done
  return 1
}

# Asks once and waits; a switch that does not end in time is killed, which the journal survives, and 1 returned. Who watches over it is asked in its place:
# he hands that on, and does not start it again. Both are gone then.
stop_process() {
  local killed=0 by
  by=$(watcher) && [ "$by" != $$ ] || by=
  kill -TERM "${by:-$pid}" 2>/dev/null || ! alive || die "process $pid can't be ended by $(id -un 2>/dev/null || id -u): run this as its user."
  if ! wait_until "${STROWGER_STOP_LIMIT:-60}" gone; then
    warn "process ${pid:-$by} did not end within ${STROWGER_STOP_LIMIT:-60} s and is killed; what its threads did is in $home/log/console.log."
    kill -QUIT "$pid" 2>/dev/null && wait_until 2 false
    kill -KILL "$pid" 2>/dev/null
    wait_until 10 gone || [ -z "$by" ] || kill -KILL "$by" 2>/dev/null
    killed=1
  fi
  drop_pid_file
  return $killed
}
gone() { has_ended && { [ -z "${by:-}" ] || [ "$(watcher)" != "$by" ]; }; }
has_ended() { ! alive || [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1)" = Z ]; }

do_status() {
  if ! pid=$(running_pid); then
    if why=$(waits_why); then say "it ended by itself ($why) and is being started again; see $home/log/console.log"; exit 3; fi
    say "not running: $home"; exit 4
  fi
  if [ ! -r "$home/etc/strowger.properties" ]; then
    say "running, process $pid; how it is can't be asked: $(id -un 2>/dev/null || id -u) can't read $home/etc/strowger.properties."
    exit 3
  fi
  if answers_sip; then
    # It answers as long as SIP works; whether a call can be made the parts behind it say. The command fails, too, when one is down.
    local said down asked=0 fails=0
    [ "$parts" = no ] || fails=3
    said=$(run_command "switch:health" 2>&1) || asked=$?
    down=$(grep -w DOWN <<<"$said")
    if [ -n "$down" ]; then say "running, process $pid, SIP answers, but this is down:"; say "$down"; exit $fails; fi
    if [ $asked = 0 ]; then say "running, process $pid, SIP answers"; exit 0; fi
    say "running, process $pid, SIP answers, but how its parts are can't be asked:"
    say "${said:-switch:health ended with status $asked and said nothing}"
    exit $fails
  fi
  say "running, process $pid, SIP does not answer 200"
  # Its parts may know why. A switch that hangs does not tell: nobody waits for it.
  if shell_is_open; then
    local part
    while IFS= read -r -t 10 part; do say "$part"; done < <(run_command "switch:health" 2>/dev/null | grep -w DOWN)
  fi
  exit 3
}
