# What needs the sources: build, test, measure.

help_build() { say "strowger build: builds the program into karaf-distribution/target/assembly, without tests."; }
help_test()  { say "strowger test: builds, then runs every test (unit, contract, laws, distribution); non-zero when one fails."; }
help_bench() { say "strowger bench sip|rating: measures and prints a table for docs/benchmarks.md."; }
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
