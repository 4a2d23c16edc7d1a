package org.strowger.kernel;

import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How a part of the switch is. Every bundle with something to lose registers one {@link Check} as a
 * service; {@code switch:health} and {@code /health} show them all.
 *
 * @param state the verdict
 * @param detail one line for a person, never a secret
 */
public record Health(State state, String detail) {

  /** From well to not working. */
  public enum State { OK, DEGRADED, DOWN }

  public static Health ok(String detail) {
    return new Health(State.OK, detail);
  }

  public static Health degraded(String detail) {
    return new Health(State.DEGRADED, detail);
  }

  public static Health down(String detail) {
    return new Health(State.DOWN, detail);
  }

  /** Asked on any thread, must answer within 1 s without blocking on the network: one that does not is DEGRADED, one that throws DOWN. Its name is asked once. */
  @ConsumerType
  public interface Check {

    /** One word, the bundle's: {@code sip}, {@code ledger}. */
    String name();

    Health health();

    static Check of(String name, Supplier<Health> health) {
      return new Check() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public Health health() {
          return health.get();
        }
      };
    }
  }
}
