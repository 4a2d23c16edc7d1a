package org.strowger.soap.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;

/** Tariffs in memory, at first one, number 7; the rates are of that one. */
final class FakeTariffs implements TariffService {

  private static final int FIRST = 7;

  private final Map<TariffId, Tariff> tariffs = new TreeMap<>(Comparator.comparing(TariffId::value));
  final List<Rate> rates = new ArrayList<>();

  FakeTariffs() {
    put(new TariffId(FIRST), CustomerId.ROOT, new TariffTerms("retail", FakeSwitch.USD, new BigDecimal("0.05"), 0, BigDecimal.ZERO, 0, false, 20, 200, OnNetPolicy.FREE), 3);
  }

  private Tariff put(TariffId id, CustomerId customer, TariffTerms terms, int version) {
    var tariff = new Tariff(id, customer, terms, version);
    tariffs.put(id, tariff);
    return tariff;
  }

  @Override
  public Tariff create(CustomerId customer, TariffTerms terms) {
    return put(new TariffId(FIRST + tariffs.size()), customer, terms, 0);
  }

  @Override
  public Tariff update(TariffId id, int version, TariffTerms terms) {
    Tariff before = require(id);
    if (before.version() != version) {
      throw StrowgerException.conflict("tariff " + id + " was changed meanwhile");
    }
    return put(id, before.customer(), terms, version + 1);
  }

  @Override
  public void delete(TariffId id) {
    tariffs.remove(require(id).id());
  }

  @Override
  public Optional<Tariff> find(TariffId id) {
    return Optional.ofNullable(tariffs.get(id));
  }

  @Override
  public Optional<Tariff> byName(CustomerId customer, String name) {
    return list(customer).stream().filter(tariff -> tariff.terms().name().equals(name)).findFirst();
  }

  @Override
  public List<Tariff> list(CustomerId customer) {
    return tariffs.values().stream().filter(tariff -> tariff.customer().equals(customer)).toList();
  }

  private Tariff require(TariffId id) {
    return find(id).orElseThrow(() -> StrowgerException.notFound("tariff", id));
  }

  @Override
  public void putRates(TariffId id, List<Rate> put) {
    require(id);
    put.forEach(rate -> rates.removeIf(old -> old.prefix().equals(rate.prefix())));
    rates.addAll(put);
  }

  @Override
  public void replaceRates(TariffId id, List<Rate> all) {
    require(id);
    rates.clear();
    rates.addAll(all);
  }

  @Override
  public int deleteRates(TariffId id, String prefix) {
    require(id);
    int before = rates.size();
    rates.removeIf(rate -> rate.prefix().equals(prefix));
    return before - rates.size();
  }

  @Override
  public List<Rate> rates(TariffId id, String prefix, int offset, int limit) {
    require(id);
    return rates.stream().filter(rate -> rate.prefix().startsWith(prefix)).sorted(Comparator.comparing(Rate::prefix)).skip(offset).limit(limit).toList();
  }
}
