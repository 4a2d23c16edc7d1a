package org.strowger.testkit.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;

final class SinkProofs {

  private SinkProofs() {}

  static Proof<CdrSinkContract> proof() {
    BiConsumer<List<Cdr>, List<String>> first = (batch, taken) -> taken.add(batch.get(0).id().toString());
    return new Proof<>(CdrSinkContract.class, new Shelf())
        .finds("whatItTookHasArrivedWhenItReturns", new Shelf(first), "could not find the following elements")
        .finds("takesCdrsOfEveryKind", new Shelf((batch, taken) -> batch.forEach(cdr -> taken.add(cdr.payer().toString().isEmpty() ? "" : cdr.id().toString()))), "NullPointerException")
        .finds("takesAFullBatch", new Shelf(first), "Expected size: 500 but was: 1")
        .finds("aBatchThatComesAgainHurtsNobody", new Shelf((batch, taken) -> {
          if (taken.contains(batch.get(0).id().toString())) {
            taken.clear();
          } else {
            Shelf.put(batch, taken);
          }
        }), "could not find the following elements")
        .finds("goesOnAfterARestart", new Shelf() {
          @Override
          protected CdrSink again() {
            taken.clear();
            return super.again();
          }
        }, "could not find the following elements")
        .finds("throwsWhatItCannotTake", new Shelf() {
          @Override
          protected CdrSink sinkThatCannotTake() {
            return batch -> { };
          }
        }, "a sink that returns has taken it");
  }

  /** In memory, so that the next one begins with what the last one had. */
  private static class Shelf extends CdrSinkContract {
    final List<String> taken = new ArrayList<>();
    private final BiConsumer<List<Cdr>, List<String>> taking;

    Shelf() {
      this(Shelf::put);
    }

    Shelf(BiConsumer<List<Cdr>, List<String>> taking) {
      this.taking = taking;
    }

    static void put(List<Cdr> batch, List<String> taken) {
      batch.forEach(cdr -> taken.add(cdr.id().toString()));
    }

    @Override
    protected CdrSink sink() {
      taken.clear();
      return again();
    }

    @Override
    protected CdrSink again() {
      return batch -> taking.accept(batch, taken);
    }

    @Override
    protected CdrSink sinkThatCannotTake() {
      return batch -> {
        throw new IllegalStateException("full");
      };
    }

    @Override
    protected List<String> arrived() {
      return taken;
    }
  }
}
