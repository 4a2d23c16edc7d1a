# Ports: who holds one, and does anybody answer SIP there.

# Addresses as hexadecimal digits in the order of the network, IPv4 8 and IPv6 32; the kernel's tables have them in the machine's order.
address_awk='
function turned(w) { return substr(w, 7, 2) substr(w, 5, 2) substr(w, 3, 2) substr(w, 1, 2) }
function of_kernel(a) {
  if (length(a) == 8) return turned(a)
  a = turned(substr(a, 1, 8)) turned(substr(a, 9, 8)) turned(substr(a, 17, 8)) turned(substr(a, 25, 8))
  return substr(a, 1, 24) == "00000000000000000000FFFF" ? substr(a, 25) : a
}
function of_text(t,   p, n, m, i, left, right) {
  sub(/%.*/, "", t)
  if (t !~ /:/) { split(t, p, "."); return sprintf("%02X%02X%02X%02X", p[1], p[2], p[3], p[4]) }
  n = index(t, "::")
  left = groups(n ? substr(t, 1, n - 1) : t); right = n ? groups(substr(t, n + 2)) : ""
  while (length(left) + length(right) < 32) left = left "0"
  return left right
}
function groups(t,   p, n, i, all) { n = split(t, p, ":"); for (i = 1; i <= n; i++) all = all substr("0000" toupper(p[i]), length(p[i]) + 1); return all }
function any4(a) { return a == "00000000" }
function any6(a) { return length(a) == 32 && a ~ /^0+$/ }
function meet(a, b) { return a == b || any6(a) || any6(b) || (any4(a) && length(b) == 8) || (any4(b) && length(a) == 8) }
'

# addresses HOST: in that form, one a line; none if the name is unknown.
addresses() { getent ahosts "$1" 2>/dev/null | awk "$address_awk"'!seen[$1]++ { print of_text($1) }'; }

# addresses_meet HOST HOST: whether one port can't be had on both. A name that nobody knows meets everything.
addresses_meet() {
  local one other
  one=$(addresses "$1") other=$(addresses "$2")
  [ -n "$one" ] && [ -n "$other" ] || return 0
  awk -v one="$one" -v other="$other" "$address_awk"'BEGIN { n = split(one, a, "\n"); m = split(other, b, "\n"); for (i = 1; i <= n; i++) for (j = 1; j <= m; j++) if (meet(a[i], b[j])) exit 0; exit 1 }'
}

# listeners udp|tcp PORT [HOST]: prints "inode uid" of each socket of this machine that holds the port, on an address that HOST needs.
listeners() {
  local hex wanted=
  hex=$(printf '%04X' "$2")
  [ -z "${3:-}" ] || wanted=$(addresses "$3")
  cat "/proc/net/$1" "/proc/net/${1}6" 2>/dev/null |
    awk -v port="$hex" -v proto="$1" -v wanted="$wanted" "$address_awk"'
      { n = split($2, a, ":") }
      a[n] == port && (proto == "udp" || $4 == "0A") {
        m = split(wanted, w, "\n"); hit = m == 0
        for (i = 1; i <= m; i++) if (meet(of_kernel(a[1]), w[i])) hit = 1
        if (hit) print $10, $8
      }'
}

# holder INODE UID: the process in words.
holder() {
  local pid instance
  pid=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\\[$1\\]" -print -quit 2>/dev/null)
  pid=${pid#/proc/}; pid=${pid%%/*}
  if [ -n "$pid" ]; then
    instance=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | sed -n 's/^-Dstrowger\.home=//p')
    if [ -n "$instance" ]; then printf 'process %s (the switch of %s)' "$pid" "$instance"
    else printf 'process %s (%s)' "$pid" "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | cut -c1-100 | sed 's/ *$//')"
    fi
    return
  fi
  printf 'a process of user %s' "$(id -un "$2" 2>/dev/null || printf '%s' "$2")"
}

