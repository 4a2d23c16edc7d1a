package org.strowger.kernel;

/** Names a node of the switch, 0 to 255. Limits, holds and schedulers say whose they are. */
public record NodeId(int value) {

  public NodeId {
    if (value < 0 || value > 255) {
      throw new IllegalArgumentException("NodeId must be 0 to 255, not " + value);
    }
  }

  /** The system property that says which node this process is; absent or empty: 0. Set in {@code etc/jvm.options}. */
  public static final String PROPERTY = "strowger.node";

  /**
   * The node that this process is, from {@value #PROPERTY}: the one source for everything that needs it. Two
   * processes that share a database must not share it.
   *
   * @throws InvalidInput if the property is no number from 0 to 255
   */
  public static NodeId ofThisProcess() {
    String given = System.getProperty(PROPERTY, "").trim();
    try {
      return new NodeId(given.isEmpty() ? 0 : Integer.parseInt(given));
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(PROPERTY, given, "is a number from 0 to 255, another one for each process on a database");
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
