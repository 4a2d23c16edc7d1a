# The instance's etc/ folder: made at the first start, merged when the program is a newer one.
#
# etc/.shipped/digest is the fingerprint of the program the instance ran with, etc/.shipped/etc the files as they were shipped then:
# that tells an edited file from one that only belongs to an older program.

# These name the program's own bundles and the framework's packages; the program always brings its own.
program_files='config.properties jre.properties startup.properties org.apache.karaf.features.cfg distribution.info'

program_listing() { (cd "$program" && find bin etc lib system -type f -printf '%P %s %T@\n' | LC_ALL=C sort | cksum); }
program_digest()  { (cd "$program" && find bin etc lib system -type f -print0 | LC_ALL=C sort -z | xargs -0 cksum | cksum); }

make_folders() {
  mkdir -p "$home" 2>/dev/null && [ -w "$home" ] || die "can't write to the instance's folder $home (as $(id -un 2>/dev/null || id -u))."
  mkdir -p "$home"/{etc,deploy,keys,log,karaf,journal,db}
  chmod 700 "$home/keys" "$home/etc"
  # Who called whom, and what was said about it. An operator may let a group in; everybody is let in by an earlier program only.
  find "$home"/{log,karaf,journal} -maxdepth 0 -perm /007 -exec chmod 700 {} +
}

# Sets: first_start, newer_program, and in a checkout program: the copy from which the instance runs.
prepare_instance() {
  first_start=no newer_program=no
  [ -f "$home/etc/strowger.properties" ] || first_start=yes

  local listing digest
  listing=$(program_listing)
  if [ "$(cat "$home/etc/.shipped/listing" 2>/dev/null)" != "$listing" ]; then
    digest=$(program_digest)
    if [ "$(cat "$home/etc/.shipped/digest" 2>/dev/null)" != "$digest" ]; then
      newer_program=yes
      merge_etc
      rm -rf "$home/karaf"
      printf '%s\n' "$digest" >"$home/etc/.shipped/digest"
    fi
    printf '%s\n' "$listing" >"$home/etc/.shipped/listing"
  fi
  (umask 077; mkdir -p "$home/karaf/tmp")
  if [ -n "$checkout" ]; then copy_program "$listing"; fi
  make_admin
}

# copy_program LISTING: in a checkout the next build deletes the program, whoever runs from it. An instance therefore has a copy of its own, made of
# hard links where that can be, which is made anew when the program has become another one.
copy_program() {
  local copy=$home/karaf/program
  if [ ! -d "$copy" ]; then
    rm -rf "$copy.half"
    cp -al "$program" "$copy.half" 2>/dev/null || { rm -rf "$copy.half"; cp -r --preserve=mode,timestamps "$program" "$copy.half"; }
    # Another file system may keep coarser times: then what is in the files counts.
    [ "$(program=$copy.half program_listing)" = "$1" ] || [ "$(program=$copy.half program_digest)" = "$(cat "$home/etc/.shipped/digest" 2>/dev/null)" ] ||
      die "the program changed while it was read: another command is building it. Try again when that has ended."
    mv "$copy.half" "$copy"
  fi
  program=$copy
}

# A file the operator never touched is replaced; an edited one stays and the shipped one is laid beside it as .new.
merge_etc() {
  local file mine shipped=$home/etc/.shipped/etc kept=()
  mkdir -p "$shipped"
  while IFS= read -r file; do
    mine=$home/etc/$file
    if [ ! -e "$mine" ]; then
      # A shipped file that the operator deleted stays deleted.
      [ -e "$shipped/$file" ] && continue
      install_file "$file"
    elif same_settings "$program/etc/$file" "$mine"; then
      rm -f "$mine.new"
    elif [ -e "$shipped/$file" ] && same_settings "$shipped/$file" "$mine"; then
      install_file "$file"
    elif [[ " $program_files " == *" $file "* ]]; then
      cp -p "$mine" "$mine.edited"
      install_file "$file"
      kept+=("etc/$file was replaced, it belongs to the program; your edited one is etc/$file.edited")
    elif [ -e "$shipped/$file" ] && same_settings "$shipped/$file" "$program/etc/$file"; then
      : # edited, and the program brings nothing new
    else
      cp "$program/etc/$file" "$mine.new"
      [ "$file" = users.properties ] || [ "$file" = strowger.properties ] || kept+=("etc/$file is yours; the shipped one is etc/$file.new")
    fi
  done < <(cd "$program/etc" && find . -type f -printf '%P\n' | LC_ALL=C sort)

  # What the old program shipped, the new one does not and nobody edited, goes.
  while IFS= read -r file; do
    [ -e "$program/etc/$file" ] || { same_settings "$shipped/$file" "$home/etc/$file" && rm -f "$home/etc/$file"; }
  done < <(cd "$shipped" && find . -type f -printf '%P\n')

  rm -rf "$shipped" && cp -r "$program/etc" "$shipped"
  [ ${#kept[@]} -eq 0 ] || printf '  %s\n' "${kept[@]}"
}

# Karaf writes some files anew (line ends, a date, its shutdown word): only what a file sets counts.
settings() { sed 's/[[:space:]]*$//; /^[[:space:]]*\(#\|$\)/d; /^karaf.shutdown.command/d' "$1"; }
same_settings() { [ -e "$2" ] && cmp -s <(settings "$1") <(settings "$2"); }

install_file() {
  mkdir -p "$(dirname "$home/etc/$1")"
  cp "$program/etc/$1" "$home/etc/$1"
  rm -f "$home/etc/$1.new"
}

# The first start makes the administrator. The password is in keys/admin-password; in etc/users.properties is its hash.
make_admin() {
  local users=$home/etc/users.properties file=$home/keys/admin-password
  chmod 600 "$users"
  [ -e "$file" ] && return
  grep -q '^[[:space:]]*admin[[:space:]]*=' "$users" && return
  (umask 077; random_word >"$file"; printf 'admin = %s,_g_:admingroup\n' "$(hashed "$(cat "$file")")" >>"$users")
}

# hashed SECRET: a random one, as the switch keeps it: salted, marked as generated, so that the start has nothing to hash. In the clear where the operator
# named another who hashes: he finds it there.
hashed() {
  local jaas=$home/etc/org.apache.karaf.jaas.cfg prefix salt hash
  [ "$(property "$jaas" encryption.enabled)/$(property "$jaas" encryption.name)" = true/strowger ] || { printf '%s' "$1"; return; }
  prefix=$(property "$jaas" encryption.prefix)
  salt=$(head -c 16 /dev/urandom | base64)
  hash=$({ base64 -d <<<"$salt"; printf '%s' "$1"; } | sha256sum | cut -c 1-64 | sed 's/../\\x&/g')
  hash=$(printf "$hash" | base64)
  printf '%s$sha256-generated$%s$%s%s' "${prefix%\$}" "${salt%%=*}" "${hash%%=*}" "$(property "$jaas" encryption.suffix)"
}