# setting sip.port: what the start was told, else what etc/strowger.properties says.
setting() {
  local told=${1/./_}
  if [ -n "${!told:-}" ]; then printf '%s' "${!told}"; else property "$home/etc/strowger.properties" "strowger.$1"; fi
}

# A value the switch could not use would be found out at the end of a start that comes to nothing.
check_settings() {
  local key value unfit=0 file=$home/etc/strowger.properties
  for key in sip http ssh; do
    value=$(setting $key.port)
    is_port "$value" || { warn "strowger.$key.port = ${value:-(not set)} in $file: a port is a number from 1 to 65535."; unfit=1; }
    value=$(setting $key.host)
    is_host "$value" || { warn "strowger.$key.host = ${value:-(not set)} in $file: an address of this machine, such as 192.0.2.7, or 0.0.0.0 for all."; unfit=1; }
  done
  [ $unfit = 0 ] || exit 1
}

# What was told on the command line is kept.
write_settings() {
  local key file=$home/etc/strowger.properties
  for key in sip.host sip.port http.port ssh.port; do
    if [ "$(setting $key)" != "$(property "$file" "strowger.$key")" ]; then put_property "$file" "strowger.$key" "$(setting $key)"; fi
  done
}

# sip_points: where SIP listens, one a line: PROTOCOL HOST PORT, and whether by strowger.properties or by a list of the operator's: shipped or own. It is
# sip.listen of etc/org.strowger.sip.cfg as the switch reads it; a point that only the switch can make out is left to it.
sip_points() {
  local conf=$home/etc/org.strowger.sip.cfg list one protocol at host port origin
  list=$(property "$conf" sip.listen)
  while IFS= read -r -d , one; do
    origin=own
    case $one in *'${strowger.sip.port}'*) origin=shipped ;; esac
    one=$(resolved "$conf" "$one") && [[ $one =~ ^[[:space:]]*([Uu][Dd][Pp]|[Tt][Cc][Pp]):([^[:space:]]+)[[:space:]]*$ ]] || continue
    protocol=${BASH_REMATCH[1],,} at=${BASH_REMATCH[2]} port=5060
    case $at in
      '['*']') host=${at:1:-1} ;;
      '['*']:'*) host=${at%]:*} host=${host:1} port=${at##*:} ;;
      *:*:*)
        # As the switch: the last number of an IPv6 address without brackets is the port, if it can't be the address's own or looks like one.
        host=$at
        if is_ipv6 "${at%:*}" && { ! is_ipv6 "$at" || [[ ${at##*:} =~ ^[0-9]{4,}$ ]]; }; then host=${at%:*} port=${at##*:}; fi ;;
      *:*) host=${at%:*} port=${at##*:} ;;
      *) host=$at ;;
    esac
    if is_host "$host" && is_port "$port"; then printf '%s %s %s %s\n' "$protocol" "$host" "$port" "$origin"; fi
  done <<<"${list:-udp:127.0.0.1:5060,tcp:127.0.0.1:5060},"
}

# resolved FILE TEXT: with ${...} put in, of the file's own keys and of strowger.properties; fails where there is one that only the switch knows.
resolved() {
  local text=$2 key value
  while [[ $text =~ \$\{([A-Za-z0-9._-]+)\} ]]; do
    key=${BASH_REMATCH[1]} value=$(property "$1" "${BASH_REMATCH[1]}")
    case $key in
      sip.listen) return 1 ;;
      strowger.sip.host|strowger.sip.port|strowger.http.host|strowger.http.port|strowger.ssh.host|strowger.ssh.port) value=${value:-$(setting "${key#strowger.}")} ;;
      *) value=${value:-$(property "$home/etc/strowger.properties" "$key")} ;;
    esac
    case $value in ''|*'$'*) return 1 ;; esac
    text=${text//"\${$key}"/$value}
  done
  case $text in *'$'*) return 1 ;; esac
  printf '%s' "$text"
}

