package org.strowger.ledger.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Live;
import org.strowger.kernel.Money;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** What we owe a carrier: {@code /carriers/{id}/balances}, and what settles it. */
@Component
public final class CarrierFundsResource implements RestResource {

  record Order(
      @Setting(help = "Greater than zero, in a currency that the carrier has a balance in.") Money amount,
      @Setting(initial = "FUNDS", help = "FUNDS: we paid it so much; CREDIT: we owe it less, DEBIT: more, adjustments both.") Payment.Kind kind,
      @Setting(optional = true, max = FundsService.MAX_NOTES, help = "Kept with the payment.") String notes,
      @Setting(optional = true, min = 1, max = 128, help = "A second order with the same key books nothing and is answered as the first.") String idempotencyKey) {}

  record Owed(@Setting(help = "Negative: what we owe the carrier in this currency.") Money balance) {}

  private static final Shape<Order> ORDER = Shape.of(Order.class, "CarrierPaymentOrder");
  private static final Shape<Owed> OWED = Shape.of(Owed.class, "CarrierBalance");

  private final FundsService funds;
  private final Live<CarrierDirectory> carriers = new Live<>("routing");

  @Activate
  public CarrierFundsResource(@Reference FundsService funds) {
    this.funds = funds;
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  public void bindCarriers(CarrierDirectory service) {
    carriers.bind(service);
  }

  public void unbindCarriers(CarrierDirectory service) {
    carriers.unbind(service);
  }

  @Override
  public String name() {
    return "carrier-funds";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/carriers/{id}/balances", "Show what we owe a carrier, a balance for each currency", this::balances).answeringListOf(OWED::schema),
        Endpoint.get("/carriers/{id}/payments", "List the payments for a carrier, newest first", this::payments)
            .takingQuery(FundsResource.PAGE.schema()).answeringListOf(FundsResource.PAYMENT::schema),
        Endpoint.post("/carriers/{id}/payments", "Book a payment for a carrier, in a currency that it has a balance in", this::book)
            .taking(ORDER::schema).creating(FundsResource.PAYMENT::schema));
  }

  private RestAnswer balances(RestRequest request) {
    return RestAnswer.ok(existing(request).stream().map(balance -> OWED.encode(new Owed(balance.balance()))).toList());
  }

  private RestAnswer payments(RestRequest request) {
    FundsResource.Page page = FundsResource.PAGE.decode(request.query());
    existing(request);
    return RestAnswer.ok(funds.payments(payer(request), page.offset(), page.limit()).stream().map(FundsResource.PAYMENT::encode).toList());
  }

  private RestAnswer book(RestRequest request) {
    Order order = ORDER.decode(request.body());
    existing(request);
    Payer payer = payer(request);
    String notes = order.notes() == null ? "" : order.notes();
    Payment payment = funds.book(payer, order.kind(), order.amount(), notes, request.caller().name(), order.idempotencyKey());
    return RestAnswer.created("/carriers/" + payer.id() + "/payments", FundsResource.PAYMENT.encode(payment));
  }

  /** Who has a balance was a carrier once, also if it is deleted by now. */
  private List<Balance> existing(RestRequest request) {
    Payer payer = payer(request);
    List<Balance> balances = funds.balances(payer);
    if (balances.isEmpty() && !carriers.orThrow().exists(CustomerId.ROOT, new CarrierId(payer.id()))) {
      throw StrowgerException.notFound("carrier", payer.id());
    }
    return balances;
  }

  private static Payer payer(RestRequest request) {
    return Payer.of(new CarrierId(request.id("carrier", "id")));
  }
}
