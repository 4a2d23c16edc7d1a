package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DaemonsTest {

  @Test
  void threadsHaveTheirNameAndKeepNoProcessAlive() {
    var named = Daemons.named("sweep");
    var numbered = Daemons.numbered("load");
    List<Thread> made = Stream.of(named, named, numbered, numbered).map(factory -> factory.newThread(() -> { })).toList();
    assertThat(made).extracting(Thread::getName).containsExactly("sweep", "sweep", "load-1", "load-2");
    assertThat(made).allMatch(Thread::isDaemon);
  }
}
