package org.strowger.laws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every law finds the offence it is for, names the offender, and leaves the innocent alone. */
class LawsCanFailTest {

  @TempDir Path root;
  private BadHouse bad;

  @BeforeEach
  void emptyHouse() throws Exception {
    bad = new BadHouse(root);
  }

  @Test
  void anImportOfAnotherImplementation() throws Exception {
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"1.0.0\"")
        .bundle("core/b", "Import-Package: org.strowger.a.api;version=\"[1,2)\",org.strowger.c.internal,java.util");

    assertThat(PackageLaws.imports(bad.build())).singleElement().asString()
        .contains("core/b").contains("org.strowger.c.internal").doesNotContain("org.strowger.a.api");
  }

  @Test
  void anAnnotationOnARecordWhoseImportBndDidNotSee() throws Exception {
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"1.0.0\"")
        .source("api/a", "org/strowger/a/api/Rule.java", "package org.strowger.a.api; @java.lang.annotation.Target(java.lang.annotation.ElementType.RECORD_COMPONENT) "
            + "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface Rule {}")
        .bundle("core/b", "Import-Package: java.util")
        .source("core/b", "org/strowger/b/B.java", "package org.strowger.b; record B(@org.strowger.a.api.Rule String field) {}")
        .bundle("core/c", "Import-Package: org.strowger.a.api;version=\"[1,2)\"")
        .source("core/c", "org/strowger/c/C.java", "package org.strowger.c; record C(@org.strowger.a.api.Rule String field) {}");

    assertThat(PackageLaws.mentioned(bad.build())).singleElement().asString().contains("core/b").contains("org.strowger.a.api.Rule");
  }

  @Test
  void anExportOfAnImplementationAndAnExportWithoutVersion() throws Exception {
    bad.bundle("plugins/p", "Export-Package: org.strowger.p;version=\"1.0.0\";uses:=\"java.util,x.y\"")
        .bundle("api/a", "Export-Package: org.strowger.a.api")
        .bundle("api/b", "Export-Package: org.strowger.b.api;version=\"1.0.0\"");

    assertThat(PackageLaws.exports(bad.build())).hasSize(2)
        .anyMatch(offence -> offence.startsWith("plugins/p exports org.strowger.p:"))
        .anyMatch(offence -> offence.startsWith("api/a exports org.strowger.a.api without a version"));
  }

  @Test
  void anExportedInterfaceThatSaysNotWhoImplementsIt() throws Exception {
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"1.0.0\"")
        .source("api/a", "org/strowger/a/api/Bare.java", "package org.strowger.a.api; public interface Bare {}")
        .source("api/a", "org/strowger/a/api/Marked.java",
            "package org.strowger.a.api; @org.osgi.annotation.versioning.ProviderType public interface Marked {}")
        .source("api/a", "org/strowger/a/api/Closed.java", "package org.strowger.a.api; public sealed interface Closed permits One {}")
        .source("api/a", "org/strowger/a/api/One.java", "package org.strowger.a.api; public record One() implements Closed {}");

    assertThat(PackageLaws.providers(bad.build())).singleElement().asString().contains("org.strowger.a.api.Bare");
  }

  /** More of it in {@link SignatureLawsTest}. */
  @Test
  void aContractThatChangedAndKeptItsVersion() throws Exception {
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"1.0.0\"")
        .source("api/a", "org/strowger/a/api/Word.java", "package org.strowger.a.api; public record Word(String text) {}");
    SignatureLaws.write(bad.build());
    Path committed = root.resolve("itests/laws/contracts/org.strowger.a.api.txt");
    Files.writeString(committed, Files.readString(committed).replace("METHOD MINOR/MAJOR text()", "METHOD MINOR/MAJOR title()"));

    assertThat(SignatureLaws.signatures(House.at(root))).singleElement().asString()
        .contains("api/a: org.strowger.a.api has changed and is 1.0.0 as before", "Word.title() is gone", "@Version(\"2.0.0\")");
  }

  @Test
  void anSpiThatNobodyShowsHowToImplement() throws Exception {
    String consumer = "@org.osgi.annotation.versioning.ConsumerType public interface ";
    bad.bundle("api/a", "Export-Package: org.strowger.a.spi;version=\"1.0.0\"")
        .source("api/a", "org/strowger/a/spi/CallPolicy.java", "package org.strowger.a.spi; " + consumer + "CallPolicy {}")
        .source("api/a", "org/strowger/a/spi/MoneySource.java", "package org.strowger.a.spi; " + consumer + "MoneySource {}")
        .source("api/a", "org/strowger/a/spi/Given.java", "package org.strowger.a.spi; @org.osgi.annotation.versioning.ProviderType public interface Given {}");
    bad.source("api/a", "org/strowger/a/api/Taker.java", "package org.strowger.a.api; " + consumer + "Taker {}");
    Map.of("CONTRACTS/CallPolicyContract.java", "@Test", "TEMPLATES/call-policy/README.md", "./mvnw verify", "TEMPLATES/call-policy/src/test/java/T.java", "class T extends CallPolicyContract",
        "CONTRACTS/MoneySourceContract.java", "", "TEMPLATES/money-source/src/test/java/T.java", "class T").forEach((file, text) -> put(file, text));

    assertThat(SampleLaws.samples(bad.build())).satisfiesExactlyInAnyOrder(
        offence -> assertThat(offence).contains("api/a: plugins implement org.strowger.a.spi.MoneySource", "nothing in " + SampleLaws.CONTRACTS + "/MoneySourceContract.java says '@Test'"),
        offence -> assertThat(offence).contains("plugins implement org.strowger.a.spi.MoneySource", "no " + SampleLaws.TEMPLATES + "/money-source/README.md"),
        offence -> assertThat(offence).contains("plugins implement org.strowger.a.spi.MoneySource", "nothing in " + SampleLaws.TEMPLATES + "/money-source/src/test/java says 'extends MoneySourceContract'"),
        offence -> assertThat(offence).contains("plugins implement org.strowger.a.api.Taker", "no " + SampleLaws.CONTRACTS + "/TakerContract.java"),
        offence -> assertThat(offence).contains("plugins implement org.strowger.a.api.Taker", "no " + SampleLaws.TEMPLATES + "/taker/README.md"),
        offence -> assertThat(offence).contains("plugins implement org.strowger.a.api.Taker", "no " + SampleLaws.TEMPLATES + "/taker/src/test/java"));
  }

  private void put(String file, String text) {
    Path path = root.resolve(file.replace("CONTRACTS", SampleLaws.CONTRACTS).replace("TEMPLATES", SampleLaws.TEMPLATES));
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aContractThatMentionsALibrary() throws Exception {
    bad.bundle("api/a", "Export-Package: org.strowger.a.api;version=\"1.0.0\"")
        .source("api/a", "org/strowger/a/api/Leak.java",
            "package org.strowger.a.api; public record Leak(java.util.List<org.library.Session> sessions) {}")
        .bundle("libs/l")
        .source("libs/l", "org/strowger/l/Fine.java", "package org.strowger.l; public record Fine(org.library.Session session) {}");

    assertThat(PackageLaws.libraries(bad.build())).singleElement().asString().contains("org.strowger.a.api.Leak").contains("org.library.Session");
  }

  @Test
  void aRingOfPackages() throws Exception {
    bad.bundle("core/a")
        .source("core/a", "org/strowger/a/A.java", "package org.strowger.a; public class A { org.strowger.b.B b; }")
        .source("core/a", "org/strowger/b/B.java", "package org.strowger.b; public class B { org.strowger.c.C c() { return null; } }")
        .source("core/a", "org/strowger/c/C.java", "package org.strowger.c; public class C { Object a = org.strowger.a.A.class; }")
        .source("core/a", "org/strowger/d/D.java", "package org.strowger.d; public class D { org.strowger.a.A a; }");

    assertThat(PackageLaws.cycles(bad.build())).singleElement().asString()
        .contains("[org.strowger.a, org.strowger.b, org.strowger.c]");
  }

  @Test
  void aDoorThatKnowsAFeature() throws Exception {
    bad.bundle("plugins/dncl")
        .source("plugins/dncl", "org/strowger/dncl/S.java",
            "package org.strowger.dncl; @org.strowger.accounts.spi.AccountSettings(feature = \"dncl\") record S(String own) { static String id() { return \"dncl\"; } }")
        .bundle("edge/rest")
        .source("edge/rest", "org/strowger/rest/R.java", "package org.strowger.rest; class R { String f() { return \"features.dncl\"; } }");

    bad.bundle("core/calls")
        .source("core/calls", "org/strowger/calls/C.java", "package org.strowger.calls; class C { boolean f(java.util.Map<String, Boolean> settings) { return settings.get(\"own\"); } }")
        .source("core/calls", "org/strowger/calls/D.java", "package org.strowger.calls; class D { String f() { return \"known\"; } }");

    assertThat(WordLaws.features(bad.build())).hasSize(2)
        .anySatisfy(offence -> assertThat(offence).contains("edge/rest").contains("feature 'dncl'").contains("plugins/dncl"))
        .anySatisfy(offence -> assertThat(offence).contains("core/calls: org.strowger.calls.C").contains("setting 'own'").contains("plugins/dncl"));
  }

  @Test
  void theClockAndSleep() throws Exception {
    bad.bundle("core/a")
        .source("core/a", "org/strowger/a/A.java", """
            package org.strowger.a;
            class A {
              java.util.function.Supplier<java.time.Instant> clock = java.time.Instant::now;
              void nap() throws Exception { Thread.sleep(5); }
            }""")
        .bundle("kernel")
        .source("kernel", "org/strowger/kernel/T.java", "package org.strowger.kernel; class T { Object now() { return java.time.Instant.now(); } }");

    assertThat(WordLaws.time(bad.build())).hasSize(2)
        .anyMatch(offence -> offence.contains("calls java.time.Instant.now"))
        .anyMatch(offence -> offence.contains("org.strowger.a.A sleeps"));
  }

  @Test
  void floatingPointNearMoney() throws Exception {
    bad.bundle("core/rating")
        .source("core/rating", "org/strowger/rating/Bad.java",
            "package org.strowger.rating; class Bad { long cents(long price) { return (long) (price * 1.2); } }")
        .source("core/rating", "org/strowger/rating/Good.java", "package org.strowger.rating; class Good { long cents(long price) { return price * 12 / 10; } }")
        .source("core/rating", "org/strowger/rating/GoodMap.java", "package org.strowger.rating; class GoodMap { "
            + "Object map = new java.util.LinkedHashMap<String, String>(16, 0.75f, true) { protected boolean removeEldestEntry(java.util.Map.Entry<String, String> e) { return size() > 9; } }; }")
        .source("core/rating", "org/strowger/rating/BadFactor.java", "package org.strowger.rating; class BadFactor { long cents(long price) { return (long) (price * 0.75f); } }")
        .bundle("platform/sip")
        .source("platform/sip", "org/strowger/sip/Load.java", "package org.strowger.sip; class Load { double perSecond; }");
    for (String bundle : List.of("core/accounts", "core/calls", "edge/rest", "edge/soap")) {
      String name = bundle.substring(bundle.indexOf('/') + 1);
      bad.bundle(bundle).source(bundle, "org/strowger/" + name + "/Price.java", "package org.strowger." + name + "; class Price { double amount; }");
    }

    assertThat(WordLaws.money(bad.build())).hasSize(6).anyMatch(offence -> offence.contains("org.strowger.rating.Bad "))
        .anyMatch(offence -> offence.contains("org.strowger.rating.BadFactor"))
        .anyMatch(offence -> offence.startsWith("edge/soap: org.strowger.soap.Price")).noneMatch(offence -> offence.contains("Good") || offence.contains("Load"));
  }

  @Test
  void aContractOutsideTheBaseAndALibraryOutsideIt() throws Exception {
    bad.bundle("api/a").bundle("api/b").bundle("plugins/p")
        .feature("strowger-base", "mvn:org.strowger/a-api/${project.version}", "mvn:org.library/one/1.0")
        .feature("strowger-p", "mvn:org.strowger/p/${project.version}", "mvn:org.library/two/1.0");

    assertThat(FeatureLaws.base(bad.build())).hasSize(2)
        .anyMatch(offence -> offence.startsWith("api/b is not in the feature strowger-base"))
        .anyMatch(offence -> offence.contains("strowger-p brings the library mvn:org.library/two"));
  }

  @Test
  void aBundleThatIsInNoFeature() throws Exception {
    bad.bundle("core/a").bundle("core/b").feature("strowger-a", "mvn:org.strowger/a/${project.version}");

    bad.bundle("core/forgotten").feature("strowger-c", "mvn:org.strowger/forgotten/${project.version}");
    assertThat(FeatureLaws.complete(bad.build())).satisfiesExactlyInAnyOrder(offence -> assertThat(offence).startsWith("core/b is in no feature"),
        offence -> assertThat(offence).startsWith("core/forgotten is no dependency of features/pom.xml"));
  }

  @Test
  void aStaticReferenceToWhatMayBeReplaced() throws Exception {
    bad.bundle("core/rating")
        .write("core/rating", "target/classes/OSGI-INF/r.xml",
            component("<service><provide interface='org.strowger.RatingService'/></service>"))
        .bundle("platform/postgres")
        .write("platform/postgres", "target/classes/OSGI-INF/p.xml", component("<service><provide interface='org.strowger.Tx'/></service>"))
        .bundle("core/ledger", "Provide-Capability: osgi.service;objectClass:List<String>=\"org.strowger.FundsService,org.strowger.LedgerService\";effective:=active")
        .bundle("core/calls")
        .write("core/calls", "target/classes/OSGI-INF/hand.xml", component("<reference interface='org.strowger.LedgerService'/>"))
        .write("core/calls", "target/classes/OSGI-INF/still.xml", component("<reference interface='org.strowger.RatingService'/>"))
        .write("core/calls", "target/classes/OSGI-INF/reluctant.xml",
            component("<reference policy='dynamic' interface='org.strowger.RatingService'/>"))
        .write("core/calls", "target/classes/OSGI-INF/good.xml",
            component("<reference policy='dynamic' policy-option='greedy' interface='org.strowger.RatingService'/>"
                + "<reference interface='org.strowger.Tx'/>"));

    assertThat(ReferenceLaws.live(bad.build())).hasSize(3)
        .anyMatch(offence -> offence.contains("hand.xml") && offence.contains("org.strowger.LedgerService of core/ledger by a static reference"))
        .anyMatch(offence -> offence.contains("still.xml") && offence.contains("static"))
        .anyMatch(offence -> offence.contains("reluctant.xml"));
  }

  @Test
  void aComponentWhoseActivationWaitsForTheDatabase() throws Exception {
    String references = "<reference interface='org.strowger.persistence.api.Database'/>";
    bad.bundle("api/persistence").source("api/persistence", "org/strowger/persistence/api/Opening.java",
            "package org.strowger.persistence.api; public class Opening { public static Opening begin() { return null; } }")
        .bundle("core/a")
        .source("core/a", "org/strowger/a/Store.java", "package org.strowger.a; class Store {}")
        .source("core/a", "org/strowger/a/Start.java", "package org.strowger.a; class Start { Object opening = org.strowger.persistence.api.Opening.begin(); }")
        .write("core/a", "target/classes/OSGI-INF/store.xml", component("<implementation class='org.strowger.a.Store'/>" + references))
        .write("core/a", "target/classes/OSGI-INF/start.xml", component("<implementation class='org.strowger.a.Start'/>" + references));

    assertThat(ReferenceLaws.opened(bad.build())).singleElement().asString().startsWith("core/a: store.xml").contains("Opening.begin");
  }

  private static String component(String body) {
    return "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0'>" + body + "</scr:component>";
  }

  @Test
  void aReadmeWithAPartMissing() throws Exception {
    bad.bundle("core/a")
        .source("core/a", "org/strowger/a/A.java", "package org.strowger.a; class A {}")
        .write("core/a", "README.md", "# A\n## What it is\n## Services it offers\n## Services it needs\n## Settings and configuration\n");

    assertThat(PaperLaws.readme(bad.build())).singleElement().asString().contains("core/a").contains("## How it fails");
  }

  @Test
  void aKeyThatNobodyDocumented() throws Exception {
    bad.bundle("core/a")
        .write("core/a", "target/classes/OSGI-INF/metatype/m.xml",
            "<MetaData xmlns='http://www.osgi.org/xmlns/metatype/v1.4.0'><OCD id='o'><AD id='port'/><AD id='host'/></OCD></MetaData>")
        .write("core/a", "README.md", "## Settings and configuration\n`port`: where it listens; the host is not said as a key\n");

    assertThat(PaperLaws.keys(bad.build())).singleElement().asString().contains("core/a").contains("key host");
  }

  @Test
  void settingsThatNoOperatorFinds() throws Exception {
    bad.bundle("core/a")
        .write("core/a", "target/classes/OSGI-INF/metatype/m.xml", "<MetaData xmlns='http://www.osgi.org/xmlns/metatype/v1.4.0'><OCD id='o'/>"
            + "<Designate pid='org.strowger.a'/><Designate pid='org.strowger.b'/><Designate factoryPid='org.strowger.c'/><Designate factoryPid='org.strowger.d'/></MetaData>")
        .write("..", "docs/operating.md", "| `org.strowger.a.cfg` | `core/a` | at once |\n| `org.strowger.c-NAME.cfg` | `core/a` | at once |\nAlso `org.strowger.b.cfg`.\n");

    assertThat(PaperLaws.settings(bad.build())).satisfiesExactly(offence -> assertThat(offence).contains("core/a", "`org.strowger.b.cfg`"),
        offence -> assertThat(offence).contains("core/a", "`org.strowger.d-NAME.cfg`"));
  }

  @Test
  void aTestThatIsNeverCompiled() throws Exception {
    bad.bundle("core/a")
        .source("core/a", "org/strowger/a/A.java", "package org.strowger.a; class A {}")
        .write("core/a", "src/test/java/org/strowger/a/ATest.java", "package org.strowger.a; class ATest {}")
        .write("core/a", "src/main/test/java/org/strowger/a/LostTest.java", "package org.strowger.a; class LostTest {}");

    assertThat(PaperLaws.places(bad.build())).singleElement().asString().startsWith("core/a: src/main/test/java/org/strowger/a/LostTest.java is compiled by nobody");
  }

  @Test
  void aLongFile() throws Exception {
    bad.bundle("core/a")
        .source("core/a", "org/strowger/a/Long.java", "package org.strowger.a; class Long {}" + "\n".repeat(601))
        .source("core/a", "org/strowger/a/Short.java", "package org.strowger.a; class Short {}" + "\n".repeat(599));

    assertThat(PaperLaws.length(bad.build())).singleElement().asString().contains("Long.java has 601 lines");
  }

  @Test
  void aManifestWithADate() throws Exception {
    bad.bundle("core/a", "Bnd-LastModified: 1766275200000").bundle("core/b");

    assertThat(PaperLaws.reproducible(bad.build())).singleElement().asString().contains("core/a").contains("Bnd-LastModified");
  }

  @Test
  void everyLawHasAFixtureHere() {
    long fixtures = List.of(getClass().getDeclaredMethods()).stream().filter(method -> method.isAnnotationPresent(Test.class)).count();

    assertThat(fixtures - 1).as("one test for each law; add one with the law").isEqualTo(Laws.all().size());
  }
}
