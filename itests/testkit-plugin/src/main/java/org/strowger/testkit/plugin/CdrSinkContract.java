package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;

/**
 * What every {@link CdrSink} must do. Extend it in a test of yours, give it your sink, and it tells you what the switch will hold
 * against it.
 */
public abstract class CdrSinkContract {

  private static final int MANY = 500;

  /** A sink that works, with nothing in it. Called once per test. */
  protected abstract CdrSink sink() throws Exception;

  /** Another one with the same configuration, as after a restart. */
  protected abstract CdrSink again() throws Exception;

  /** One that cannot take anything: its disk is full, its server does not answer. Called once per test. */
  protected abstract CdrSink sinkThatCannotTake() throws Exception;

  /** The ids of the CDRs that arrived where the sink puts them, in that order; those that arrived twice may be there twice. */
  protected abstract List<String> arrived() throws Exception;

  @Test
  public void whatItTookHasArrivedWhenItReturns() throws Exception {
    CdrSink sink = sink();
    sink.receive(List.of(SampleCdr.of(1), SampleCdr.of(2)));
    sink.receive(List.of(SampleCdr.of(3)));
    assertThat(arrived()).containsExactly(id(1), id(2), id(3));
  }

  @Test
  public void takesCdrsOfEveryKind() throws Exception {
    List<Cdr> odd = SampleCdr.ofManyKinds();
    sink().receive(odd);
    assertThat(arrived()).containsExactlyElementsOf(odd.stream().map(cdr -> cdr.id().toString()).toList());
  }

  @Test
  public void takesAFullBatch() throws Exception {
    List<Cdr> batch = IntStream.rangeClosed(1, MANY).mapToObj(SampleCdr::of).toList();
    sink().receive(batch);
    assertThat(arrived()).hasSize(MANY);
  }

  /** Who was interrupted behind the last byte gets the same batch again. */
  @Test
  public void aBatchThatComesAgainHurtsNobody() throws Exception {
    CdrSink sink = sink();
    sink.receive(List.of(SampleCdr.of(1), SampleCdr.of(2)));
    sink.receive(List.of(SampleCdr.of(1), SampleCdr.of(2)));
    sink.receive(List.of(SampleCdr.of(3)));
    assertThat(arrived().stream().distinct()).containsExactly(id(1), id(2), id(3));
  }

  @Test
  public void goesOnAfterARestart() throws Exception {
    sink().receive(List.of(SampleCdr.of(1)));
    again().receive(List.of(SampleCdr.of(2)));
    assertThat(arrived()).containsExactly(id(1), id(2));
  }

  @Test
  public void throwsWhatItCannotTake() throws Exception {
    CdrSink sink = sinkThatCannotTake();
    assertThat(catchThrowable(() -> sink.receive(List.of(SampleCdr.of(1))))).as("an exception, so that the batch comes again; a sink that returns has taken it").isNotNull();
  }

  private static String id(int number) {
    return SampleCdr.of(number).id().toString();
  }
}
