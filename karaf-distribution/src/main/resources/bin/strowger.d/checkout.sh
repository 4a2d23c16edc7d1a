# What needs the sources: build, test, measure.

help_build() { say "strowger build: builds the program into karaf-distribution/target/assembly, without tests."; }
help_test()  { say "strowger test: builds, then runs every test (unit, contract, laws, distribution); non-zero when one fails."; }
help_bench() { say "strowger bench sip|rating|start|dncl|guard: measures and prints a table for docs/benchmarks.md."; }
help_soak()  { say "strowger soak: every test scenario at full size, one table of limits and figures."; }

# The wrapper, unless a fitting Maven is there already: then nothing need be downloaded.
maven() {
  local mvn="$checkout/mvnw"
  if [ -n "${STROWGER_MVN:-}" ]; then mvn=$STROWGER_MVN; fi
  (cd "$checkout" && "$mvn" -B "$@" </dev/null)
}

# What the program is made of: one line a file, with size and time, so that a file that was deleted counts as well as one that was edited.
sources() {
  (cd "$checkout" && find pom.xml bnd.bnd strowger LICENSE NOTICE bundles features karaf-distribution \
    \( -name target -o -path '*/src/test' \) -prune -o -type f -printf '%s %T@ %p\n' | LC_ALL=C sort)
}
built() { printf '%s' "$checkout/karaf-distribution/target/built"; }

# The archive is the last that Maven makes of the program: an older one belongs to an earlier build, and this one did not come to its end.
is_whole() {
  local archive first=$checkout/karaf-distribution/target/assembly/etc/startup.properties
  [ -f "$first" ] || return 1
  for archive in "$checkout"/karaf-distribution/target/karaf-distribution-*.tar.gz; do [ "$archive" -nt "$first" ] && return 0; done
  return 1
}
is_built() { is_whole && [ "$(sources)" = "$(cat "$(built)" 2>/dev/null)" ]; }

build_if_needed() {
  if [ ! -d "$checkout/karaf-distribution/target/assembly" ]; then
    say "Building (the first time Maven also downloads, which takes minutes)"
  elif is_built; then
    return 0
  else
    say "Building (the sources are not those that the program was built of)"
  fi
  do_build if-needed
}

# One at a time: two of them in one checkout delete one another's files. Descriptor 7 is the root's pom.xml.
lock_checkout() { flock -n 7 || { say "  waiting for another build or test in this checkout to end"; flock 7; }; }

# Sets: java, of a JDK.
find_jdk() {
  find_java
  [ -x "$(dirname "$(readlink -f "$java")")/javac" ] || die "building needs a JDK 17; $java belongs to a runtime only (Debian: openjdk-17-jdk-headless)."
}

do_build() {
  find_jdk
  (
    lock_checkout
    if [ "${1:-}" != if-needed ] || ! is_built; then build; fi
  ) 7<"$checkout/pom.xml" || exit 1
}

build() {
  local begin=$SECONDS log=$checkout/target/build.log made
  mkdir -p "$checkout/target"
  made=$(sources)
  forget_deleted "$made"
  maven -DskipTests -pl karaf-distribution -am package 2>&1 | tee "$log" | progress | sed -u 's/^/  /'
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    grep -m 20 '^\[ERROR\]' "$log" >&2
    die "the build failed; all that Maven said is in target/build.log."
  fi
  printf '%s\n' "$made" >"$(built)"
  say "  built in $((SECONDS - begin)) s"
}

