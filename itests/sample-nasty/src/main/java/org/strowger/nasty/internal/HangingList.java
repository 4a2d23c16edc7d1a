package org.strowger.nasty.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Component;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;

/** A do-not-call list without any number, in which whoever asks for one that begins with 666 hangs for 10 s. */
@Component(property = {"plugin.id=nasty-list", "dnc.list=nasty", "on.failure=closed"})
public final class HangingList implements DncSource {

  @Override
  public CompletionStage<Boolean> lists(String number) {
    if (number.startsWith("666")) {
      try {
        new CountDownLatch(1).await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public DncStatus status() {
    return new DncStatus(DncStatus.State.READY, 0, null, "a test's");
  }
}