# is_ipv6 TEXT: an address of IPv6 as text. Nobody is asked for it: a name is none.
is_ipv6() {
  local text=${1%%\%*} half='^([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?$' colons
  if [[ $text =~ ^(.*:)[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]]; then text=${BASH_REMATCH[1]}0:0; fi
  colons=${text//[^:]/}
  case $text in
    *::*) [ ${#colons} -le 8 ] && [[ ${text%%::*} =~ $half ]] && [[ ${text#*::} =~ $half ]] ;;
    *) [ ${#colons} = 7 ] && [[ $text =~ ^[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){7}$ ]] ;;
  esac
}

# sip_addresses: the same, both protocols of an address in one line: PROTOCOLS HOST PORT ORIGIN.
sip_addresses() { sip_points | awk '{ at = $2 " " $3 " " $4; if (at in all) all[at] = all[at] "," $1; else { all[at] = $1; order[++n] = at } } END { for (i = 1; i <= n; i++) print all[order[i]], order[i] }'; }

# sip_first: HOST PORT of the first; what strowger.properties says where nothing can be made out of the list.
sip_first() { { sip_points; printf 'udp %s %s\n' "$(setting sip.host)" "$(setting sip.port)"; } | awk '{ print $2, $3; exit }'; }

# doors: what this instance will listen on, one a line: NAME PROTOCOLS HOST PORT FILE KEY OPTION.
doors() {
  local web=$home/etc/org.ops4j.pax.web.cfg
  sip_addresses | awk '{ print "SIP", $1, $2, $3, ($4 == "shipped" ? "strowger.properties strowger.sip.port --sip-port" : "org.strowger.sip.cfg sip.listen") }'
  [ "$(property "$web" org.osgi.service.http.enabled)" = false ] ||
    printf 'HTTP tcp %s %s strowger.properties strowger.http.port --http-port\n' "$(http_host)" "$(setting http.port)"
  if https_settings; then printf 'HTTPS tcp %s %s org.ops4j.pax.web.cfg org.osgi.service.http.port.secure\n' "$(http_host)" "$https_port"; fi
  printf 'SSH tcp %s %s strowger.properties strowger.ssh.port --ssh-port\n' "$(setting ssh.host)" "$(setting ssh.port)"
}

# Refuses a start on ports that somebody has, or that two of our own doors would share.
check_ports() {
  local unfit=0 name protocols host port file key option protocol inode uid others= other other_protocols other_host other_port
  while read -r name protocols host port file key option; do
    while read -r other other_protocols other_host other_port; do
      if [ "$other_port" = "$port" ] && share_one "$protocols" "$other_protocols" && addresses_meet "$host" "$other_host"; then
        warn "$name and $other can't both have port $port on $host. Set another: $key in $home/etc/$file${option:+ (or $option PORT)}."
        unfit=1
      fi
    done <<<"$others"
    others+=$name\ $protocols\ $host\ $port$'\n'
    for protocol in ${protocols//,/ }; do
      if read -r inode uid < <(listeners "$protocol" "$port" "$host"); then
        warn "$name port $port/$protocol is taken by $(holder "$inode" "$uid")."
        warn "  Stop it, or set another port: $key in $home/etc/$file${option:+ (or $option PORT)}."
        unfit=1
      fi
    done
  done < <(doors)
  [ $unfit = 0 ] || exit 1
}

# share_one LIST LIST: whether something is in both.
share_one() { local one; for one in ${1//,/ }; do case ,$2, in *",$one,"*) return 0 ;; esac; done; return 1; }

# The address of REST and SOAP.
http_host() {
  local host; host=$(property "$home/etc/org.ops4j.pax.web.cfg" org.ops4j.pax.web.listening.addresses)
  case $host in ''|*'$'*) setting http.host ;; *) printf '%s' "${host%%,*}" ;; esac
}

# reachable HOST: an address by which this machine reaches a listener on HOST.
reachable() {
  case $1 in 0.0.0.0|'') printf 127.0.0.1 ;; ::) printf ::1 ;; *) printf '%s' "$1" ;; esac
}

# web_host HOST: the same as it stands in a URL or before a port: an IPv6 address in brackets.
web_host() { bracketed "$(reachable "$1")"; }

# phones_host HOST: by which address phones on other machines reach a listener on HOST: for all addresses the first of this machine that is not
# its own alone; the loopback address where it has no other.
phones_host() {
  local own
  case $1 in
    0.0.0.0) own=$(own_addresses | grep -v : | head -1) ;;
    ::) own=$(own_addresses | head -1) ;;
    *) own=$1 ;;
  esac
  bracketed "$(reachable "${own:-$1}")"
}
own_addresses() { hostname -I 2>/dev/null | tr ' ' '\n' | grep -v -e '^$' -e '^127\.' -e '^::1$' -e '^fe80:'; }

