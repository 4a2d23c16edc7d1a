package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.rest.spi.RestResource;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.RestResourceContract;

/** What the door expects of every resource, and what this one does beyond that. */
class DirectoryResourceTest extends RestResourceContract {

  @Override
  protected RestResource resource() {
    return resource("1001=Reception, 1002=Sales");
  }

  @Override
  protected Map<String, String> there() {
    return Map.of("number", "1001");
  }

  private static RestResource resource(String contacts) {
    return new DirectoryResource(Config.of(DirectoryConfig.class, Map.of("contacts", contacts)));
  }

  @Test
  void answersAllAndOne() {
    assertThat(endpoint(resource(), "GET", "/${name}/contacts").handler().handle(request(Map.of(), Map.of(), Map.of())).data())
        .isEqualTo(List.of(Map.of("number", "1001", "name", "Reception"), Map.of("number", "1002", "name", "Sales")));
    assertThat(endpoint(resource(), "GET", "/${name}/contacts/{number}").handler().handle(request(Map.of("number", "1002"), Map.of(), Map.of())).data())
        .isEqualTo(Map.of("number", "1002", "name", "Sales"));
  }

  @Test
  void saysWhichEntryIsNone() {
    assertThatThrownBy(() -> resource("1001=Reception, Sales")).hasMessageContaining("'Sales'");
    assertThat(resource("").endpoints()).isNotEmpty();
  }
}
