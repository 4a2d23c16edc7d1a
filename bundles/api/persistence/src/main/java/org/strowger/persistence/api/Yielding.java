package org.strowger.persistence.api;

/**
 * What a person or program does at a door: it leaves the last connections of the pool to calls, and waits where it would need one of them. The door says so
 * for the thread on which it serves a request, until it closes this; threads that are started meanwhile do not inherit it.
 *
 * <pre>{@code
 * try (Yielding yielding = Yielding.begin()) {
 *   serve(request);
 * }
 * }</pre>
 */
public final class Yielding implements AutoCloseable {

  private static final ThreadLocal<Yielding> CURRENT = new ThreadLocal<>();

  private final Yielding outer = CURRENT.get();

  private Yielding() {}

  /** From now on this thread's transactions yield. To be closed on the same thread; may be nested. */
  public static Yielding begin() {
    var begun = new Yielding();
    CURRENT.set(begun);
    return begun;
  }

  /** Whether the calling thread's transactions yield. */
  public static boolean isActive() {
    return CURRENT.get() != null;
  }

  @Override
  public void close() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
