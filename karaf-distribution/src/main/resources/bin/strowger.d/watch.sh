# Who watches over the Java machine, as its parent, and starts it again when it broke: of 'run' the command itself, of 'start' a process that stays.

# So many restarts within so many seconds. Then it gives up: what breaks every few minutes needs somebody who looks at it.
restart_limit=${STROWGER_RESTARTS:-5} restart_window=600

# broken STATUS: why the JVM's exit status is that of one that broke; fails when it ended in order or somebody ended it: a stop is 143, Ctrl-C 130, kill -9 137.
broken() {
  case $1 in
    3) printf 'out of memory' ;;
    132|134|135|136|139) printf 'the Java machine crashed, signal %s' $(($1 - 128)) ;;
    *) return 1 ;;
  esac
}

# Starts the JVM in a session of its own (Ctrl-C is not meant for it). It inherits the lock. Sets: pid.
spawn() {
  java_command
  rm -f "$home/karaf/ready"
  pid= # until it is known: a stop in between asks "$!"
  (umask 077; cd "$home" && ulimit -n "$(ulimit -H -n)" 2>/dev/null; exec setsid "${jvm[@]}" </dev/null >>"$home/log/console.log" 2>&1) &
  pid=$! up=yes
  if is_asked_to_end; then kill -TERM "$pid"; fi
  # Whole or not at all, for whoever reads it just now.
  printf '%s\n' "$pid" >"$home/strowger.pid.new" && mv -f "$home/strowger.pid.new" "$home/strowger.pid"
  watching
}

# watching [WHY]: writes into the lock that this process watches; and why nothing runs, while it waits to start the JVM again.
watching() { printf '%s %s\n' "$$" "${1:-}" >"$home/strowger.lock"; }

# watcher: the process that watches over this instance, or nothing; a pid that another process has by now is not it.
watcher() {
  local by rest
  read -r by rest 2>/dev/null <"$home/strowger.lock" || return 1
  [ "$(readlink "/proc/$by/fd/9" 2>/dev/null)" = "$home/strowger.lock" ] && printf '%s' "$by"
}

# waits_why: why the JVM ended, while its watcher waits to start it again; else fails.
waits_why() {
  local by rest
  watcher >/dev/null && read -r by rest 2>/dev/null <"$home/strowger.lock" && [ -n "$rest" ] && printf '%s' "$rest"
}

# Waits for the JVM, and starts it again as long as it breaks. Returns when it has ended for good. One that was never ready is not started again:
# whoever started it is told. Sets: status, the last one's.
watch_over() {
  local why pause line restarts=()
  [ "$restart_limit" = 0 ] || [[ $restart_limit =~ ^[1-9][0-9]{0,3}$ ]] || { warn "STROWGER_RESTARTS = $restart_limit: a number from 0 to 9999; 5 it is."; restart_limit=5; }
  while :; do
    wait "$pid" 2>/dev/null; status=$? # bash itself would tell of a signal, with a line of this script
    # A signal to this shell ends its waiting, not the JVM.
    while alive; do wait "$pid" 2>/dev/null; status=$?; done
    up=no
    why=$(broken "$status") && ! is_asked_to_end && [ "$restart_limit" != 0 ] || return 0
    [ ${#restarts[@]} -gt 0 ] || [ -s "$home/karaf/ready" ] || return 0
    while [ ${#restarts[@]} -gt 0 ] && [ $((SECONDS - restarts[0])) -ge "$restart_window" ]; do restarts=("${restarts[@]:1}"); done
    line="the switch ended by itself: $why (process $pid, exit status $status)."
    if [ ${#restarts[@]} -ge "$restart_limit" ]; then
      announce "$line Not started again: it was, ${#restarts[@]} times within $((restart_window / 60)) minutes. See log/console.log and strowger.log, then: $(me " ${command/watch/start}")"
      stop_orphan
      drop_pid_file
      return 0
    fi
    pause=$((2 << ${#restarts[@]})); [ $pause -le 60 ] || pause=60
    announce "$line It is started again in $pause s, restart $((${#restarts[@]} + 1)) of at most $restart_limit within $((restart_window / 60)) minutes."
    watching "$why"
    ! wait_until "$pause" is_asked_to_end || return 0
    restarts+=("$SECONDS")
    spawn
  done
}
is_asked_to_end() { [ "${asked_to_end:-no}" = yes ]; }

# A line in log/console.log; of 'run' on its terminal, too.
announce() {
  (umask 077; printf '%s strowger: %s\n' "$(date '+%Y-%m-%dT%H:%M:%S')" "$*" >>"$home/log/console.log")
  [ "$command" = watch ] || warn "$*"
}

# do_watch JAVA PROGRAM: what a start leaves behind; it alone can run this, for it hands its lock down. Prints the JVM's pid.
do_watch() {
  [ $# -eq 2 ] && [ "$(readlink /proc/self/fd/9)" = "$home/strowger.lock" ] || die "there is no command 'watch': it is a part of 'start'."
  java=$1 program=$2
  (umask 077; : >>"$home/log/console.log")
  up=no
  trap 'asked_to_end=yes; [ $up = no ] || kill -TERM "$pid" 2>/dev/null' TERM
  spawn
  printf '%s\n' "$pid"
  exec >>"$home/log/console.log" 2>&1
  watch_over
  exit 0
}
