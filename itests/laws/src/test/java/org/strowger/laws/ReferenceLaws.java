package org.strowger.laws;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.w3c.dom.Element;

/** Who holds live state takes replaceable services dynamically: a static reference would end with the service, and take the calls along. */
final class ReferenceLaws {

  private static final Set<String> LIVE = Set.of("platform/sip", "core/calls", "core/registrar");

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
}
