# What needs the sources: build, test, measure.

help_build() { say "strowger build: builds the program into karaf-distribution/target/assembly, without tests."; }
help_test()  { say "strowger test: builds, then runs every test (unit, contract, laws, distribution); non-zero when one fails."; }
help_bench() { say "strowger bench sip|rating|start|dncl: measures and prints a table for docs/benchmarks.md."; }
help_soak()  { say "strowger soak: every test scenario at full size, one table of limits and figures."; }

# The wrapper, unless a fitting Maven is there already: then nothing need be downloaded.
maven() {
  local mvn="$checkout/mvnw"
  if [ -n "${STROWGER_MVN:-}" ]; then mvn=$STROWGER_MVN; fi
  (cd "$checkout" && "$mvn" -B -ntp "$@")
}

built_at() { printf "%s" "$program/etc/startup.properties"; }

build_if_needed() {
  if [ ! -e "$(built_at)" ]; then
    say "Building (the first time Maven also downloads, which takes minutes)"
  elif [ -n "$(cd "$checkout" && find pom.xml bnd.bnd strowger bundles features karaf-distribution \
      \( -name target -o -name test \) -prune -o -type f -newer "$(built_at)" -print -quit)" ]; then
    say "Building (sources are newer than the program)"
  else
    return 0
  fi
  do_build
}

do_build() {
  find_java
  [ -x "$(dirname "$(readlink -f "$java")")/javac" ] || die "building needs a JDK 17; $java belongs to a runtime only (Debian: openjdk-17-jdk-headless)."
  local begin=$SECONDS
  maven -q -DskipTests -pl karaf-distribution -am package 2>&1 | sed 's/^/  /'
  [ "${PIPESTATUS[0]}" -eq 0 ] || die "the build failed."
  say "  built in $((SECONDS - begin)) s"
}

do_test() {
  find_java
  local begin=$SECONDS log=$checkout/target/test.log status
  mkdir -p "$checkout/target"
  find "$checkout" -path '*/target/surefire-reports/*.xml' -delete 2>/dev/null
  reproducible bundles/kernel || exit 1
  say "Testing (everything Maven says is in target/test.log)"
  maven -fae verify "$@" 2>&1 | tee "$log" | test_progress
  status=${PIPESTATUS[0]}
  tally "$((SECONDS - begin))" "$status" "$log"
}

# Of Maven's output: the modules, the test classes, what failed.
test_progress() {
  sed -nu -e 's/^\[INFO\] Building \(Strowger.*\) 0.*/\1/p' \
    -e 's/^\[INFO\] \(Tests run: .* -- in .*\)/  \1/p' \
    -e 's/^\[\(ERROR\|WARNING\)\] \(Tests run: .* -- in .*\)/  \2/p' \
    -e 's/^\[ERROR\] \(.* <<< \(FAILURE\|ERROR\)!\)/    \1/p' \
    -e 's/^\[ERROR\] COMPILATION ERROR.*/  COMPILATION ERROR, see target\/test.log/p'
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
  if [ "$name" = rating ] || [ "$name" = dncl ]; then # its classes; it needs no program
    say "Building the benchmark" >&2
    maven -q -DskipTests -pl benchmarks -am package 1>&2 || die "the build failed."
  else
    build_if_needed
  fi
  export STROWGER=$checkout/strowger JAVA=$java
  exec "$checkout/benchmarks/$name" "$@"
}

# The same scenario classes as in "test", at full size.
do_soak() {
  find_java
  build_if_needed
  local begin=$SECONDS log=$checkout/target/soak.log status
  mkdir -p "$checkout/target"
  find "$checkout" -path '*/target/surefire-reports/*.xml' -delete 2>/dev/null
  reproducible bundles || exit 1
  maven -fae verify -Dstrowger.size=full "$@" 2>&1 | tee "$log" | test_progress
  status=${PIPESTATUS[0]}
  grep -h '^| ' "$log" 2>/dev/null
  tally "$((SECONDS - begin))" "$status" "$log"
}

# Builds a bundle twice, or all there are (what has the module "bundles" as its parent), and compares the bytes.
reproducible() {
  local first second all=
  [ "$1" != bundles ] || all=-amd
  say "Building $1 twice"
  maven -q -DskipTests -pl "$1" $all clean package >/dev/null && first=$(bundle_sums "$1")
  maven -q -DskipTests -pl "$1" $all clean package >/dev/null && second=$(bundle_sums "$1")
  if [ -z "$first" ] || [ "$first" != "$second" ]; then
    warn "two builds of the same sources differ:"
    diff <(printf '%s\n' "$first") <(printf '%s\n' "$second") >&2
    return 1
  fi
  say "  $(printf '%s\n' "$first" | wc -l) of its jars are the same, byte for byte"
}
bundle_sums() { (cd "$checkout" && find "$1" -path '*/target/*.jar' -not -path '*/embed/*' -not -path '*/classes/*' -exec sha256sum {} + | LC_ALL=C sort -k2); }
