package org.strowger.routing.internal.rest;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.RestRequest;

/** Which of a list: all, or the one of a name. */
record Named(@Setting(optional = true, help = "Only the one of exactly this name.") String name) {

  static final Shape<Named> SHAPE = Shape.of(Named.class);

  static <T> Stream<T> found(RestRequest request, Function<String, Optional<T>> one, Supplier<List<T>> all) {
    String name = SHAPE.decode(request.query()).name;
    return name == null ? all.get().stream() : one.apply(name).stream();
  }
}
