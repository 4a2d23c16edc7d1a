package org.strowger.rating.internal.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Named;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** {@code /tariffs} and the rates of each. */
@Component
public final class TariffResource implements RestResource {

  record Rates(List<Rate> rates) {}

  record RateQuery(@Setting(help = "Rates whose prefix starts so.", optional = true) String prefix, @Setting(initial = "0", min = 0) int offset,
      @Setting(initial = "50", min = 1, max = 1000) int limit) {}

  record Deleted(int deleted) {}

  private static final Shape<TariffTerms> TERMS = Shape.of(TariffTerms.class);
  private static final Schema VIEW = Versioned.view("Tariff", TERMS.schema());
  private static final Schema CHANGE = Versioned.change("TariffChange", TERMS.schema());
  private static final Shape<Rates> RATES = Shape.of(Rates.class);
  private static final Shape<Rate> RATE = Shape.of(Rate.class);
  private static final Shape<RateQuery> RATE_QUERY = Shape.of(RateQuery.class);
  private static final Shape<Deleted> DELETED = Shape.of(Deleted.class);

  private final TariffService tariffs;

  @Activate
  public TariffResource(@Reference TariffService tariffs) {
    this.tariffs = tariffs;
  }

  @Override
  public String name() {
    return "tariffs";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/tariffs", "List tariffs", this::list).takingQuery(Named.SHAPE.schema()).answeringListOf(() -> VIEW),
        Endpoint.post("/tariffs", "Make a tariff", this::create).taking(TERMS::schema).creating(() -> VIEW),
        Endpoint.get("/tariffs/{id}", "Show a tariff", this::show).answering(() -> VIEW),
        Endpoint.patch("/tariffs/{id}", "Change what is given; acts on calls set up afterwards", this::update).taking(() -> CHANGE).answering(() -> VIEW),
        Endpoint.delete("/tariffs/{id}", "Delete a tariff and its rates", this::delete),
        Endpoint.get("/tariffs/{id}/rates", "List rates in order of prefix", this::rates).takingQuery(RATE_QUERY.schema()).answeringListOf(RATE::schema),
        Endpoint.post("/tariffs/{id}/rates", "Add rates, or replace those of the same prefix and activation; all or none", this::putRates).taking(RATES::schema),
        Endpoint.put("/tariffs/{id}/rates", "Replace all rates by these", this::replaceRates).taking(RATES::schema),
        Endpoint.delete("/tariffs/{id}/rates/{prefix}", "Delete every rate of exactly this prefix", this::deleteRates).answering(DELETED::schema));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(Named.found(request, name -> tariffs.byName(CustomerId.ROOT, name), () -> tariffs.list(CustomerId.ROOT)).map(TariffResource::view).toList());
  }

  private RestAnswer create(RestRequest request) {
    Tariff tariff = tariffs.create(CustomerId.ROOT, TERMS.decode(request.body()));
    return RestAnswer.created("/tariffs/" + tariff.id(), view(tariff));
  }

  private RestAnswer show(RestRequest request) {
    return RestAnswer.ok(view(find(request)));
  }

  private RestAnswer update(RestRequest request) {
    Tariff now = find(request);
    var changes = new LinkedHashMap<>(request.body());
    int version = new Versioned(now.id().value(), now.version()).takeVersion(changes);
    return RestAnswer.ok(view(tariffs.update(now.id(), version, TERMS.with(now.terms(), changes))));
  }

  private RestAnswer delete(RestRequest request) {
    tariffs.delete(id(request));
    return RestAnswer.noContent();
  }

  private RestAnswer rates(RestRequest request) {
    RateQuery query = RATE_QUERY.decode(request.query());
    String prefix = query.prefix() == null ? "" : query.prefix();
    return RestAnswer.ok(tariffs.rates(id(request), prefix, query.offset(), query.limit()).stream().map(RATE::encode).toList());
  }

  private RestAnswer putRates(RestRequest request) {
    List<Rate> rates = decodeRates(request);
    if (rates.isEmpty()) {
      throw new InvalidInput("rates", null, "has at least one entry");
    }
    tariffs.putRates(id(request), rates);
    return RestAnswer.noContent();
  }

  private RestAnswer replaceRates(RestRequest request) {
    tariffs.replaceRates(id(request), decodeRates(request));
    return RestAnswer.noContent();
  }

  private RestAnswer deleteRates(RestRequest request) {
    return RestAnswer.ok(DELETED.encode(new Deleted(tariffs.deleteRates(id(request), request.path("prefix")))));
  }

  private static List<Rate> decodeRates(RestRequest request) {
    return RATES.decode(request.body()).rates();
  }

  private Tariff find(RestRequest request) {
    TariffId id = id(request);
    return tariffs.find(id).orElseThrow(() -> StrowgerException.notFound("tariff", id));
  }

  private static Map<String, Object> view(Tariff tariff) {
    return new Versioned(tariff.id().value(), tariff.version()).with(TERMS.encode(tariff.terms()));
  }

  static TariffId id(RestRequest request) {
    return new TariffId(request.id("tariff", "id"));
  }
}
