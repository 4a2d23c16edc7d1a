# Start, stop and look at an instance.

start_limit=${STROWGER_START_LIMIT:-180} sip_limit=${STROWGER_SIP_LIMIT:-60}

help_run() {
  cat <<'EOF'
strowger run [--demo] [--home DIR] [--sip-host ADDRESS] [--sip-port N] [--http-port N] [--ssh-port N]

Builds if the sources are newer than the program, starts the switch in the foreground and prints where it can be reached.
Ctrl-C stops it; the exit status then is 0, or 1 if it had to be killed. Ports and the address given here are written to the instance's
etc/strowger.properties. SIP listens on 127.0.0.1, for phones on this machine, until --sip-host says otherwise: 192.0.2.7, or 0.0.0.0 for every address.
--demo loads two accounts, a service plan with a tariff and a carrier, and prints what to type into two softphones. The carrier's far end
runs beside the switch, on this machine, and ends with it.
EOF
}
help_start()  { say "strowger start [--home DIR] [--sip-host ADDRESS] [--sip-port N] [--http-port N] [--ssh-port N]: starts the switch in the background, waits until it is ready."; }
help_stop()   { say "strowger stop [--home DIR]: stops the switch and waits until it is gone."; }
help_status() { say "strowger status [--home DIR]: says how the switch is; exit 0 when it answers an OPTIONS with 200, 3 when it runs without, 4 when it does not run."; }

# The running JVM's pid, or nothing. The pid file may be stale: the command line decides.
running_pid() {
  local pid
  pid=$(cat "$home/strowger.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "-Dstrowger.home=$home" && printf '%s' "$pid"
}

# Sets: jvm (the command line). What Karaf's own start script passes on Java 17, with our folders.
java_command() {
  local module package
  jvm=("$java")
  while IFS= read -r line; do jvm+=("$line"); done < <(sed 's/[[:space:]]*$//' "$home/etc/jvm.options" | grep -v '^[[:space:]]*\(#\|$\)')
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

# Checks all there is to check, then starts the JVM in a session of its own. Sets: pid.
launch() {
  find_java
  if [ -n "$checkout" ]; then build_if_needed; fi
  [ -d "$program/system" ] || die "there is no program at $program (strowger build makes it)."
  if pid=$(running_pid); then die "this instance runs already, process $pid ($home)."; fi
  say "Instance $home"
  prepare_instance
  check_ports
  check_key_store
  case $first_start$newer_program in
    yes*) say "  first start: unpacking and setting up, up to half a minute" ;;
    noyes) say "  the program is a newer one: bundles are installed anew, settings and data stay" ;;
  esac
  java_command
  rm -f "$home/karaf/ready"
  (cd "$home" && ulimit -n "$(ulimit -H -n)" 2>/dev/null; exec setsid "${jvm[@]}" </dev/null >>"$home/log/console.log" 2>&1) &
  pid=$!
  printf '%s\n' "$pid" >"$home/strowger.pid"
}

alive() { kill -0 "$pid" 2>/dev/null; }

shell_is_open() { [ -n "$(listeners tcp "$(property "$home/etc/strowger.properties" strowger.ssh.port)")" ]; }

# Waits until the boot is finished and SIP answers, telling what happens meanwhile. Exits 1 if the boot does not finish;
# returns 1 if all runs but SIP does not answer.
await_ready() {
  local begin=$SECONDS booted= phase= now
  while alive; do
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
      warn "the switch was not ready within $start_limit s ($phase). The last lines of $home/log/strowger.log:"
      tail -n 15 "$home/log/strowger.log" >&2
      stop_process
      exit 1
    fi
    sleep 0.2
  done
  warn "the switch ended while starting. The last lines of its output ($home/log):"
  tail -n 15 "$home/log/console.log" "$home/log/strowger.log" >&2 2>/dev/null
  rm -f "$home/strowger.pid"
  exit 1
}

summary() {
  local conf=$home/etc/strowger.properties http ssh sip me elsewhere
  me=${checkout:+./}strowger; [ "$home" = "$checkout/instance" ] || me="$me --home $home"
  sip="$(property "$conf" strowger.sip.host):$(property "$conf" strowger.sip.port)"
  http="http://$(web_host "$(property "$conf" strowger.http.host)"):$(property "$conf" strowger.http.port)"
  if https_settings; then
    http=$(property "$home/etc/org.ops4j.pax.web.cfg" org.ops4j.pax.web.listening.addresses)
    case $http in *'$'*) http=$(property "$conf" strowger.http.host) ;; esac
    http="https://$(web_host "${http%%,*}"):$https_port"
  fi
  case $sip in 127.*|::1:*) elsewhere="   (phones on other machines: --sip-host ADDRESS)" ;; *) elsewhere= ;; esac
  ssh="$(property "$conf" strowger.ssh.port) admin@$(reachable "$(property "$conf" strowger.ssh.host)")"
  cat <<EOF

  SIP       $sip, UDP and TCP$elsewhere
  REST      $http/api/v1   (OpenAPI: /api/v1/openapi.json)
  SOAP      $http/soap
  Shell     ${me/strowger/strowger client}   or   ssh -p $ssh
  Password  user admin, password in $home/keys/admin-password
  Settings  $home/etc    Log  $home/log/strowger.log
EOF
  [ -f "$home/karaf/notes" ] && sed 's/^/  /' "$home/karaf/notes"
  return 0
}

do_start() {
  launch
  trap 'stop_process; exit 130' INT TERM
  local answers=0
  await_ready || answers=1
  trap - INT TERM
  disown "$pid"
  [ "$demo" = no ] || load_demo || answers=1
  summary
  return $answers
}

do_run() {
  launch
  trap stop_running INT TERM HUP
  await_ready
  [ "$demo" = no ] || load_demo
  summary
  say "" ; say "  Ctrl-C stops the switch."
  while alive; do wait "$pid"; done
  rm -f "$home/strowger.pid"
  die "the switch ended by itself; see $home/log/strowger.log and console.log."
}

# Ctrl-C again changes nothing: the switch ends in order. The status is 0 for a switch that stopped as it was asked to.
stop_running() {
  trap '' INT TERM HUP
  say "" ; say "Stopping"
  stop_process || exit 1
  say "stopped"
  exit 0
}

do_stop() {
  if ! pid=$(running_pid); then say "not running: $home"; return 0; fi
  stop_process && say "stopped"
}

# Asks once and waits; a switch that does not end in time is killed, which the journal survives, and 1 returned.
stop_process() {
  local killed=0
  kill -TERM "$pid" 2>/dev/null
  if ! wait_until "${STROWGER_STOP_LIMIT:-60}" gone; then
    warn "process $pid did not end within ${STROWGER_STOP_LIMIT:-60} s and is killed; what its threads did is in $home/log/console.log."
    kill -QUIT "$pid" 2>/dev/null && wait_until 2 false
    kill -KILL "$pid" 2>/dev/null
    wait_until 10 gone
    killed=1
  fi
  rm -f "$home/strowger.pid"
  return $killed
}
gone() { ! alive || [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1)" = Z ]; }

do_status() {
  if ! pid=$(running_pid); then say "not running: $home"; exit 4; fi
  if answers_sip; then say "running, process $pid, SIP answers"; exit 0; fi
  say "running, process $pid, SIP does not answer 200"; exit 3
}
