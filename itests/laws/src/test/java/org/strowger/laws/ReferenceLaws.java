package org.strowger.laws;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** Who may wait for whom. Who holds live state takes replaceable services dynamically: a static reference would end with the service, and take the calls along. */
final class ReferenceLaws {

  private static final Set<String> LIVE = Set.of("platform/sip", "core/calls", "core/registrar");
  private static final String DATABASE = "org.strowger.persistence.api.Database";
  private static final String OPENING = "org.strowger.persistence.api.Opening.begin";
  /** On its clock, as its closing waits for what is under way. */
  private static final Set<String> OPENS_ITSELF = Set.of("org.strowger.ledger.internal.LedgerComponent");

  private ReferenceLaws() {}

  static List<String> live(House house) throws Exception {
    Map<String, String> replaceable = new TreeMap<>();
    for (Bundle bundle : house.bundles()) {
      if (bundle.isReplaceable()) {
        for (Path component : bundle.osgiInf("")) {
          for (Element provided : Xml.elements(Xml.parse(component).getDocumentElement(), "provide")) {
            replaceable.put(provided.getAttribute("interface"), bundle.path());
          }
        }
        registeredByHand(bundle).forEach(service -> replaceable.put(service, bundle.path()));
      }
    }
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      if (LIVE.contains(bundle.path())) {
        for (Path component : bundle.osgiInf("")) {
          for (Element reference : Xml.elements(Xml.parse(component).getDocumentElement(), "reference")) {
            String service = reference.getAttribute("interface");
            boolean dynamic = reference.getAttribute("policy").equals("dynamic");
            boolean greedy = reference.getAttribute("policy-option").equals("greedy");
            if (replaceable.containsKey(service) && !(dynamic && greedy)) {
              offences.add("%s: %s holds %s of %s by a %s reference: take it through Live<T> (dynamic, greedy, optional)".formatted(bundle.path(),
                  component.getFileName(), service, replaceable.get(service), dynamic ? "reluctant" : "static"));
            }
          }
        }
      }
    }
    return offences;
  }

  /** What no component provides stands in the manifest, for the features resolver. */
  private static List<String> registeredByHand(Bundle bundle) {
    return bundle.header("Provide-Capability").stream().filter(capability -> capability.name().equals("osgi.service"))
        .flatMap(service -> Stream.of(service.attributes().getOrDefault("objectClass:List<String>", "").split(","))).filter(name -> !name.isBlank()).toList();
  }

  /** Who waits for the database on a thread of the framework holds up everybody else's bundles, and stays dead if it does not answer in time. */
  static List<String> opened(House house) throws Exception {
    var offences = new ArrayList<String>();
    for (Bundle bundle : house.bundles()) {
      for (Path file : bundle.floor().equals("platform") ? List.<Path>of() : bundle.osgiInf("")) {
        Element component = Xml.parse(file).getDocumentElement();
        String type = Xml.elements(component, "implementation").stream().map(element -> element.getAttribute("class")).findFirst().orElse("");
        boolean takes = Xml.elements(component, "reference").stream().anyMatch(reference -> reference.getAttribute("interface").equals(DATABASE));
        boolean opens = OPENS_ITSELF.contains(type) || bundle.classes().stream().anyMatch(facts -> facts.name().equals(type)
            && facts.calls().stream().anyMatch(call -> call.startsWith(OPENING)));
        if (takes && !opens) {
          offences.add("%s: %s takes the database and does not open it by %s: its activation would wait for PostgreSQL, and fail for good while that is away"
              .formatted(bundle.path(), file.getFileName(), OPENING));
        }
      }
    }
    return offences;
  }
}
