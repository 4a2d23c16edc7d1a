package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeIdTest {

  private final String before = System.getProperty(NodeId.PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(NodeId.PROPERTY);
    } else {
      System.setProperty(NodeId.PROPERTY, before);
    }
  }

  @Test
  void isThatOfTheProcessAndRefusesWhatIsNoNode() {
    System.clearProperty(NodeId.PROPERTY);
    assertThat(NodeId.ofThisProcess()).isEqualTo(new NodeId(0));
    System.setProperty(NodeId.PROPERTY, " 7 ");
    assertThat(NodeId.ofThisProcess()).isEqualTo(new NodeId(7));
    for (String wrong : List.of("256", "-1", "one")) {
      System.setProperty(NodeId.PROPERTY, wrong);
      assertThatThrownBy(NodeId::ofThisProcess).isInstanceOf(InvalidInput.class).hasMessageContaining(NodeId.PROPERTY).hasMessageContaining(wrong);
    }
  }
}
