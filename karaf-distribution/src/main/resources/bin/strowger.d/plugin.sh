# The vendor's path: a project of his own, outside of our tree, that builds against the published contracts.

plugin_kinds='account-feature    settings that every account gets, and what they do
call-policy        refuses, changes or diverts calls
async-call-policy  the same, where the answer needs a file, a database or a web service
cdr-sink           receives every CDR
dnc-source         a do-not-call list
rest-resource      endpoints below /api/v1'

java_words='abstract|assert|boolean|break|byte|case|catch|char|class|const|continue|default|do|double|else|enum|extends|false|final|finally|float|for|goto|if|implements|import|instanceof|int|interface|long|native|new|null|package|private|protected|public|return|short|static|strictfp|super|switch|synchronized|this|throw|throws|transient|true|try|void|volatile|while'

help_new_plugin() {
  cat <<EOF
strowger new-plugin KIND NAME [--to DIR] [--group ID] [--with-contracts]
  Makes a Maven project with a working plugin, its README and its contract test; docs/PLUGINS.md goes on from there.

  NAME        lower case letters, digits, hyphens: acme
  --to DIR    the project's folder, which must not be there yet; default ./NAME-KIND
  --group ID  Maven group and Java package: com.acme; default com.example
  --with-contracts
              puts what it is built against into the project, for machines without this checkout

  Kinds:
$(sed 's/^/    /' <<<"$plugin_kinds")
EOF
}

