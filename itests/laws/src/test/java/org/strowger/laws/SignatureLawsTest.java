package org.strowger.laws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A contract that changes without its version is found, named with package and member, and not written over; the version it needs is bnd's. */
class SignatureLawsTest {

  private static final String SPI = "@org.osgi.annotation.versioning.ConsumerType public interface Spi { boolean decide(String number); String NAME = \"spi\"; java.util.List<String> all(java.util.Set<Long> of); }";
  private static final String API = "@org.osgi.annotation.versioning.ProviderType public interface Api extends Comparable<String> { void call(String number); }";
  private static final String WORD = "public record Word(String text, java.util.Map<String, Integer> more) {}";

  @TempDir Path root;
  private int houses;

  private House house(String version, String spi, String api, String word) throws Exception {
    Path folder = root.resolve("house" + houses++);
    var bad = new BadHouse(folder);
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"" + version + "\"")
        .source("api/a", "org/strowger/a/api/Spi.java", "package org.strowger.a.api; " + spi)
        .source("api/a", "org/strowger/a/api/Api.java", "package org.strowger.a.api; " + api)
        .source("api/a", "org/strowger/a/api/Word.java", "package org.strowger.a.api; " + word);
    House built = bad.build();
    Path committed = root.resolve("house0/itests/laws/contracts");
    if (Files.isDirectory(committed) && !folder.endsWith("house0")) {
      Path mine = Files.createDirectories(folder.resolve("itests/laws/contracts"));
      Files.copy(committed.resolve("org.strowger.a.api.txt"), mine.resolve("org.strowger.a.api.txt"));
    }
    return built;
  }

  /** As it was committed: 1.0.0. */
  private House committed() throws Exception {
    House house = house("1.0.0", SPI, API, WORD);
    assertThat(SignatureLaws.signatures(house)).singleElement().asString().contains("api/a", "nobody has committed what org.strowger.a.api shows", "-Dtest=WriteSignatures");
    assertThat(SignatureLaws.write(house)).isEmpty();
    assertThat(SignatureLaws.signatures(house)).isEmpty();
    return house;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      // Plugins implement it: one more method, and every one of them is broken.
      "{ boolean decide(String number);        | { boolean more(); boolean decide(String number);         | 2.0.0 | Spi.more() is new",
      "{ boolean decide(String number);        | { default boolean more() { return true; } boolean decide(String number); | 1.1.0 | Spi.more() is new",
      "boolean decide(String number)           | String decide(String number)                             | 2.0.0 | Spi.decide(java.lang.String) return boolean is gone",
      // Its bytes are the same; a plugin gets another class than it takes.
      "Set<Long> of                            | Set<Integer> of                                          | 2.0.0 | Spi.all(java.util.Set) generic signature (Ljava/util/Set<Ljava/lang/Long;>;)Ljava/util/List<Ljava/lang/String;>; is gone",
      "List<String> all                        | List<Long> all                                           | 2.0.0 | Spi.all(java.util.Set) generic signature",
      "Map<String, Integer> more               | Map<String, Long> more                                   | 2.0.0 | Word.more() generic signature",
      "Comparable<String>                      | Comparable<Integer>                                      | 2.0.0 | Api generic signature",
      // We implement it: nobody is broken by what is new.
      "{ void call(String number); }           | { void call(String number); void end(); }                | 1.1.0 | Api.end() is new",
      "NAME = \"spi\"                          | NAME = \"other\"                                         | 1.0.1 | Spi.NAME constant spi is gone"})
  void aChangeWithoutAVersionIsNamedWithTheVersionItNeeds(String text, String other, String needed, String said) throws Exception {
    committed();

    House changed = house("1.0.0", SPI.replace(text, other), API.replace(text, other), WORD.replace(text, other));
    assertThat(SignatureLaws.signatures(changed)).singleElement().asString()
        .contains("api/a: org.strowger.a.api has changed and is 1.0.0 as before", said, "Set @Version(\"" + needed + "\") in its package-info.java", "-Dtest=WriteSignatures");
    String before = Files.readString(changed.root().resolve("itests/laws/contracts/org.strowger.a.api.txt"));
    assertThat(SignatureLaws.write(changed)).as("writing does not make it good").isEqualTo(SignatureLaws.signatures(changed)).hasSize(1);
    assertThat(changed.root().resolve("itests/laws/contracts/org.strowger.a.api.txt")).hasContent(before);

    Path manifest = changed.root().resolve("bundles/api/a/target/classes/META-INF/MANIFEST.MF");
    Files.writeString(manifest, Files.readString(manifest).replace("1.0.0", needed));
    House versioned = House.at(changed.root());
    assertThat(SignatureLaws.signatures(versioned)).singleElement().asString().contains("is " + needed + " now", "still says 1.0.0");
    assertThat(SignatureLaws.write(versioned)).isEmpty();
    assertThat(SignatureLaws.signatures(versioned)).isEmpty();
  }

  @Test
  void aSmallerVersionThanItNeedsIsNotEnough() throws Exception {
    committed();

    House changed = house("1.1.0", SPI.replace("{ boolean decide", "{ boolean more(); boolean decide"), API, WORD);
    assertThat(SignatureLaws.signatures(changed)).singleElement().asString().contains("Set @Version(\"2.0.0\")", "major: plugins");
  }

  @Test
  void whatNobodySeesMayChange() throws Exception {
    committed();

    House changed = house("1.0.0", SPI, API, "public record Word(String text, java.util.Map<String, Integer> more) { private java.util.List<String> parts() { return null; } private int length() { return 1; } @Override public String toString() { return text; } }");
    assertThat(SignatureLaws.signatures(changed)).isEmpty();
  }

  @Test
  void aPackageThatIsGoneIsMissed() throws Exception {
    House house = committed();
    Files.copy(house.root().resolve("itests/laws/contracts/org.strowger.a.api.txt"), house.root().resolve("itests/laws/contracts/org.strowger.old.txt"));

    assertThat(SignatureLaws.signatures(house)).isEqualTo(List.of(
        "org.strowger.old is shown by no contract any more: plugins that import it do not resolve. Bring it back, or delete itests/laws/contracts/org.strowger.old.txt if no plugin can have it"));
  }
}
