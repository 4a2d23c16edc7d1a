package org.strowger.kernel;

/** Names a node of the switch, 0 to 255. Limits, holds and schedulers say whose they are. */
public record NodeId(int value) {

  public NodeId {
    if (value < 0 || value > 255) {
      throw new IllegalArgumentException("NodeId must be 0 to 255, not " + value);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
