package org.strowger.plugins.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginRegistry;

/** Asks a plugin that answers at once. */
final class Asking {

  private Asking() {}

  static <S, R> Guarded<R> ask(PluginRegistry registry, Plugin<S> plugin, Function<S, R> question) {
    var answer = new AtomicReference<Guarded<R>>();
    registry.ask(plugin, question, new Asker<R>() {
      @Override
      public void answered(Guarded<R> given) {
        if (!answer.compareAndSet(null, given)) {
          throw new AssertionError("answered twice");
        }
      }

      @Override
      public void later(Runnable then) {
        throw new AssertionError("it was asked for an answer at once");
      }

      @Override
      public void lost(Thread stuck, Runnable then) {
        throw new AssertionError("it hangs");
      }
    });
    return answer.get();
  }
}
