package org.strowger.billing.api;

import java.time.Duration;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Money;

/** Money held for a call. @param granted talking time it pays for */
public record Hold(CallId call, Payer payer, Money amount, Duration granted) {}