# forget_deleted SOURCES: what was made of a source that is gone is gone, too; Maven would go on packing it.
forget_deleted() {
  local last name module
  last=$(built)
  [ ! -f "$last" ] || mv "$last" "$last.last"
  [ -f "$last.last" ] || return 0
  comm -23 <(cut -d' ' -f3- "$last.last" | LC_ALL=C sort) <(printf '%s\n' "$1" | cut -d' ' -f3- | LC_ALL=C sort) | while IFS= read -r name; do
    module=$name
    while [[ $module == */* ]]; do
      module=${module%/*}
      if [ -f "$checkout/$module/pom.xml" ]; then rm -rf "$checkout/$module/target/classes"; break; fi
    done
  done
}

# Three modules at a time: most of a test is waiting.
do_test() {
  find_jdk
  local begin=$SECONDS log=$checkout/target/test.log status made now=$EPOCHSECONDS first second
  mkdir -p "$checkout/target"
  exec 7<"$checkout/pom.xml"
  lock_checkout
  find "$checkout" -path '*/target/surefire-reports/*.xml' -delete 2>/dev/null
  export STROWGER_TESTING=yes
  say "Building bundles/kernel; the tests will build it again"
  first=$(built_anew bundles/kernel) || die "bundles/kernel does not build; strowger build says why."
  rm -rf "$checkout/bundles/kernel/target"
  say "Testing (everything Maven says is in target/test.log)"
  made=$(sources)
  forget_deleted "$made"
  maven -T 3 -fae verify "$@" 2>&1 | tee "$log" | progress
  status=${PIPESTATUS[0]}
  second=$(bundle_sums bundles/kernel)
  # Who told Maven what to build may have left it out.
  if [ $# -eq 0 ] || [ -n "$second" ]; then same_bytes "$first" "$second" || status=1; fi
  if is_whole && [ -n "$(find "$checkout/karaf-distribution/target/assembly/etc/startup.properties" -newermt "@$now")" ]; then printf '%s\n' "$made" >"$(built)"; fi
  tally "$((SECONDS - begin))" "$status" "$log"
}

# Of Maven's output: how far the downloads are, the modules, the test classes, what failed.
progress() {
  local line downloaded=0 downloading=0 last= module='^\[INFO\] Building (Strowger.*[^ ]) +[0-9][^ ]*( +(\[[0-9]+/[0-9]+\]))?' tests='^\[(INFO|ERROR|WARNING)\] (Tests run: .* -- in .*)' failed='^\[ERROR\] (.* <<< (FAILURE|ERROR)!)'
  while IFS= read -r line; do
    case $line in
      *'Downloaded from '*)
        downloaded=$((downloaded + 1))
        [ "$SECONDS" = "$last" ] || downloading=$((downloading + 1))
        last=$SECONDS
        [ $((downloaded % 100)) -ne 0 ] || say "  $downloaded files downloaded" ;;
      '[INFO] Building Strowger'*) if [[ $line =~ $module ]]; then say "${BASH_REMATCH[1]} ${BASH_REMATCH[3]:-}"; fi ;;
      *'Tests run: '*) if [[ $line =~ $tests ]]; then say "  ${BASH_REMATCH[2]}"; fi ;;
      *' <<< '*) if [[ $line =~ $failed ]]; then say "    ${BASH_REMATCH[1]}"; fi ;;
      '[ERROR] COMPILATION ERROR'*) say "  COMPILATION ERROR" ;;
    esac
  done
  [ "$downloaded" -eq 0 ] || say "  $downloaded files downloaded, in $downloading different seconds"
}

# What failed and why, a line each, from the reports.
failures() {
  find "$checkout" -path '*/target/surefire-reports/TEST-*.xml' -exec awk '
    function attribute(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    /<testcase / { class = attribute("classname"); sub(/.*\./, "", class); test = class "." attribute("name") }
    /<(failure|error)[ >]/ {
      why = attribute("message"); if (why == "") why = attribute("type")
      gsub(/&#10;|&#13;/, " ", why); gsub(/&quot;/, "\"", why); gsub(/&lt;/, "<", why); gsub(/&gt;/, ">", why); gsub(/&apos;/, "\047", why); gsub(/&amp;/, "\\&", why)
      print "  " test ": " substr(why, 1, 600)
    }' {} +
}

# The closing line, summed over all reports. Exits non-zero if a test or the build failed, or if there was no test at all.
tally() {
  local passed failed skipped
  read -r passed failed skipped < <(find "$checkout" -path '*/target/surefire-reports/TEST-*.xml' -exec grep -hm1 '<testsuite ' {} + |
    awk '{
      for (i = 1; i <= NF; i++) if (split($i, a, "\"") > 1) {
        if ($i ~ /^tests=/) tests += a[2]
        if ($i ~ /^(errors|failures)=/) failed += a[2]
        if ($i ~ /^skipped=/) skipped += a[2]
      }
    } END { print tests - failed - skipped, failed + 0, skipped + 0 }')
  say ""
  say "took $(($1 / 60)) min $(($1 % 60)) s"
  [ "$failed" -eq 0 ] || { say "Failed:"; failures | head -n 20; }
  say "$passed passed, $failed failed, $skipped skipped"
  if [ "$failed" -ne 0 ]; then exit 1; fi
  if [ "$2" -ne 0 ]; then grep -m 20 '^\[ERROR\]' "$3" >&2; die "the build failed; see target/test.log."; fi
  [ "$passed" -gt 0 ] || die "no test ran."
}

# A benchmark is an executable benchmarks/NAME; it prints its table.
do_bench() {
  local name=${1:-}
  [ -n "$name" ] && [ -x "$checkout/benchmarks/$name" ] ||
    die "which benchmark? There are: $(cd "$checkout/benchmarks" && find . -maxdepth 1 -type f -perm -u+x -printf '%P ')"
  shift
  find_java
  if [ "$name" = rating ] || [ "$name" = dncl ] || [ "$name" = guard ]; then # its classes; it needs no program
    find_jdk
    say "Building the benchmark" >&2
    (lock_checkout >&2; maven -q -DskipTests -pl benchmarks -am package 1>&2) 7<"$checkout/pom.xml" || die "the build failed."
  else
    build_if_needed
  fi
  export STROWGER=$checkout/strowger JAVA=$java
  exec "$checkout/benchmarks/$name" "$@"
}

# The same scenario classes as in "test", at full size.
do_soak() {
  find_jdk
  local begin=$SECONDS log=$checkout/target/soak.log status
  mkdir -p "$checkout/target"
  exec 7<"$checkout/pom.xml"
  lock_checkout
  find "$checkout" -path '*/target/surefire-reports/*.xml' -delete 2>/dev/null
  export STROWGER_TESTING=yes
  reproducible bundles || exit 1
  maven -fae verify -Dstrowger.size=full "$@" 2>&1 | tee "$log" | progress
  status=${PIPESTATUS[0]}
  grep -h '^| ' "$log" 2>/dev/null
  tally "$((SECONDS - begin))" "$status" "$log"
}

# Builds a bundle twice, or all there are (what has the module "bundles" as its parent), and compares the bytes.
reproducible() {
  local first
  say "Building $1 twice"
  first=$(built_anew "$1")
  same_bytes "$first" "$(built_anew "$1")"
}

# built_anew BUNDLE|bundles: builds from nothing and prints the sums.
built_anew() {
  local all=
  [ "$1" != bundles ] || all=-amd
  maven -q -DskipTests -pl "$1" $all clean package >/dev/null && bundle_sums "$1"
}

# same_bytes SUMS SUMS: of two builds of the same sources.
same_bytes() {
  if [ -z "$1" ] || [ "$1" != "$2" ]; then
    warn "two builds of the same sources differ:"
    diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2
    return 1
  fi
  say "  two builds of the same sources: $(printf '%s\n' "$1" | wc -l) of the jars are the same, byte for byte"
}
bundle_sums() { (cd "$checkout" && find "$1" -path '*/target/*.jar' -not -path '*/embed/*' -not -path '*/classes/*' -exec sha256sum {} + | LC_ALL=C sort -k2); }
