package org.strowger.billing.api;

import java.util.List;

/** What a call was charged: one CDR per payer, in the order of the shares. */
public record Settlement(List<Cdr> cdrs) {

  public Settlement {
    cdrs = List.copyOf(cdrs);
  }
}
