package org.strowger.ledger.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Money;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** The money of an account: {@code /accounts/{id}/balance} and what changes it. */
@Component
public final class FundsResource implements RestResource {

  record Order(
      @Setting(help = "Greater than zero, in the account's currency.") Money amount,
      @Setting(optional = true, max = FundsService.MAX_NOTES, help = "Kept with the payment.") String notes,
      @Setting(optional = true, min = 1, max = 128, help = "A second order with the same key books nothing and is answered as the first.") String idempotencyKey) {}

  record BalanceView(Money balance, Money creditLimit, @Setting(help = "For calls that are up.") Money held,
      @Setting(help = "Balance + credit limit - held.") Money available) {}

  record Page(@Setting(initial = "0", min = 0) int offset, @Setting(initial = "50", min = 1, max = 1000) int limit) {}

  private static final Shape<Order> ORDER = Shape.of(Order.class, "PaymentOrder");
  static final Shape<Payment> PAYMENT = Shape.of(Payment.class);
  private static final Shape<BalanceView> BALANCE = Shape.of(BalanceView.class, "Balance");
  static final Shape<Page> PAGE = Shape.of(Page.class);

  private final FundsService funds;

  @Activate
  public FundsResource(@Reference FundsService funds) {
    this.funds = funds;
  }

  @Override
  public String name() {
    return "funds";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/accounts/{id}/balance", "Show balance, credit limit and what is held for calls", this::balance).answering(BALANCE::schema),
        Endpoint.get("/accounts/{id}/payments", "List payments, newest first", this::payments).takingQuery(PAGE.schema()).answeringListOf(PAYMENT::schema),
        booking("funds", "Book money received", Payment.Kind.FUNDS),
        booking("credit", "Raise the balance: an adjustment", Payment.Kind.CREDIT),
        booking("debit", "Lower the balance by at most what is available: an adjustment", Payment.Kind.DEBIT));
  }

  private Endpoint booking(String path, String summary, Payment.Kind kind) {
    return Endpoint.post("/accounts/{id}/" + path, summary, request -> book(request, kind)).taking(ORDER::schema).creating(PAYMENT::schema);
  }

  private RestAnswer balance(RestRequest request) {
    Balance found = existing(payer(request));
    return RestAnswer.ok(BALANCE.encode(new BalanceView(found.balance(), found.creditLimit(), found.held(), found.available())));
  }

  private RestAnswer payments(RestRequest request) {
    Page page = PAGE.decode(request.query());
    Payer payer = existing(payer(request)).payer();
    return RestAnswer.ok(funds.payments(payer, page.offset(), page.limit()).stream().map(PAYMENT::encode).toList());
  }

  private RestAnswer book(RestRequest request, Payment.Kind kind) {
    Order order = ORDER.decode(request.body());
    Payer payer = existing(payer(request)).payer();
    String notes = order.notes() == null ? "" : order.notes();
    Payment payment = funds.book(payer, kind, order.amount(), notes, request.caller().name(), order.idempotencyKey());
    return RestAnswer.created("/accounts/" + payer.id() + "/payments", PAYMENT.encode(payment));
  }

  private Balance existing(Payer payer) {
    return funds.balance(payer).orElseThrow(() -> StrowgerException.notFound("account", payer.id()));
  }

  private static Payer payer(RestRequest request) {
    return Payer.of(new AccountId(request.id("account", "id")));
  }
}
