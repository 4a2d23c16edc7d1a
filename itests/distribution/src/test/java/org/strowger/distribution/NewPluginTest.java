package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code strowger new-plugin} refuses, and how it knows that the contracts are published. What it makes is built and deployed by the scenarios. */
class NewPluginTest {

  private static final Program PROGRAM = Program.unpack("program");

  @TempDir Path folder;

  @Test
  void anUnpackedDistributionSaysWhatIsNeeded() {
    Outcome refused = Outcome.of(Map.of(), 30, PROGRAM.folder().resolve("bin/strowger").toString(), "new-plugin", "dnc-source", "acme", "--to", folder.resolve("made").toString());

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("'new-plugin' needs the sources", "checkout of Strowger and a JDK 17", "local Maven repository");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theHelpNamesEveryKindTheArchetypeHas() throws IOException {
    String help = bash("help_new_plugin").output();
    List<String> kinds;
    try (Stream<Path> templates = Files.list(Path.of("../samples/archetype/src/main/resources/archetype-resources"))) {
      kinds = templates.filter(Files::isDirectory).map(kind -> kind.getFileName().toString()).sorted().toList();
    }

    assertThat(kinds).isNotEmpty();
    assertThat(help.lines().dropWhile(line -> !line.contains("Kinds:")).skip(1).map(line -> line.strip().split(" ")[0]).sorted()).isEqualTo(kinds);
    assertThat(help).contains("--to DIR", "--group ID", "docs/PLUGINS.md");
  }

  @ParameterizedTest
  @CsvSource({
      "dnc-source, 'new-plugin needs a kind and a name'", "dnc-sauce acme, there is no kind 'dnc-sauce'", "dnc acme, there is no kind 'dnc'", "dnc.source acme, there is no kind 'dnc.source'",  "dnc-source Acme, NAME 'Acme'",
      "dnc-source acme-, NAME 'acme-'", "dnc-source ../acme, NAME '../acme'", "dnc-source switch, '''switch'' is a word of Java'", "dnc-source acme more, 'new-plugin needs a kind and a name'"})
  void whatCannotBeMadeIsNamed(String arguments, String said) {
    Outcome refused = newPlugin(arguments);

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains(said).doesNotContain("generated");
  }

  @ParameterizedTest
  @CsvSource({"--group Com.Acme, a Java package", "--group com..acme, a Java package", "--to checkout/acme, a plugin is a project of its own", "--to there, is there already and is left as it is",
      "--to, --to needs a value", "--sip acme, there is no option '--sip'"})
  void optionsThatDoNotFitAreNamed(String option, String said) {
    Outcome refused = newPlugin("dnc-source acme " + option);

    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains(said).doesNotContain("generated");
    assertThat(folder.resolve("there/precious")).exists();
  }

  @Test
  void theProjectIsMadeWhereItIsWanted() {
    assertThat(newPlugin("dnc-source acme").output()).contains("generated dnc-source acme com.example 1-SNAPSHOT " + folder.resolve("acme-dnc-source"));
    assertThat(newPlugin("cdr-sink acme-two --to new/place --group com.acme").output())
        .contains("generated cdr-sink acme-two com.acme 1-SNAPSHOT " + folder.resolve("new/place"), "deploy/");
  }

  @Test
  void contractsAreBuiltWhenWhatIsPublishedIsNotWhatTheSourcesAre() {
    String said = bash("""
        cd "$FOLDER"; checkout=$FOLDER/checkout MAVEN_ARGS="-o -Dmaven.repo.local=$FOLDER/repository -ntp"
        ask() { are_published 1 && echo "$1: published" || echo "$1: to be built"; }
        publish() { mkdir -p repository/org/strowger/$1/1; cp $2/target/$1-1*.jar repository/org/strowger/$1/1/; cp $2/pom.xml repository/org/strowger/$1/1/$1-1.pom; }
        mkdir -p checkout/bundles checkout/itests
        for parent in strowger bundles itests; do
          mkdir -p repository/org/strowger/$parent/1
          echo "<project>$parent</project>" | tee checkout/${parent#strowger}/pom.xml >repository/org/strowger/$parent/1/$parent-1.pom
        done
        for module in bundles/kernel bundles/api/a itests/testkit-plugin itests/samples/archetype; do
          mkdir -p checkout/$module/src/main checkout/$module/target; touch checkout/$module/src/main/A.java
          printf '<project>\\n  <parent>\\n    <artifactId>up</artifactId>\\n  </parent>\\n  <artifactId>%s</artifactId>\\n' "${module##*/}" >checkout/$module/pom.xml
          echo "$module" >checkout/$module/target/${module##*/}-1.jar
          [ "${module##*/}" = archetype ] || echo "$module's" >checkout/$module/target/${module##*/}-1-sources.jar; touch -d '+2 seconds' checkout/$module/target/*.jar
        done
        ask built
        publish kernel checkout/bundles/kernel; publish testkit-plugin checkout/itests/testkit-plugin; publish archetype checkout/itests/samples/archetype
        ask half
        publish a checkout/bundles/api/a; ask whole
        touch -d '+4 seconds' checkout/bundles/api/a/src/main/A.java; ask changed
        touch -d '+6 seconds' checkout/bundles/api/a/target/a-1.jar; ask again
        echo other >repository/org/strowger/a/1/a-1.jar; ask another
        publish a checkout/bundles/api/a; ask back
        rm repository/org/strowger/a/1/a-1-sources.jar; ask sources; publish a checkout/bundles/api/a
        echo other >>checkout/bundles/pom.xml; ask parent
        cp checkout/bundles/pom.xml repository/org/strowger/bundles/1/bundles-1.pom; echo other >>checkout/bundles/kernel/pom.xml; ask depends
        """).output();

    assertThat(said.lines()).containsExactly("built: to be built", "half: to be built", "whole: published", "changed: to be built", "again: published", "another: to be built", "back: published", "sources: to be built",
        "parent: to be built", "depends: to be built");
  }

  @Test
  void inATestNobodyWaitsForTheCheckoutThatTheTestHolds() {
    Outcome refused = bash("STROWGER_TESTING=yes checkout=$FOLDER; are_published() { false; }; maven() { echo built; }; publish_contracts 1");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("what it built is not in the local repository").doesNotContain("Publishing");
  }

  @Test
  void theLocalRepositoryIsMavensOwn() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve(".m2")).resolve("settings.xml"), "<settings>\n  <localRepository>/srv/maven</localRepository>\n</settings>\n");

    assertThat(bash("HOME=$FOLDER; unset MAVEN_ARGS MAVEN_OPTS; local_repository").output()).isEqualTo("/srv/maven");
    assertThat(bash("HOME=$FOLDER/none; unset MAVEN_ARGS MAVEN_OPTS; local_repository").output()).isEqualTo(folder.resolve("none/.m2/repository").toString());
    assertThat(bash("HOME=$FOLDER; MAVEN_ARGS='-o -Dmaven.repo.local=/srv/other -q'; local_repository").output()).isEqualTo("/srv/other");
  }

  /** As Maven installs its settings, with an example that is a comment. */
  @Test
  void settingsHaveCommentsAndNames() throws IOException {
    Path settings = Files.createDirectories(folder.resolve(".m2")).resolve("settings.xml");
    String template = "<settings>\n  <!-- localRepository -- the path.\n   | Default: ${user.home}/.m2/repository\n  <localRepository>/path/to/local/repo</localRepository>\n  -->\n%s</settings>\n";
    String ask = "HOME=$FOLDER; export CACHE=/srv/cache; unset MAVEN_ARGS MAVEN_OPTS; local_repository";

    Files.writeString(settings, template.formatted(""));
    assertThat(bash(ask).output()).isEqualTo(folder.resolve(".m2/repository").toString());
    Files.writeString(settings, template.formatted("<localRepository>\n    ${user.home}/maven\n  </localRepository><!-- mine -->\n"));
    assertThat(bash(ask).output()).isEqualTo(folder.resolve("maven").toString());
    Files.writeString(settings, template.formatted("<localRepository>${env.CACHE}/maven${env.NOT_SET_ANYWHERE}</localRepository>"));
    assertThat(bash(ask).output()).isEqualTo("/srv/cache/maven");
  }

  @Test
  void aRuntimeWithoutACompilerIsToldBeforeMavenRuns() {
    Outcome refused = bash("cd \"$FOLDER\"; find_java() { java=$FOLDER/java; }; checkout=$FOLDER/checkout; command=new-plugin; plugin_to=$FOLDER/made; do_new_plugin dnc-source acme");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("needs a JDK 17");
  }

  private static final String GENERATE = """
      checkout=$FOLDER/checkout; mkdir -p "$checkout/.mvn"; touch "$checkout/mvnw" "$checkout/mvnw.cmd" "$checkout/pom.xml"
      maven_in() { mkdir "$1/acme-dnc-source" && touch "$1/acme-dnc-source/pom.xml"; }
      """;

  @Test
  void aProjectThatCannotBePutInItsPlaceIsNoSuccess() {
    assertThat(bash(GENERATE + "generate dnc-source acme com.acme 1 \"$FOLDER/made\"").status()).isZero();
    assertThat(folder.resolve("made/mvnw.cmd")).exists();

    Outcome noWrapper = bash(GENERATE + "rm \"$checkout/mvnw.cmd\"; generate dnc-source acme com.acme 1 \"$FOLDER/other\"; echo done");
    assertThat(noWrapper.status()).isEqualTo(1);
    assertThat(noWrapper.output()).contains("mvnw.cmd", "the project could not be put into").doesNotContain("done");
    assertThat(folder.resolve("other")).doesNotExist();

    Outcome taken = bash(GENERATE + "mkdir \"$FOLDER/taken\"; touch \"$FOLDER/taken/precious\"; generate dnc-source acme com.acme 1 \"$FOLDER/taken\"; echo done");
    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.output()).contains("the project could not be put into").doesNotContain("done");
    assertThat(folder.resolve("taken/precious")).exists();
    assertThat(leftOvers()).isEmpty();
  }

  /** For whoever has neither the checkout nor its local repository. */
  @Test
  void aProjectMayHoldWhatItIsBuiltAgainst() throws IOException {
    String contracts = """
        export MAVEN_ARGS="-Dmaven.repo.local=$FOLDER/repository"
        contracts() { printf 'kernel k\\nplugin-archetype a\\n'; }
        for artifact in strowger bundles itests kernel; do
          mkdir -p "$FOLDER/repository/org/strowger/$artifact/1"; echo pom >"$FOLDER/repository/org/strowger/$artifact/1/$artifact-1.pom"
        done
        maven_in() { mkdir "$1/acme-dnc-source" && printf '<project>\\n  <build>\\n' >"$1/acme-dnc-source/pom.xml"; }
        plugin_contracts=yes
        """;
    Outcome refused = bash(GENERATE + contracts + "generate dnc-source acme com.acme 1 \"$FOLDER/other\"");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("kernel-1.jar", "the contracts could not be put into the project");
    assertThat(folder.resolve("other")).doesNotExist();

    Outcome made = bash(GENERATE + contracts + "for one in kernel-1 kernel-1-sources; do echo jar >\"$FOLDER/repository/org/strowger/kernel/1/$one.jar\"; done; generate dnc-source acme com.acme 1 \"$FOLDER/made\"");
    assertThat(made.status()).as(made.output()).isZero();
    assertThat(folder.resolve("made/contracts/org/strowger/kernel/1/kernel-1.jar")).hasContent("jar");
    assertThat(folder.resolve("made/contracts/org/strowger/kernel/1/kernel-1-sources.jar")).as("what an IDE shows").hasContent("jar");
    assertThat(folder.resolve("made/contracts/org/strowger/bundles/1/bundles-1.pom")).hasContent("pom");
    assertThat(folder.resolve("made/contracts/org/strowger/plugin-archetype")).doesNotExist();
    assertThat(Files.readString(folder.resolve("made/pom.xml"))).contains("<url>${project.baseUri}contracts</url>", "  </repositories>\n\n  <build>");
    assertThat(newPlugin("dnc-source acme --with-contracts").output()).contains("generated dnc-source acme");
  }

  @Test
  void whoeverInterruptsItLeavesNothing() {
    // Not INT: where these tests run in the background of a shell, that one is ignored for good.
    Outcome interrupted = bash(GENERATE + "maven_in() { mkdir \"$1/acme-dnc-source\"; kill -TERM $$; }; generate dnc-source acme com.acme 1 \"$FOLDER/made\"; echo done");

    assertThat(interrupted.status()).isEqualTo(143);
    assertThat(interrupted.output()).doesNotContain("done");
    assertThat(folder.resolve("made")).doesNotExist();
    assertThat(leftOvers()).isEmpty();
  }

  private List<Path> leftOvers() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".new-plugin")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The command with everything that takes Maven replaced. */
  private Outcome newPlugin(String arguments) {
    return bash("""
        cd "$FOLDER"; mkdir -p checkout there; touch there/precious; checkout=$FOLDER/checkout command=new-plugin home=$FOLDER/instance
        printf '<project>\\n  <version>1-SNAPSHOT</version>\\n' >checkout/pom.xml
        find_jdk() { :; }; publish_contracts() { :; }; generate() { echo "generated $*"; }
        parse_options ARGUMENTS
        do_new_plugin ${arguments[@]+"${arguments[@]}"}
        """.replace("ARGUMENTS", arguments));
  }

  private Outcome bash(String lines) {
    Path lib = PROGRAM.folder().resolve("bin/strowger.d");
    return Outcome.of(Map.of("LIB", lib.toString(), "FOLDER", folder.toString()), 30, "bash", "-uc", ". \"$LIB/common.sh\"; . \"$LIB/checkout.sh\"; . \"$LIB/plugin.sh\"\n" + lines);
  }
}
