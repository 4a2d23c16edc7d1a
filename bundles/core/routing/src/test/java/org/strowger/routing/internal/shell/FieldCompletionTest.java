package org.strowger.routing.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;
import org.junit.jupiter.api.Test;

class FieldCompletionTest {

  @Test
  void offersTheFieldsOfCarriersAndGroups() {
    assertThat(offered(new CarrierFields(), "cap")).containsExactly("capacity=");
    assertThat(offered(new CarrierFields(), "")).contains("address=", "username=");
    assertThat(offered(new GroupFields(), "policy=P")).contains("policy=PREFIX_LENGTH");
    assertThat(offered(new GroupFields(), "x")).isEmpty();
  }

  private static List<String> offered(Completer completer, String typed) {
    var candidates = new ArrayList<String>();
    completer.complete(null, new ArgumentCommandLine(typed, typed.length()), candidates);
    return candidates.stream().map(String::strip).toList();
  }
}
