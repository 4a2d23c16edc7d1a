# One shell command in a running instance, and what is built on that.

help_client()  {
  cat <<'EOF'
strowger client [--home DIR] ["COMMAND" | -]

Runs one shell command, its exit status is passed on. With - , or without COMMAND where standard input is no terminal, commands are read from
standard input, a line each, and run until one fails. Without COMMAND in a terminal it opens the shell.

What stands on the command line other users of this machine can read in the list of processes. A command with a secret goes through standard
input:   strowger client - <<<"account:create --voip-password 'the secret' 1001 standard"
EOF
}
help_backup()  {
  cat <<'EOF'
strowger backup [--home DIR] FILE

Writes all data of all domains, as they are at one moment, to FILE (which must not exist) while the switch runs, and the keys of the passwords in
it to FILE.keys. Users and tokens of the doors and the settings in etc/ are not in it: copy the instance's etc/ and keys/ for those
(docs/operating.md).
EOF
}
help_restore() { say "strowger restore [--home DIR] FILE: loads a backup into a running, empty instance."; }

# What clients that were killed left behind, which have the password of admin in them.
sweep_clients() {
  local left pid
  for left in "$home"/keys/client.*.*; do
    pid=${left##*/client.}; pid=${pid%%.*}
    [ ! -d "$left" ] || kill -0 "$pid" 2>/dev/null || [ -d "/proc/$pid" ] || rm -rf "$left"
  done
}

# Runs Karaf's SSH client as admin. Its password comes from a file, never from the command line; the command, which may be a secret of somebody's,
# from one that has no name any more when it is written, so that a client that is killed leaves nothing.
# ssh_client: the shell; ssh_client FD: the command that is read from there.
ssh_client() {
  local etc jar classpath= status=0
  local pid program
  pid=$(running_pid) || die "this instance does not run: $home (strowger start --home $home)."
  [ -r "$home/keys/admin-password" ] || die "can't read $home/keys/admin-password: use ssh with a user of your own."
  program=$(program_of "$pid")
  find_java
  # One folder a call, gone with it: several clients may run at once.
  sweep_clients
  etc=$(mktemp -d "$home/keys/client.$$.XXXXXX") || die "can't write to $home/keys."
  trap "rm -rf $(printf %q "$etc")" EXIT
  (umask 077; printf 'admin = %s\n' "$(cat "$home/keys/admin-password")" >"$etc/users.properties"; : >"$etc/org.apache.karaf.shell.cfg")
  if [ $# -gt 0 ]; then
    { (umask 077; : >"$etc/command") && exec 6<>"$etc/command" && rm "$etc/command"; } || die "can't write to $etc."
    cat <&"$1" >&6
    if ! grep -q '[^[:space:]]' /dev/fd/6; then exec 6>&-; rm -rf "$etc"; warn "no command was given on standard input (strowger client --help)."; return 2; fi
    set -- -f /dev/fd/6
  fi
  for jar in org/apache/karaf/org.apache.karaf.client org/apache/sshd/sshd-osgi org/apache/sshd/sshd-scp org/apache/sshd/sshd-sftp \
             org/fusesource/jansi/jansi org/jline/jline; do
    classpath=$classpath:$(ls "$program/system/$jar"/*/*.jar)
  done
  # What goes wrong is looked at on its way to the terminal.
  {
    "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto "-Dkaraf.etc=$etc" "-Dkaraf.home=$program" "-Dkaraf.base=$home" \
      "-Djava.util.logging.config.file=$home/etc/java.util.logging.properties" -classpath "${classpath#:}" org.apache.karaf.client.Main \
      -a "$(setting ssh.port)" -h "$(reachable "$(setting ssh.host)")" "$@" 2>&1 >&3 3>&- | tee "$etc/said" >&2
    status=${PIPESTATUS[0]}
  } 3>&1
  if grep -q 'No more authentication methods' "$etc/said"; then
    warn "the switch refuses user admin with the password in $home/keys/admin-password. Write the right one there, or log in as another administrator"
    warn "  (ssh -p $(setting ssh.port) USER@$(reachable "$(setting ssh.host)")) and let 'switch:user-password admin' make a new one: it is written there too."
  fi
  rm -rf "$etc"
  exec 6>&-
  return $status
}

run_command() { run_commands 8< <(printf '%s\n' "$1"); }

# Runs what descriptor 8 says. The client stops at the end of its input before it has run anything: give it an input that stays open.
run_commands() {
  local fifo status
  fifo=$(mktemp -u) && mkfifo -m 600 "$fifo" && exec 7<>"$fifo" && rm -f "$fifo"
  if [ -t 1 ]; then ssh_client 8 <&7; status=$?
  else ssh_client 8 <&7 | without_colours; status=${PIPESTATUS[0]}; fi
  exec 7>&-
  return $status
}

# What steers a terminal is nothing for files and programs.
without_colours() { LC_ALL=C sed -u $'s/\e\\[[0-9;:?]*[ -\/]*[@-~]//g'; }

# shell_word TEXT: one word of the switch's shell, whatever is in it.
shell_word() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

do_client() {
  local command="$*"
  case $command in
    '') if [ -t 0 ]; then ssh_client; else run_commands 8<&0; fi ;;
    -) run_commands 8<&0 ;;
    # As etc/shell.init.script has it, which an operator may have edited.
    help) run_command "switch:commands" ;;
    help\ *) run_command "switch:commands $(shell_word "${command#help }")" ;;
    *) run_command "$command" ;;
  esac
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$PWD/$1" ;; esac; }

do_backup() {
  [ $# -eq 1 ] || { help_backup >&2; exit 2; }
  [ ! -e "$1" ] || die "$1 exists already; a backup overwrites nothing."
  run_command "switch:backup $(shell_word "$(absolute "$1")")"
}

do_restore() {
  [ $# -eq 1 ] || { help_restore >&2; exit 2; }
  [ -r "$1" ] || die "can't read $1."
  run_command "switch:restore $(shell_word "$(absolute "$1")")" || return
  # Its parts open the database anew, each by itself.
  local end=$((SECONDS + 30))
  until run_command "switch:health" >/dev/null 2>&1 || [ $SECONDS -ge $end ]; do sleep 0.2; done
}

# Through REST, as an integrator would. The carrier's far end runs beside the switch and ends with it.
load_demo() {
  local at=$home/karaf/demo-carrier sip
  sip=$(sip_first)
  "$java" --list-modules | grep -q '^jdk.compiler@' ||
    { warn "the demo is not loaded: it is Java source and needs a JDK 17, $java belongs to a runtime only."; return 1; }
  [ "$(property "$home/etc/org.ops4j.pax.web.cfg" org.osgi.service.http.enabled)" != false ] ||
    { warn "the demo is not loaded: it is loaded by HTTP, which etc/org.ops4j.pax.web.cfg of this instance switches off. Use another instance: --home DIR."; return 1; }
  rm -f "$at"
  setsid "$java" -Xmx32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$scripts/DemoCarrier.java" "$(watcher || printf '%s' "$pid")" "$at" </dev/null 9>&- >>"$home/log/console.log" 2>&1 &
  disown $!
  wait_until 20 [ -s "$at" ] || { warn "the demo's carrier does not start; see $home/log/console.log."; return 1; }
  "$java" "$scripts/Demo.java" "http://$(web_host "$(http_host)"):$(setting http.port)/api/v1" "$home/keys/admin-password" \
    "$(phones_host "${sip% *}"):${sip##* }" "$(cat "$at")" "$(me ' client')"
}
