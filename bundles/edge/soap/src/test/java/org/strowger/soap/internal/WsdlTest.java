package org.strowger.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The WSDL is a promise to other people's programs: it changes on purpose or not at all. */
class WsdlTest {

  private static final Path KEPT = Path.of("src/main/wsdl/strowger-v1.wsdl");

  @Test
  void isTheOneThatIsKept() throws Exception {
    try (var door = new RunningDoor()) {
      String served = door.get("/soap/v1?wsdl").body().replace("http://127.0.0.1:" + door.port(), "http://127.0.0.1:8181");
      Files.writeString(Path.of("target/served.wsdl"), served, StandardCharsets.UTF_8);
      assertThat(Path.of("target/served.wsdl")).hasSameTextualContentAs(KEPT, StandardCharsets.UTF_8);
    }
  }
}
