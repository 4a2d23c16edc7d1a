package org.strowger.rest.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/**
 * The query of a list of things with names: all of them, or the one of a name. Threads: any.
 *
 * @param name null for all
 */
public record Named(@Setting(optional = true, help = "Only the one of exactly this name.") String name) {

  /** For {@code takingQuery}. */
  public static final Shape<Named> SHAPE = Shape.of(Named.class);

  /**
   * What is asked for.
   *
   * @param one finds by exact name
   * @throws org.strowger.kernel.InvalidInput if the query has anything else
   */
  public static <T> Stream<T> found(RestRequest request, Function<String, Optional<T>> one, Supplier<List<T>> all) {
    String name = SHAPE.decode(request.query()).name;
    return name == null ? all.get().stream() : one.apply(name).stream();
  }
}
