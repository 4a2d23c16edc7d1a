package org.strowger.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.strowger.testkit.LeavingBundle;

class OwnBundleTest {

  private final LeavingBundle bundle = new LeavingBundle();
  private final OwnBundle own = new OwnBundle(bundle.context());

  @Test
  void aServiceIsThereUntilItIsUnregistered() {
    Runnable unregister = own.register("java.lang.String", "hello");
    assertThat(bundle.services()).containsExactly("hello");
    unregister.run();
    assertThat(bundle.services()).isEmpty();
  }

  @Test
  void leavesWhenItStops() {
    assertThat(own.isLeaving()).isFalse();
    bundle.stop();
    assertThat(own.isLeaving()).isTrue();
  }
}
