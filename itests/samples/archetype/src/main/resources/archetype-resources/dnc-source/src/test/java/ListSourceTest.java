package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.dnc.spi.DncSource;
import org.strowger.kernel.Time;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.DncSourceContract;

/** What the switch expects of every source, and what this one does beyond that. */
class ListSourceTest extends DncSourceContract {

  @Override
  protected DncSource sourceWith(List<String> numbers) {
    return source(String.join(", ", numbers));
  }

  @Override
  protected DncSource sourceThatCannotKnow() {
    return source("14165550100, o14165550101");
  }

  private static DncSource source(String numbers) {
    return new ListSource(Time.SYSTEM, Config.of(ListConfig.class, Map.of("dnc_list", "${name}", "numbers", numbers)));
  }

  @Test
  void saysWhichEntryIsNoNumber() {
    assertThat(sourceThatCannotKnow().status().detail()).contains("'o14165550101'");
    assertThat(source("").status().answers()).isFalse();
  }
}
