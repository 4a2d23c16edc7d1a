package org.strowger.routing.internal.shell;

import java.util.Map;
import org.strowger.shell.api.Json;

/** What a command without an answer of its own prints. */
final class Said {

  private Said() {}

  static void that(String sentence, boolean json) {
    System.out.println(json ? Json.print(Map.of("done", sentence)) : sentence);
  }
}
