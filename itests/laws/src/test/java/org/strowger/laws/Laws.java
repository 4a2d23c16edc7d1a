package org.strowger.laws;

import java.util.LinkedHashMap;
import java.util.Map;

/** All laws there are, by what they say. */
final class Laws {

  private Laws() {}

  static Map<String, Law> all() {
    var laws = new LinkedHashMap<String, Law>();
    laws.put("Rule 1: imports come from the kernel, contracts and libraries only", PackageLaws::imports);
    laws.put("Rule 1: what a bundle mentions of ours it imports", PackageLaws::mentioned);
    laws.put("Rule 1: only contracts export, each package with a version", PackageLaws::exports);
    laws.put("Rule 1: every exported interface says who implements it", PackageLaws::providers);
    laws.put("A contract that changes has another version", SignatureLaws::signatures);
    laws.put("Every SPI has a contract test and a sample", SampleLaws::samples);
    laws.put("Rule 2: no contract mentions a library's type", PackageLaws::libraries);
    laws.put("Rule 3: packages have no cycles", PackageLaws::cycles);
    laws.put("Rule 4: no door and no core bundle knows a feature by name", WordLaws::features);
    laws.put("Rule 6: every contract and library is in the base feature", FeatureLaws::base);
    laws.put("Every bundle is in a feature", FeatureLaws::complete);
    laws.put("Live state holds no static reference to a replaceable service", ReferenceLaws::live);
    laws.put("Nobody of the framework waits for the database", ReferenceLaws::opened);
    laws.put("Every bundle has a README with the five parts", PaperLaws::readme);
    laws.put("Every configuration key is in its bundle's README", PaperLaws::keys);
    laws.put("Every file of settings is in the table of docs/operating.md", PaperLaws::settings);
    laws.put("No source file is longer than 600 lines", PaperLaws::length);
    laws.put("Sources lie where Maven compiles them", PaperLaws::places);
    laws.put("A build leaves no trace of when and where it was made", PaperLaws::reproducible);
    laws.put("Time comes from org.strowger.kernel.Time, and nobody sleeps", WordLaws::time);
    laws.put("No floating point near money", WordLaws::money);
    return laws;
  }
}
