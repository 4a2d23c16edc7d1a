# Ports: who holds one, and does anybody answer SIP there.

# listeners udp|tcp PORT: prints "inode uid" of each socket of this machine that holds the port.
listeners() {
  local hex; hex=$(printf '%04X' "$2")
  cat "/proc/net/$1" "/proc/net/${1}6" 2>/dev/null |
    awk -v port="$hex" -v proto="$1" '{ n = split($2, a, ":"); if (a[n] == port && (proto == "udp" || $4 == "0A")) print $10, $8 }'
}

# holder INODE UID: the process in words.
holder() {
  local fd pid
  for fd in /proc/[0-9]*/fd/*; do
    if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$1]" ]; then
      pid=${fd#/proc/}; pid=${pid%%/*}
      printf 'process %s (%s)' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-60 | sed 's/ *$//')"
      return
    fi
  done
  printf 'a process of user %s' "$(id -un "$2" 2>/dev/null || printf '%s' "$2")"
}

# check_port NAME udp|tcp PORT OPTION: complains when the port is taken.
check_port() {
  local inode uid
  read -r inode uid < <(listeners "$2" "$3") || return 0
  warn "$1 port $3/$2 is taken by $(holder "$inode" "$uid")."
  warn "  Stop it, or set another port: strowger.${4} in $home/etc/strowger.properties (or $5 PORT)."
  return 1
}

check_ports() {
  local ok=0 conf=$home/etc/strowger.properties
  check_port SIP udp "$(property "$conf" strowger.sip.port)" sip.port --sip-port || ok=1
  check_port SIP tcp "$(property "$conf" strowger.sip.port)" sip.port --sip-port || ok=1
  check_port HTTP tcp "$(property "$conf" strowger.http.port)" http.port --http-port || ok=1
  check_port SSH tcp "$(property "$conf" strowger.ssh.port)" ssh.port --ssh-port || ok=1
  [ $ok = 0 ] || exit 1
}

# reachable HOST: an address by which this machine reaches a listener on HOST.
reachable() {
  case $1 in 0.0.0.0|'') printf 127.0.0.1 ;; ::) printf ::1 ;; *) printf '%s' "$1" ;; esac
}

# web_host HOST: the same as it stands in a URL or before a port: an IPv6 address in brackets.
web_host() {
  case $(reachable "$1") in *:*) printf '[%s]' "$(reachable "$1")" ;; *) reachable "$1" ;; esac
}

# answers_sip: exit 0 when an OPTIONS from outside the process gets a 200 within a second. A switch that can't take calls says 503.
answers_sip() {
  local conf=$home/etc/strowger.properties host port uri tag=$RANDOM$RANDOM reply
  host=$(reachable "$(property "$conf" strowger.sip.host)"); port=$(property "$conf" strowger.sip.port)
  uri=$host; [[ $host == *:* ]] && uri="[$host]"
  exec 8<>"/dev/udp/$host/$port" || return 1
  printf '%s\r\n' "OPTIONS sip:ping@$uri:$port SIP/2.0" "Via: SIP/2.0/UDP $uri:9;rport;branch=z9hG4bK$tag" "Max-Forwards: 70" \
    "From: <sip:status@$uri>;tag=$tag" "To: <sip:ping@$uri:$port>" "Call-ID: status-$tag" "CSeq: 1 OPTIONS" \
    "Contact: <sip:status@$uri:9>" "Content-Length: 0" "" |
    dd bs=8192 iflag=fullblock >&8 2>/dev/null # one write, one datagram: printf would send every line as one of its own
  reply=$(timeout 1 dd bs=8192 count=1 <&8 2>/dev/null | head -1)
  exec 8>&-
  [[ $reply == "SIP/2.0 200 "* ]]
} 2>/dev/null

# https_settings: exit 0 when etc/ asks for HTTPS. Sets: https_port, key_store, key_store_type, key_store_password.
https_settings() {
  local conf=$home/etc/org.ops4j.pax.web.cfg secret
  [ "$(property "$conf" org.osgi.service.http.secure.enabled)" = true ] || return 1
  https_port=$(property "$conf" org.osgi.service.http.port.secure)
  key_store=$(property "$conf" org.ops4j.pax.web.ssl.keystore); key_store=${key_store//'${strowger.home}'/$home}
  key_store_type=$(property "$conf" org.ops4j.pax.web.ssl.keystore.type)
  key_store_password=$(property "$conf" org.ops4j.pax.web.ssl.keystore.password)
  case $key_store_password in
    '$[secret:'*']') secret=${key_store_password#'$[secret:'}; key_store_password=$(cat "$home/keys/${secret%]}" 2>/dev/null) ;;
  esac
  return 0
}

# Complains when the key store of HTTPS can't be opened. Calls go on without REST and SOAP: the start does, too.
check_key_store() {
  local keytool why
  https_settings || return 0
  keytool=$(dirname "$(readlink -f "$java")")/keytool
  if [ ! -r "$key_store" ]; then why="it can't be read"
  elif [ -z "$key_store_password" ]; then why="its password is empty: see org.ops4j.pax.web.ssl.keystore.password, and the file in $home/keys that it names"
  elif [ -x "$keytool" ]; then
    why=$(STROWGER_KEY_STORE_PASSWORD=$key_store_password "$keytool" -J-XX:TieredStopAtLevel=1 -list -keystore "$key_store" -storetype "${key_store_type:-PKCS12}" \
      -storepass:env STROWGER_KEY_STORE_PASSWORD 2>&1) && return 0
    why=$(printf '%s' "$why" | grep -m1 -i exception | sed 's/.*Exception: //')
  else return 0
  fi
  warn "HTTPS will not be served, nor HTTP in its place: the key store ${key_store:-without a name} of etc/org.ops4j.pax.web.cfg: ${why:-keytool refuses it}."
  warn "  Put it right (docs/operating.md) and start the switch again; calls go on meanwhile."
}
