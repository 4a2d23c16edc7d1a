package org.strowger.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.kernel.StrowgerException;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.testkit.NoPlugins;

/** Drains what is used for a while, and says so of what is not. */
class DrainCommandTest {

  @TempDir Path cache;
  private Fixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new Fixture(cache);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private DrainCommand drain(String plugin) {
    var command = new DrainCommand();
    command.context = fixture.context();
    command.plugin = plugin;
    return command;
  }

  @Test
  void waitsForTheLeasesOfAPluginThatIsFollowed() throws Exception {
    var leases = new AtomicInteger(2);
    fixture.register(PluginRegistry.class, new NoPlugins() {
      @Override
      public boolean drain(String id) {
        return id.equals("sink");
      }

      @Override
      public List<PluginInfo> list() {
        return List.of(new PluginInfo("sink", "1.0.0", 1, "CdrSink", PluginInfo.State.DRAINING, 0, 0, 0, leases.getAndDecrement(), 0, 0, ""));
      }
    });
    assertThat(Fixture.run(drain("sink")).lines()).containsExactly("sink takes no new uses", "2 leases are open", "1 leases are open", "sink has no leases: it can go");
  }

  /** Settings of accounts, lists, resources: nobody has one for longer than it takes to answer. */
  @Test
  void saysOfAPluginThatNobodyHoldsThatItCanGo() throws Exception {
    fixture.register(PluginRegistry.class, new NoPlugins());
    fixture.context().registerService(Runnable.class, () -> { }, new Hashtable<>(Map.of("plugin.id", "list")));
    assertThat(Fixture.run(drain("list")).trim()).isEqualTo("list offers nothing that is used for longer than a moment: it can go as it is");
    assertThatThrownBy(() -> Fixture.run(drain("nobody"))).isInstanceOf(StrowgerException.class).hasMessageContaining("nobody");
    DrainCommand back = drain("list");
    back.resume = true;
    assertThatThrownBy(() -> Fixture.run(back)).isInstanceOf(StrowgerException.class).hasMessageContaining("drained plugin");
  }
}