do_new_plugin() {
  local kind=${1:-} name=${2:-} folder group=${plugin_group:-com.example} version parent reserved
  [ $# -eq 2 ] || { help_new_plugin >&2; die "new-plugin needs a kind and a name, such as: new-plugin dnc-source acme"; }
  cut -d' ' -f1 <<<"$plugin_kinds" | grep -qxF -e "$kind" || { help_new_plugin >&2; die "there is no kind '$kind'."; }
  [[ $name =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]] && [ ${#name} -le 32 ] || die "NAME '$name': lower case letters, digits and single hyphens, a letter first, at most 32, such as acme."
  [[ $group =~ ^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$ ]] || die "--group $group: a Java package, such as com.acme."
  reserved=$(tr . '\n' <<<"$group.${name//-/}" | grep -xm1 -E "$java_words") && die "'$reserved' is a word of Java and can't be a package: take another name or --group."
  folder=${plugin_to:-$name-$kind}
  [ ! -e "$folder" ] && [ ! -L "$folder" ] || die "$folder is there already and is left as it is: name another folder with --to DIR."
  folder=$(realpath -m -- "$folder") parent=$(dirname "$folder")
  case $folder/ in "$checkout"/*) die "$folder lies in the checkout of Strowger; a plugin is a project of its own: name another folder with --to DIR." ;; esac
  mkdir -p "$parent" && [ -w "$parent" ] || die "nothing can be written into $parent."
  find_jdk
  version=$(contracts_version)
  publish_contracts "$version"
  generate "$kind" "$name" "$group" "$version" "$folder"
  say "  $folder: ${name}-$kind 1.0.0, a plugin of the kind $kind"
  say "  Build it:   cd $(printf %q "$folder") && ./mvnw verify"
  say "  Run it:     cp $(printf %q "$folder/target/$name-$kind-1.0.0.jar") $home/deploy/"
  say "  Go on:      $folder/README.md, $checkout/docs/PLUGINS.md"
}

# generate KIND NAME GROUP VERSION FOLDER: somewhere else first, so that there is a whole project or none, also for whoever interrupts it.
generate() {
  local kind=$1 name=$2 group=$3 version=$4 folder=$5 said
  work= # Global: a trap does not see what is local.
  trap '[ -z "$work" ] || rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  work=$(mktemp -d "$(dirname "$folder")/.new-plugin.XXXXXX") || die "nothing can be written into $(dirname "$folder")."
  # Its life is short: compiling its code thoroughly would take longer than it runs.
  if ! said=$(cd "$work" && MAVEN_OPTS="${MAVEN_OPTS:-} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC" maven_in "$work" -q \
      org.apache.maven.plugins:maven-archetype-plugin:"$(pom_property archetype.version)":generate -DinteractiveMode=false -DarchetypeCatalog=local \
      -DarchetypeGroupId=org.strowger -DarchetypeArtifactId=plugin-archetype -DarchetypeVersion="$version" -DstrowgerVersion="$version" \
      -DgroupId="$group" -DartifactId="$name-$kind" -Dversion=1.0.0 -Dpackage="$group.${name//-/}" -Dkind="$kind" -Dname="$name" -DoutputDirectory="$work" 2>&1) ||
      [ ! -f "$work/$name-$kind/pom.xml" ]; then
    printf '%s\n' "$said" >&2
    die "the project could not be made; Maven's words stand above."
  fi
  [ "${plugin_contracts:-no}" = no ] || with_contracts "$version" "$work/$name-$kind" || die "the contracts could not be put into the project; why stands above."
  cp -r "$checkout/mvnw" "$checkout/mvnw.cmd" "$checkout/.mvn" "$work/$name-$kind/" && printf 'target/\n' >"$work/$name-$kind/.gitignore" && mv -nT "$work/$name-$kind" "$folder" &&
    [ ! -e "$work/$name-$kind" ] || die "the project could not be put into $folder; why stands above."
}

# Maven in another folder than the checkout, with the checkout's wrapper.
maven_in() {
  local folder=$1 mvn=${STROWGER_MVN:-$checkout/mvnw}; shift
  (cd "$folder" && "$mvn" -B "$@" </dev/null)
}

pom_property() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" "$checkout/pom.xml" | head -1; }
contracts_version() { sed -n 's|^  <version>\(.*\)</version>.*|\1|p' "$checkout/pom.xml" | head -1; }

# What a plugin is built against, one a line: ARTIFACT FOLDER.
contracts() {
  local pom
  for pom in "$checkout"/bundles/kernel/pom.xml "$checkout"/bundles/api/*/pom.xml "$checkout"/itests/testkit-plugin/pom.xml "$checkout"/itests/samples/archetype/pom.xml; do
    printf '%s %s\n' "$(sed -n 's|^  <artifactId>\(.*\)</artifactId>.*|\1|p' "$pom")" "${pom%/pom.xml}"
  done
}

# Where Maven puts things. Its settings come with an example in a comment, and may name the user's folder and the environment.
local_repository() {
  local settings=$HOME/.m2/settings.xml told variable
  if [[ " ${MAVEN_ARGS:-} ${MAVEN_OPTS:-}" =~ \ -Dmaven\.repo\.local=([^ ]+) ]]; then printf '%s' "${BASH_REMATCH[1]}"; return; fi
  told=$(sed -zE 's/<!--([^-]|-[^-]|--+[^->])*--+>//g' "$settings" 2>/dev/null | tr -d '\n' | sed -n 's|.*<localRepository>[[:space:]]*\([^<]*[^<[:space:]]\)[[:space:]]*</localRepository>.*|\1|p')
  told=${told//'${user.home}'/$HOME}
  while [[ $told =~ \$\{env\.([A-Za-z_][A-Za-z0-9_]*)\} ]]; do
    variable=${BASH_REMATCH[1]}
    told=${told//"${BASH_REMATCH[0]}"/"${!variable:-}"}
  done
  printf '%s' "${told:-$HOME/.m2/repository}"
}

# are_published VERSION: exit 0 if every contract in the local repository is the one that this checkout made of its sources as they are now. Another checkout publishes there, too.
are_published() {
  local repository artifact folder made there
  repository=$(local_repository)
  for artifact in strowger bundles itests; do # the parents: versions stand there
    folder=$checkout/${artifact#strowger}
    cmp -s "$folder/pom.xml" "$repository/org/strowger/$artifact/$1/$artifact-$1.pom" || return 1
  done
  while read -r artifact folder; do
    made=$folder/target/$artifact-$1.jar there=$repository/org/strowger/$artifact/$1/$artifact-$1
    [ -f "$made" ] && [ -z "$(find "$folder/src/main" -type f -newer "$made" -print -quit)" ] && cmp -s "$made" "$there.jar" && cmp -s "$folder/pom.xml" "$there.pom" || return 1
    has_no_sources "$artifact" || cmp -s "${made%.jar}-sources.jar" "$there-sources.jar" || return 1
  done < <(contracts)
}

# The archetype is nothing that anybody programs with.
has_no_sources() { [ "${1%archetype}" != "$1" ]; }

# with_contracts VERSION PROJECT: in the project, as a Maven repository of files that goes wherever the project goes.
with_contracts() {
  local artifact there repository
  repository=$(local_repository)
  for artifact in strowger bundles itests $(contracts | cut -d' ' -f1 | grep -v archetype); do
    there=org/strowger/$artifact/$1/$artifact-$1
    mkdir -p "$2/contracts/${there%/*}" && cp "$repository/$there.pom" "$2/contracts/$there.pom" || return 1
    case $artifact in strowger|bundles|itests) ;; *) cp "$repository/$there.jar" "$repository/$there-sources.jar" "$2/contracts/${there%/*}/" || return 1 ;; esac
  done
  sed -i 's|^  <build>|  <!-- The contracts and the test kit, handed on with the project. -->\
  <repositories>\
    <repository>\
      <id>contracts</id><url>${project.baseUri}contracts</url>\
      <releases><checksumPolicy>ignore</checksumPolicy></releases>\
      <snapshots><checksumPolicy>ignore</checksumPolicy></snapshots>\
    </repository>\
  </repositories>\
\
  <build>|' "$2/pom.xml" && grep -q '<id>contracts</id>' "$2/pom.xml"
}

# Every build puts them there; this is for a checkout that was never built, or was changed since.
publish_contracts() {
  are_published "$1" && return
  # The test that runs us holds the lock of the checkout, and has just built it.
  [ -z "${STROWGER_TESTING:-}" ] || die "a test runs, and what it built is not in the local repository: does another checkout build at the same time?"
  say "Publishing the contracts to the local Maven repository"
  (
    lock_checkout
    are_published "$1" && exit 0
    mkdir -p "$checkout/target"
    maven -DskipTests -pl "$(contracts | sed "s|.* $checkout/||" | paste -sd,)" -am package 2>&1 | tee "$checkout/target/contracts.log" | progress | sed -u 's/^/  /'
    if [ "${PIPESTATUS[0]}" -ne 0 ]; then
      grep -m 20 '^\[ERROR\]' "$checkout/target/contracts.log" >&2
      exit 1
    fi
  ) 7<"$checkout/pom.xml" || die "the contracts could not be built; all that Maven said is in target/contracts.log."
}
