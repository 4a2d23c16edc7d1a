# What every part of the strowger script uses: messages, options, Java.

say()  { printf '%s\n' "$*"; }
warn() { printf 'strowger: %s\n' "$*" >&2; }
die()  { warn "$*"; exit 1; }

# Options may stand before and after the arguments. Sets: home, wants_help, arguments and the options below.
parse_options() {
  arguments=() wants_help=no demo=no parts=no sip_host= sip_port= http_host= http_port= ssh_host= ssh_port= plugin_to= plugin_group= plugin_contracts=no
  while [ $# -gt 0 ]; do
    case $1 in
      --home) [ $# -gt 1 ] || die "--home needs a folder."; home=$2; shift ;;
      --home=*) home=${1#*=} ;;
      --sip-port|--http-port|--ssh-port)
        [ $# -gt 1 ] || die "$1 needs a port."
        set_port "$1" "$2"; shift ;;
      --sip-port=*|--http-port=*|--ssh-port=*) set_port "${1%%=*}" "${1#*=}" ;;
      --sip-host) [ $# -gt 1 ] || die "--sip-host needs an address."; set_sip_host "$2"; shift ;;
      --sip-host=*) set_sip_host "${1#*=}" ;;
      --demo) demo=yes ;;
      --parts)
        [ "$command" = status ] || die "there is no option '$1' (try: strowger help)."
        parts=yes ;;
      --with-contracts)
        [ "$command" = new-plugin ] || die "there is no option '$1' (try: strowger help)."
        plugin_contracts=yes ;;
      --to|--group)
        [ "$command" = new-plugin ] || die "there is no option '$1' (try: strowger help)."
        [ $# -gt 1 ] && [ -n "$2" ] || die "$1 needs a value (try: strowger new-plugin --help)."
        if [ "$1" = --to ]; then plugin_to=$2; else plugin_group=$2; fi
        shift ;;
      --help|-h) wants_help=yes ;;
      --) shift; arguments+=("$@"); break ;;
      -) arguments+=("$1") ;; # standard input
      -*)
        # A benchmark has options of its own.
        [ "$command" = bench ] || die "there is no option '$1' (try: strowger help)."
        arguments+=("$1") ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
  [ -n "$home" ] || die "--home needs a folder."
  # One name for one folder, whatever was typed: who runs there is known by it.
  home=$(realpath -m -- "$home") || die "--home $home: this can't be a folder."
}

# Of the commands that use an instance. Karaf's settings are lists with commas.
check_home() {
  case ${home// /} in *[[:space:],]*) die "the instance's folder may hold no comma, tab or line break: '$home'. Choose another with --home DIR." ;; esac
}

is_host() { [[ $1 =~ ^[0-9A-Za-z.:_-]+$ ]]; }
is_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65535 ]; }

set_sip_host() {
  is_host "$1" || die "--sip-host $1: an address of this machine, such as 192.0.2.7, or 0.0.0.0 for all."
  sip_host=$1
}

set_port() {
  is_port "$2" || die "$1 $2: a port is a number from 1 to 65535."
  case $1 in --sip-port) sip_port=$2 ;; --http-port) http_port=$2 ;; --ssh-port) ssh_port=$2 ;; esac
}

# Sets: java. A JDK is needed for building, a JRE is enough for running; both of release 17.
find_java() {
  local found
  if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=$(command -v java || true); fi
  [ -n "$java" ] && [ -x "$java" ] ||
    die "Java 17 is needed and none was found${JAVA_HOME:+ (JAVA_HOME is $JAVA_HOME)}. Install a JDK 17 (Debian: openjdk-17-jdk-headless) or set JAVA_HOME."
  found=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -1)
  case ${found%%[.+-]*} in
    17) ;;
    *) die "Java 17 is needed; $java is ${found:-of an unknown version}. Install a JDK 17 (Debian: openjdk-17-jdk-headless) or set JAVA_HOME." ;;
  esac
}

# wait_until SECONDS COMMAND...: looks five times a second, fails when the time is over.
wait_until() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.2
  done
}

# property FILE KEY: the value of a key in a properties file, empty if it has none. A line may go on on the next, after a backslash.
property() {
  sed -n -e '/^[[:space:]]*[#!]/d; :more; /\\$/ { N; s/\\\n[[:space:]]*//; b more; }' -e "s/^[[:space:]]*$(printf '%s' "$2" | sed 's/\./\\./g')[[:space:]]*[=:][[:space:]]*//p" "$1" 2>/dev/null | tail -1 | sed 's/[[:space:]]*$//'
}

# put_property FILE KEY VALUE: replaces the key's line, or adds one.
put_property() {
  if [ -z "$(property "$1" "$2")" ]; then printf '%s = %s\n' "$2" "$3" >>"$1"; return; fi
  sed -i "s|^\([[:space:]]*$(printf '%s' "$2" | sed 's/\./\\./g')[[:space:]]*=[[:space:]]*\).*|\1$3|" "$1"
}

random_word() { # about 130 random bits, without the letters that are mistaken for one another
  LC_ALL=C tr -dc 'a-km-zA-HJ-NP-Z2-9' </dev/urandom | head -c 23
}