# bracketed HOST: as it stands before a port.
bracketed() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }

# answers_sip: exit 0 when an OPTIONS from outside the process gets a 200 within a second, where SIP listens; who answers first has the say. A switch that
# can't take calls says 503.
answers_sip() {
  local protocol host port rest said
  while read -r protocol host port rest; do
    said=$(sip_reply "$protocol" "$(reachable "$host")" "$port") || continue
    [[ $said == "SIP/2.0 200 "* ]]
    return
  done < <(sip_points | grep . || printf 'udp %s\n' "$(sip_first)")
  return 1
}

# sip_reply udp|tcp HOST PORT: the first line of what an OPTIONS is answered with; fails when nobody answers.
sip_reply() {
  local uri tag=$RANDOM$RANDOM reply
  uri=$(bracketed "$2")
  exec 8<>"/dev/$1/$2/$3" || return 1
  printf '%s\r\n' "OPTIONS sip:ping@$uri:$3 SIP/2.0" "Via: SIP/2.0/${1^^} $uri:9;rport;branch=z9hG4bK$tag" "Max-Forwards: 70" \
    "From: <sip:status@$uri>;tag=$tag" "To: <sip:ping@$uri:$3>" "Call-ID: status-$tag" "CSeq: 1 OPTIONS" \
    "Contact: <sip:status@$uri:9>" "Content-Length: 0" "" |
    dd bs=8192 iflag=fullblock >&8 2>/dev/null # one write, one datagram: printf would send every line as one of its own
  reply=$(timeout 1 dd bs=8192 count=1 <&8 2>/dev/null | head -1)
  exec 8>&-
  [ -n "$reply" ] && printf '%s' "$reply"
} 2>/dev/null

# https_settings: exit 0 when etc/ asks for HTTPS. Sets: https_port, key_store, key_store_type, key_store_password.
https_settings() {
  local conf=$home/etc/org.ops4j.pax.web.cfg secret
  [ "$(property "$conf" org.osgi.service.http.secure.enabled)" = true ] || return 1
  https_port=$(property "$conf" org.osgi.service.http.port.secure); https_port=${https_port:-8443}
  key_store=$(property "$conf" org.ops4j.pax.web.ssl.keystore); key_store=${key_store//'${strowger.home}'/$home}
  key_store_type=$(property "$conf" org.ops4j.pax.web.ssl.keystore.type)
  key_store_password=$(property "$conf" org.ops4j.pax.web.ssl.keystore.password)
  case $key_store_password in
    '$[secret:'*']') secret=${key_store_password#'$[secret:'}; key_store_password=$(cat "$home/keys/${secret%]}" 2>/dev/null) ;;
  esac
  return 0
}

# Complains when the key store of HTTPS can't be opened. Sets: web_unfit. Calls go on without REST and SOAP: the start does, too.
check_key_store() {
  local keytool why
  web_unfit=no
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
  web_unfit=yes
  warn "HTTPS will not be served, nor HTTP in its place: the key store ${key_store:-without a name} of etc/org.ops4j.pax.web.cfg: ${why:-keytool refuses it}."
  warn "  Put it right (docs/operating.md): the switch looks at it again by itself; calls go on meanwhile."
}
