package org.strowger.phone;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A request and what came back, including its repetition with credentials when it was challenged. */
public final class Exchange {

  private static final int MAX_ATTEMPTS = 4;

  /** Whoever wants to see the responses that are not swallowed by authentication. */
  interface Listener {
    void response(SipMessage response);

    void failed(String why);
  }

  private final Agent agent;
  private final boolean inDialog;
  private final LongSupplier cseq;
  private final Listener listener;
  private final List<SipMessage> responses = new ArrayList<>();
  private ClientTransaction transaction;
  private SipMessage sent;
  private SipMessage finalResponse;
  private String failure;
  private int attempts;

  Exchange(Agent agent, boolean inDialog, LongSupplier cseq, Listener listener) {
    this.agent = agent;
    this.inDialog = inDialog;
    this.cseq = cseq;
    this.listener = listener;
  }

  /** Sends the request with Via and CSeq of ours in front. */
  Exchange start(SipMessage template) {
    transmit(agent.digest().again(template));
    return this;
  }

  private void transmit(SipMessage template) {
    attempts++;
    SipMessage numbered = SipMessage.request(template.method(), template.uri()).with("Via", agent.via());
    var headers = new ArrayList<>(numbered.headers());
    template.headers().stream().filter(h -> !h.name().equalsIgnoreCase("Via") && !h.name().equalsIgnoreCase("CSeq")).forEach(headers::add);
    headers.add(new SipMessage.Header("CSeq", new CSeq(cseq.getAsLong(), template.method()).toString()));
    sent = new SipMessage(template.method(), template.uri(), 0, null, headers, template.body());
    dispatch();
  }

  /** Sends the request exactly as it is. */
  Exchange startAsIs(SipMessage request) {
    attempts = MAX_ATTEMPTS;
    sent = request;
    dispatch();
    return this;
  }

  private void dispatch() {
    try {
      transaction = agent.client(sent, agent.hop(sent, inDialog), new ClientTransaction.User() {
        @Override
        public void response(SipMessage response) {
          Exchange.this.response(response);
        }

        @Override
        public void failed(String why) {
          Exchange.this.failed(why);
        }
      });
    } catch (IOException | SipSyntaxException e) {
      failed("cannot be sent: " + e.getMessage());
    }
  }

  private void response(SipMessage response) {
    responses.add(response);
    if ((response.status() == 401 || response.status() == 407) && attempts < MAX_ATTEMPTS) {
      Optional<SipMessage> again = agent.digest().answer(sent, response);
      if (again.isPresent()) {
        transmit(again.get());
        return;
      }
    }
    if (response.status() == 503 && agent.settings().obeyRetryAfter() && !inDialog && attempts < MAX_ATTEMPTS) {
      String seconds = response.header("Retry-After").orElse("");
      if (seconds.matches("\\d{1,3}")) {
        agent.after(Duration.ofSeconds(Integer.parseInt(seconds)), () -> transmit(sent));
        return;
      }
    }
    if (response.status() >= 200 && finalResponse == null) {
      finalResponse = response;
    }
    listener.response(response);
  }

  private void failed(String why) {
    failure = why;
    listener.failed(why);
  }

  /** The request as it was sent last. */
  public SipMessage request() {
    return agent.locked(() -> sent);
  }

  /** All responses so far, the challenges included. */
  public List<SipMessage> responses() {
    return agent.locked(() -> List.copyOf(responses));
  }

  /** The final response, when it is there. */
  public Optional<SipMessage> finalResponse() {
    return agent.locked(() -> Optional.ofNullable(finalResponse));
  }

  /**
   * Waits for the final response.
   *
   * @throws PhoneTimeout when there is none within the limit, or the transaction timed out
   */
  public SipMessage await(Duration limit) {
    Object end = agent.await("a final response to " + sent.startLine(), limit, () -> finalResponse != null ? finalResponse : failure);
    if (end instanceof SipMessage response) {
      return response;
    }
    throw new PhoneTimeout(sent.startLine() + ": " + end);
  }

  /** Waits until there will be no answer: the transaction timed out or could not be sent. Answers why. */
  public String awaitNoAnswer(Duration limit) {
    return agent.await("the time-out of " + sent.startLine(), limit, () -> failure);
  }

  ClientTransaction transaction() {
    return transaction;
  }
}
